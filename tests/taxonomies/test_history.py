"""Who changed what: written by the database, whatever way a change took."""

from typing import Any

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction

from taxonomies.history import Change, changes_in, event_model, taxonomy_events, version_events
from taxonomies.models import Criterion, Label, LabelMapping, TaxonomyVersion
from taxonomies.publishing import clone_version, publish
from tests.makers import NOW, make_user, make_version, small_yaml

pytestmark = pytest.mark.django_db


def changes(version: TaxonomyVersion) -> list[Change]:
    return changes_in(version_events(version))


def said(change: Change) -> list[tuple[str, str, str]]:
    return [(field.field, field.before, field.after) for field in change.fields]


def newest(version: TaxonomyVersion, what: str) -> Change:
    # The tests run in one transaction, so all times are alike.
    return next(change for change in changes(version) if change.what == what)


def test_a_bulk_update_is_seen_with_what_stood_before() -> None:
    draft = make_version(small_yaml(), publish=False)
    Label.objects.filter(key="bad").update(title="Wrong", hotkey="4")
    change = newest(draft, "label verdict.bad")
    assert (change.who, change.done) == (None, "changed")
    assert said(change) == [("title", "Bad", "Wrong"), ("hotkey", "3", "4")]


def test_sql_is_seen_too() -> None:
    draft = make_version(small_yaml(), publish=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE taxonomies_criterion SET required = true WHERE key = 'error_type'")
    assert said(newest(draft, "criterion error_type")) == [("required", "no", "yes")]


def test_who_it_was_is_named_where_that_is_known() -> None:
    draft = make_version(small_yaml(), publish=False)
    with pghistory.context(user=make_user("rosa").pk):
        Criterion.objects.filter(key="verdict").update(question="Sound?")
    assert newest(draft, "criterion verdict").who == "rosa"


def test_what_was_removed_still_has_its_name() -> None:
    draft = make_version(small_yaml(), publish=False)
    Criterion.objects.get(key="error_type").delete()
    assert newest(draft, "label error_type.other").done == "removed"
    assert newest(draft, "criterion error_type").done == "removed"


def test_publishing_and_mapping_are_in_it() -> None:
    version = make_version(small_yaml())
    draft = clone_version(version=version)
    source = Label.objects.get(version=version, key="sign_error")
    LabelMapping.objects.create(
        source=source, to_version=draft, target=Label.objects.get(version=draft, key="other")
    )
    assert said(newest(draft, "mapping of error_type.sign_error")) == [("becomes", "", "error_type.other")]
    publish(version=draft, now=NOW)
    assert ("status", "draft", "published") in said(newest(draft, "version 2"))
    whats = [change.what for change in changes_in(taxonomy_events(draft.taxonomy))]
    assert {"version 1", "version 2", "taxonomy"} == set(whats)


@pytest.mark.parametrize("name", ["Taxonomy", "TaxonomyVersion", "Criterion", "Label", "LabelMapping"])
@pytest.mark.parametrize("way", ["update", "delete"])
def test_history_can_only_be_added_to(name: str, way: str) -> None:
    version = make_version(small_yaml())
    draft = clone_version(version=version)
    LabelMapping.objects.create(source=Label.objects.filter(version=version)[0], to_version=draft)
    events: Any = event_model(name).objects.all()
    assert events.exists()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        events.update(pgh_label="never") if way == "update" else events.delete()
