"""The admin's forms beyond that of taxonomies."""

import pytest

from annotator.accounts.models import User
from tests.browser.conftest import Desk, make_person
from tests.makers import make_campaign

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "model", ["api/token", "webhooks/endpoint", "webhooks/allowedhost", "assignments/campaign"]
)
def test_a_form_fits_on_a_phone(desk: Desk, model: str) -> None:
    make_person("rosa")
    User.objects.update(is_staff=True, is_superuser=True)
    make_campaign(researchers=["rosa"])
    desk.sign_in("rosa")
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.page.goto(f"{desk.address}/admin/{model}/add/")
    assert desk.page.locator("fieldset").count() >= 1
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
