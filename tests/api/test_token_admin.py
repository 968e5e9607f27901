"""Tokens in the admin: made and shown once, seen by those whose campaigns they reach, revoked after a question."""

import json
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.accounts.models import User
from annotator.api.models import Token
from annotator.api.tokens import revoke_token, tokens_visible_to
from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportOutcome
from annotator.exports.recording import begin_record, end_record
from tests.graded import bearer, token_for
from tests.makers import NOW, make_campaign, make_dataset, make_user

pytestmark = pytest.mark.django_db
TOKENS = "/admin/api/token/"
RECORDS = "/admin/exports/exportrecord/"


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", researcher=True)


@pytest.fixture
def campaign(rosa: User) -> Campaign:
    return make_campaign(researchers=["rosa"])


@pytest.fixture
def other() -> Campaign:
    return make_campaign(key="other", dataset=make_dataset("other"), researchers=["olga"])


@pytest.fixture
def researcher(rosa: User) -> Client:
    client = Client()
    client.force_login(rosa)
    return client


def asked(campaign: Campaign, **more: Any) -> dict[str, Any]:
    usual = {"name": "nightly", "campaigns": [campaign.pk], "scopes": ["export:read"], "days": "30"}
    return {**usual, **more}


def revoking(token: Token) -> str:
    return reverse("admin:api_token_revoke_this", args=[token.pk])


def test_a_token_is_made_and_shown_once(researcher: Client, campaign: Campaign, rosa: User) -> None:
    answer = researcher.post(f"{TOKENS}add/", asked(campaign, scopes=["export:read", "votes:read"]))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    text = answer.context["text"]
    assert text in answer.content.decode()
    token = Token.objects.get()
    assert (token.name, token.owner, token.scopes) == ("nightly", rosa, ["export:read", "votes:read"])
    assert list(token.campaigns.all()) == [campaign]
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days == 30
    assert Client().get("/api/v1/campaigns/pilot/", headers=bearer(text)).status_code == 200
    # Neither in the session, nor in a message, nor in the admin's own log.
    kept = json.dumps([session.get_decoded() for session in Session.objects.all()])
    kept += "".join(entry.object_repr + entry.change_message for entry in LogEntry.objects.all())
    kept += "".join(morsel.output() for morsel in researcher.cookies.values())
    for path in (TOKENS, f"{TOKENS}{token.pk}/change/", f"{TOKENS}{token.pk}/history/"):
        kept += researcher.get(path).content.decode()
    assert text.split("_", 2)[2] not in kept


@pytest.mark.parametrize(
    "change",
    [{"scopes": []}, {"scopes": ["root"]}, {"days": "0"}, {"days": "99999"}, {"campaigns": []}, {"name": ""}],
)
def test_a_token_that_cannot_be_is_refused_beside_its_field(
    researcher: Client, campaign: Campaign, change: dict[str, Any]
) -> None:
    answer = researcher.post(f"{TOKENS}add/", asked(campaign, **change))
    assert list(answer.context["adminform"].form.errors) == list(change)
    assert not Token.objects.exists()


def test_no_days_mean_until_it_is_revoked(researcher: Client, campaign: Campaign) -> None:
    researcher.post(f"{TOKENS}add/", asked(campaign, days=""))
    assert Token.objects.get().expires_at is None


def test_a_researcher_gives_out_no_campaign_of_others(
    researcher: Client, campaign: Campaign, other: Campaign
) -> None:
    answer = researcher.post(f"{TOKENS}add/", asked(campaign, campaigns=[campaign.pk, other.pk]))
    assert "campaigns" in answer.context["adminform"].form.errors
    assert other.title not in researcher.get(f"{TOKENS}add/").content.decode()


def test_a_researcher_sees_the_tokens_that_reach_nothing_else(
    researcher: Client, campaign: Campaign, other: Campaign, rosa: User
) -> None:
    for name, reached in (("mine", [campaign]), ("theirs", [other]), ("both", [campaign, other])):
        token_for(*reached, name=name)
    assert [token.name for token in tokens_visible_to(rosa)] == ["mine"]
    page = researcher.get(TOKENS).content.decode()
    assert "mine" in page
    assert "theirs" not in page
    for token in Token.objects.exclude(name="mine"):
        for path in (f"{TOKENS}{token.pk}/change/", revoking(token)):
            assert researcher.get(path).status_code in (302, 403, 404)
        researcher.post(TOKENS, {"action": "revoke", "confirmed": "1", "_selected_action": token.pk})
        token.refresh_from_db()
        assert token.revoked_at is None
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    assert tokens_visible_to(root).count() == 3


def test_revoking_asks_first_and_works_at_once(researcher: Client, campaign: Campaign) -> None:
    texts = [token_for(campaign), token_for(campaign)]
    chosen = {"action": "revoke", "_selected_action": list(Token.objects.values_list("pk", flat=True))}
    question = researcher.post(TOKENS, chosen).content.decode()
    assert "Revoke these 2 tokens?" in question
    assert not Token.objects.filter(revoked_at__isnull=False).exists()
    answer = researcher.post(TOKENS, {**chosen, "confirmed": "1"}, follow=True)
    assert "the next request with it is refused" in answer.content.decode()
    for text in texts:
        assert Client().get("/api/v1/campaigns/", headers=bearer(text)).status_code == 401


def test_one_token_is_revoked_from_its_own_page(researcher: Client, campaign: Campaign) -> None:
    text = token_for(campaign)
    token = Token.objects.get()
    page = researcher.get(f"{TOKENS}{token.pk}/change/").content.decode()
    address = revoking(token)
    assert address in page
    assert "Revoke this token?" in researcher.get(address).content.decode()
    assert Client().get("/api/v1/campaigns/", headers=bearer(text)).status_code == 200
    researcher.post(address)
    assert Client().get("/api/v1/campaigns/", headers=bearer(text)).status_code == 401
    assert address not in researcher.get(f"{TOKENS}{token.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("state", "names"), [("active", ["now"]), ("expired", ["late"]), ("revoked", ["gone"])]
)
def test_the_list_is_narrowed_by_state(
    researcher: Client, campaign: Campaign, state: str, names: list[str]
) -> None:
    token_for(campaign, name="now")
    token_for(campaign, name="late", expires_at=NOW)
    token_for(campaign, name="gone")
    revoke_token(token=Token.objects.get(name="gone"), now=timezone.now())
    listed = researcher.get(f"{TOKENS}?state={state}&scope=export:read").context["cl"].result_list
    assert [token.name for token in listed] == names


def test_who_took_what_is_shown_and_never_changed(
    researcher: Client, campaign: Campaign, other: Campaign
) -> None:
    for each in (campaign, other):
        record = begin_record(
            campaign=each, kind=ExportKind.LIVE, query={"format": "trl"}, now=NOW, asked_with=f"{each.key}-ci"
        )
    end_record(record_id=record.pk, outcome=ExportOutcome.CUT, now=NOW, row_count=3)
    page = researcher.get(RECORDS)
    assert [record.asked_with for record in page.context["cl"].result_list] == ["pilot-ci"]
    own, foreign = (each.export_records.get() for each in (campaign, other))
    assert "trl" in researcher.get(f"{RECORDS}{own.pk}/change/").content.decode()
    assert researcher.get(f"{RECORDS}{foreign.pk}/change/").status_code == 302
    for path in (f"{RECORDS}add/", f"{RECORDS}{own.pk}/delete/"):
        assert researcher.get(path).status_code == 403
    for query, count in (
        ("outcome=complete", 0),
        ("outcome=not+ended", 1),
        (f"campaign__id__exact={campaign.pk}", 1),
    ):
        assert len(researcher.get(f"{RECORDS}?{query}").context["cl"].result_list) == count
