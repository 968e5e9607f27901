"""Every way in which somebody might change a published version: refused with words, and its digest stands."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from taxonomies.content import content_of, digest_of, write_content
from taxonomies.loading import load_taxonomy
from taxonomies.models import Criterion, Label, TaxonomyVersion, VersionStatus
from taxonomies.publishing import NotPublishable, VersionRefused, clone_version, publish, retire
from tests.graded import bearer, token_for
from tests.makers import NOW, make_campaign, make_user, make_version
from tests.web.test_admin import posted, version_url

pytestmark = pytest.mark.django_db
Way: TypeAlias = Callable[[TaxonomyVersion], object]

TEXT = """\
taxonomy: frozen
title: Frozen
guidelines: Look twice.
content_features: [bullets, code]
criteria:
  - {key: verdict, question: "Is it right?", required: true, verdict: true, labels: [
      {key: good, title: Good, value: 1, hotkey: "1", definition: Right., good_example: a, bad_example: b},
      {key: bad, title: Bad, value: -1, hotkey: "3", definition: Wrong., good_example: c, bad_example: d}]}
  - {key: error, question: "What is wrong?", shown_for: [verdict.bad], labels: [
      {key: sign, title: Sign, hotkey: "4", definition: A wrong sign.},
      {key: other, title: Other, hotkey: "5", definition: Anything else.}]}
  - {key: whole, question: "Does it hold as a whole?", scope: chain, labels: [
      {key: holds, title: Holds, hotkey: a, definition: It holds.}]}
  - {key: remark, question: "Anything else?", kind: text}
"""
TABLES = {
    "taxonomies_taxonomyversion": "id",
    "taxonomies_criterion": "version_id",
    "taxonomies_label": "version_id",
}
# What the database, or Django before it, says in these cases. A refusal without words is a failure.
WORDS = [
    "it can be retired, nothing else",
    "clone it to change its criteria or labels",
    "taxonomies are never truncated",
    "a version begins as a draft",
    "protected foreign keys",
    "cannot truncate a table referenced in a foreign key constraint",
    "violates foreign key constraint",
    "duplicate key value violates unique constraint",
    "permission denied",
    "can only be updated to DEFAULT",
    "is used in campaigns",
]


@pytest.fixture(params=["published", "retired"])
def version(request: pytest.FixtureRequest) -> TaxonomyVersion:
    """Published or retired, with a draft after it."""
    made = make_version(TEXT)
    clone_version(version=made)
    return retire(version=made) if request.param == "retired" else made


def draft_after(version: TaxonomyVersion) -> TaxonomyVersion:
    return TaxonomyVersion.objects.get(taxonomy=version.taxonomy_id, status="draft")


def itself(version: TaxonomyVersion) -> TaxonomyVersion:
    """Read again, so that the test's own stays as it was."""
    return TaxonomyVersion.objects.get(pk=version.pk)


def criterion_of(version: TaxonomyVersion, key: str = "error") -> Criterion:
    return Criterion.objects.get(version=version, key=key)


def label_of(version: TaxonomyVersion, key: str = "sign") -> Label:
    return Label.objects.get(version=version, key=key)


def rows_of(version: TaxonomyVersion) -> dict[str, list[tuple[Any, ...]]]:
    """Every column of the version, its criteria and its labels, as the database holds them."""
    rows = {}
    with connection.cursor() as cursor:
        for table, owner in TABLES.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {owner} = %s ORDER BY id", [version.pk])
            rows[table] = cursor.fetchall()
    return rows


def settle() -> None:
    """Deferred checks are made now: a table with events that wait for them cannot be truncated or altered."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def words_of_refusal(way: Way, version: TaxonomyVersion) -> str:
    """What the database said, at once or when the transaction would end; the rows must be as they were."""
    before, words = rows_of(version), ""
    settle()
    try:
        with transaction.atomic():
            way(version)
            settle()
            transaction.set_rollback(True)
    except DatabaseError as error:
        words = str(error)
    assert rows_of(version) == before
    assert_stands(version)
    return words


def assert_refused(way: Way, version: TaxonomyVersion) -> None:
    words = words_of_refusal(way, version)
    assert any(known in words for known in WORDS), words or "nothing refused it"


def assert_stands(version: TaxonomyVersion) -> None:
    """The digest that was stored at publishing is still the one of its rows."""
    found = TaxonomyVersion.objects.get(pk=version.pk)
    assert (found.status, found.digest) == (version.status, version.digest)
    assert digest_of(content_of(found)) == version.digest


# --- Through Django's models


def saved(part: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(part, name, value)
    part.save()


def bulk_updated(part: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(part, name, value)
    type(part)._default_manager.bulk_update([part], list(changes))


def updated(part: Any, **changes: Any) -> None:
    type(part)._default_manager.filter(pk=part.pk).update(**changes)


CHANGES: dict[str, tuple[Callable[[TaxonomyVersion], Any], dict[str, Any]]] = {
    "guidelines": (itself, {"guidelines": "Anything goes."}),
    "content features": (itself, {"content_features": ["bullets"]}),
    "number": (itself, {"number": 7}),
    "digest": (itself, {"digest": "0" * 64}),
    "published_at": (itself, {"published_at": NOW.replace(year=2000)}),
    "back to draft": (itself, {"status": "draft", "published_at": None, "digest": ""}),
    "question": (criterion_of, {"question": "Which?"}),
    "kind": (criterion_of, {"kind": "many"}),
    "scope": (criterion_of, {"scope": "chain"}),
    "scope of one about the chain": (lambda v: criterion_of(v, "whole"), {"scope": "step"}),
    "required": (criterion_of, {"required": True}),
    "condition": (criterion_of, {"shown_for": []}),
    "order of criteria": (criterion_of, {"position": 9}),
    "verdict": (lambda v: criterion_of(v, "verdict"), {"is_verdict": False}),
    "wording": (label_of, {"title": "Plus or minus"}),
    "definition": (label_of, {"definition": "Any wrong sign."}),
    "example": (label_of, {"good_example": "2 - 3 = 1"}),
    "hotkey": (label_of, {"hotkey": "6"}),
    "tone": (label_of, {"tone": "good"}),
    "value": (lambda v: label_of(v, "bad"), {"value": 1}),
    "order of labels": (label_of, {"position": 9}),
    "key of a label": (label_of, {"key": "plus_minus"}),
}


@pytest.mark.parametrize("writer", [saved, updated, bulk_updated])
def test_no_model_changes_it(version: TaxonomyVersion, writer: Callable[..., None]) -> None:
    for part_of, changes in CHANGES.values():
        assert_refused(lambda v, of=part_of, new=changes: writer(of(v), **new), version)  # type: ignore[misc]


DELETIONS: dict[str, Way] = {
    "the version": lambda v: v.delete(),
    "the version by a query": lambda v: TaxonomyVersion.objects.filter(pk=v.pk).delete(),
    "its taxonomy": lambda v: v.taxonomy.delete(),
    "a criterion": lambda v: criterion_of(v).delete(),
    "all criteria": lambda v: v.criteria.all().delete(),
    "a criterion without labels": lambda v: criterion_of(v, "remark").delete(),
    "a label": lambda v: label_of(v).delete(),
    "all labels, unseen": lambda v: Label.objects.filter(version=v)._raw_delete("default"),
}


@pytest.mark.parametrize("way", DELETIONS.values(), ids=DELETIONS)
def test_nothing_of_it_is_deleted(version: TaxonomyVersion, way: Way) -> None:
    assert_refused(way, version)


def add_criterion(version: TaxonomyVersion, **more: Any) -> Criterion:
    return Criterion.objects.create(version=version, key="late", question="Late?", **more)


def add_label(version: TaxonomyVersion) -> None:
    Label.objects.create(version=version, criterion=criterion_of(version), key="late", title="Late")


ADDITIONS: dict[str, Way] = {
    "a criterion": add_criterion,
    "a criterion of the chain": partial(add_criterion, scope="chain", kind="text"),
    "a label": add_label,
    "labels in bulk": lambda v: Label.objects.bulk_create(
        [Label(version=v, criterion=criterion_of(v), key=key, title=key) for key in ("late", "later")]
    ),
    "a label by what is missing": lambda v: Label.objects.update_or_create(
        version=v, criterion=criterion_of(v), key="late", defaults={"title": "Late"}
    ),
    "a label over one that is there": lambda v: Label.objects.bulk_create(
        [Label(version=v, criterion=criterion_of(v), key="sign", title="Plus or minus")],
        update_conflicts=True,
        unique_fields=["criterion", "key"],
        update_fields=["title"],
    ),
    "a whole content": lambda v: write_content(version=v, content=content_of(v)),
}


@pytest.mark.parametrize("way", ADDITIONS.values(), ids=ADDITIONS)
def test_nothing_is_added_to_it(version: TaxonomyVersion, way: Way) -> None:
    assert_refused(way, version)


MOVES: dict[str, Way] = {
    "a criterion out": lambda v: updated(criterion_of(v), version=draft_after(v)),
    "a criterion out, as another": lambda v: updated(criterion_of(v), version=draft_after(v), key="late"),
    "a criterion in": lambda v: updated(criterion_of(draft_after(v)), version=v, key="late"),
    "a criterion in, by its relation": lambda v: v.criteria.add(add_criterion(draft_after(v))),
    "a label out": lambda v: updated(
        label_of(v), version=draft_after(v), criterion=criterion_of(draft_after(v)), key="late"
    ),
    "a label in": lambda v: updated(
        label_of(draft_after(v)), version=v, criterion=criterion_of(v), key="late"
    ),
    "a label in, by half": lambda v: updated(label_of(draft_after(v)), criterion=criterion_of(v), key="late"),
    "a label in, by its relation": lambda v: criterion_of(v).labels.add(label_of(draft_after(v))),
    "a label to another criterion": lambda v: updated(
        label_of(v), criterion=criterion_of(v, "whole"), key="late"
    ),
    "the version to another taxonomy": lambda v: updated(
        v, taxonomy=make_version(TEXT.replace("frozen", "other")).taxonomy
    ),
}


@pytest.mark.parametrize("way", MOVES.values(), ids=MOVES)
def test_nothing_is_moved_out_of_it_or_into_it(version: TaxonomyVersion, way: Way) -> None:
    assert_refused(way, version)


# --- By SQL


def sql(statement: str, *values: Any) -> Way:
    """The version's key stands in for each %s that no value is given for."""

    def way(version: TaxonomyVersion) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values or [version.pk] * statement.count("%s"))

    return way


def columns_of(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table]
        )
        return [(str(column), str(kind)) for column, kind in cursor.fetchall()]


# By the column's type: a value that no row has.
OTHERS = {
    "bigint": "{} + 1000000",
    "integer": "coalesce({}, 0) + 1000",
    "smallint": "coalesce({}, 0) - 1",
    "boolean": "NOT {}",
    "character varying": "'z' || left({}, 0)",
    "text": "{} || '!'",
    "timestamp with time zone": "{} + interval '1 day'",
    "ARRAY": "{} || ARRAY['z']::varchar[]",
}


def test_no_column_is_updated(version: TaxonomyVersion) -> None:
    for table, owner in TABLES.items():
        for column, kind in columns_of(table):
            value = OTHERS[kind].format(f'"{column}"')
            assert_refused(sql(f'UPDATE {table} SET "{column}" = {value} WHERE {owner} = %s'), version)


STATEMENTS = {
    **{f"DELETE {table}": f"DELETE FROM {table} WHERE {owner} = %s" for table, owner in TABLES.items()},
    "retire and change": "UPDATE taxonomies_taxonomyversion SET status = 'retired', guidelines = '' WHERE id = %s",
    "retire and declare content": "UPDATE taxonomies_taxonomyversion"
    " SET status = 'retired', content_features = '{}' WHERE id = %s",
    "insert a criterion": "INSERT INTO taxonomies_criterion"
    " (version_id, key, question, kind, scope, required, position, is_verdict, shown_for)"
    " VALUES (%s, 'late', 'Late?', 'text', 'chain', false, 9, false, '{}')",
    "insert a label": "INSERT INTO taxonomies_label (criterion_id, version_id, key, title, definition, hotkey, tone,"
    " position, good_example, bad_example) SELECT id, version_id, 'late', 'Late', '', '', 'bad', 9, '', ''"
    " FROM taxonomies_criterion WHERE version_id = %s",
    "insert it as published": "INSERT INTO taxonomies_taxonomyversion"
    " (taxonomy_id, number, status, guidelines, content_features, published_at, digest)"
    " SELECT taxonomy_id, 99, 'published', '', '{}', now(), digest FROM taxonomies_taxonomyversion WHERE id = %s",
    "upsert": "INSERT INTO taxonomies_taxonomyversion SELECT * FROM taxonomies_taxonomyversion WHERE id = %s"
    " ON CONFLICT (id) DO UPDATE SET guidelines = ''",
    "merge": "MERGE INTO taxonomies_label l USING taxonomies_criterion c ON l.criterion_id = c.id AND c.version_id = %s"
    " WHEN MATCHED THEN UPDATE SET title = 'Merged'",
    "inside a query": "WITH gone AS (DELETE FROM taxonomies_label WHERE version_id = %s RETURNING id)"
    " SELECT count(*) FROM gone",
    "its taxonomy": "DELETE FROM taxonomies_taxonomy"
    " WHERE id = (SELECT taxonomy_id FROM taxonomies_taxonomyversion WHERE id = %s)",
}  # fmt: skip


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_no_statement_changes_it(version: TaxonomyVersion, statement: str) -> None:
    assert_refused(sql(statement), version)


TRUNCATED = [
    *TABLES,
    ", ".join(TABLES),
    "taxonomies_taxonomy",
    "taxonomies_taxonomy, assignments_campaign",
]


@pytest.mark.parametrize("how", ["", "CASCADE", "RESTART IDENTITY CASCADE"])
@pytest.mark.parametrize("tables", TRUNCATED)
def test_it_is_not_truncated(version: TaxonomyVersion, tables: str, how: str) -> None:
    # Tests may truncate (tests/conftest.py); here they are like everybody else.
    assert_refused(sql(f"SET LOCAL stepmark.truncate = ''; TRUNCATE {tables} {how}"), version)


def copied_into(table: str) -> Way:
    """COPY of the version's own rows of that table, under other ids and keys."""

    def way(version: TaxonomyVersion) -> None:
        names = [column for column, _ in columns_of(table) if column != "id"]
        values = ["'late'" if name == "key" else "99" if name == "number" else f'"{name}"' for name in names]
        owner = TABLES[table]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(values)} FROM {table} WHERE {owner} = %s LIMIT 1", [version.pk]
            )
            row = cursor.fetchone()
            quoted = ", ".join(f'"{name}"' for name in names)
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                copy.write_row(row)

    return way


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_copied_into_it(version: TaxonomyVersion, table: str) -> None:
    # Django's own wrapper of a refusal does not reach into COPY.
    def way(version: TaxonomyVersion) -> None:
        try:
            copied_into(table)(version)
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error

    assert_refused(way, version)


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL session_replication_role = replica",
        "SET LOCAL session_replication_role = local",
        "ALTER TABLE taxonomies_label DISABLE TRIGGER ALL",
        "UPDATE pg_trigger SET tgenabled = 'D' WHERE tgname = 'a_published_label_is_frozen'",
    ],
)
def test_the_guards_are_not_turned_off_for_a_session(version: TaxonomyVersion, statement: str) -> None:
    """A superuser of PostgreSQL could, and could then change anything; the application's role is none."""
    assert_refused(sql(statement), version)


def test_what_was_changed_by_taking_a_guard_away_shows_in_the_digest(version: TaxonomyVersion) -> None:
    """The owner of a table can always change the schema itself. That is no write that anybody makes by mistake."""
    settle()
    sql("ALTER TABLE taxonomies_label DISABLE TRIGGER a_published_label_is_frozen")(version)
    updated(label_of(version), title="Plus or minus")
    settle()
    sql("ALTER TABLE taxonomies_label ENABLE TRIGGER a_published_label_is_frozen")(version)
    found = TaxonomyVersion.objects.get(pk=version.pk)
    assert digest_of(content_of(found)) != found.digest


# --- Through our own functions


def test_it_is_neither_published_again_nor_retired_twice(version: TaxonomyVersion) -> None:
    with pytest.raises(NotPublishable, match=f"version 1 is already {version.status}"):
        publish(version=version, now=timezone.now())
    assert_stands(version)
    if version.status == VersionStatus.RETIRED:
        with pytest.raises(VersionRefused, match="retired"):
            retire(version=version)
    assert_stands(version)


def test_a_changed_file_makes_another_version(version: TaxonomyVersion) -> None:
    draft_after(version).delete()
    loaded = load_taxonomy(text=TEXT.replace("A wrong sign.", "Any wrong sign."), publish=True, now=NOW)
    assert (loaded.version.number, loaded.version.pk != version.pk) == (2, True)
    assert_stands(version)


# --- Through the admin


@pytest.fixture(params=["researcher", "superuser"])
def admin_client(request: pytest.FixtureRequest) -> Client:
    person = make_user("rosa", researcher=True)
    person.is_superuser = request.param == "superuser"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def form_of_a_draft(client: Client, version: TaxonomyVersion) -> dict[str, Any]:
    """What the form of the draft after it sends, with the keys of this version's own rows, and everything reworded."""
    draft = draft_after(version)
    response = client.get(version_url(draft))
    fields = posted(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        fields |= posted(inline.formset)
    pks: dict[str, str] = {}
    for model in (Criterion, Label):
        theirs, ours = (
            model._default_manager.filter(version=owner).order_by("pk").values_list("pk", flat=True)
            for owner in (draft, version)
        )
        pks |= {f"{model.__name__}{their}": str(our) for their, our in zip(theirs, ours, strict=True)}
    for name, value in fields.items():
        owner = "Label" if "-labels-" in name else "Criterion"
        if name.endswith("-id") and value:
            fields[name] = pks[f"{owner}{value}"]
        if name.endswith(("-question", "-title", "guidelines")):
            fields[name] = "Reworded"
    return fields | {"_continue": "1"}


def test_the_admin_changes_nothing(version: TaxonomyVersion, admin_client: Client) -> None:
    fields = form_of_a_draft(admin_client, version)
    forged = [
        fields,
        fields | {"criteria-0-DELETE": "on", "criteria-1-labels-0-DELETE": "on"},
        {**fields, "criteria-TOTAL_FORMS": "5", "criteria-4-key": "late", "criteria-4-question": "Late?"},
        {"guidelines": "Anything goes."},
        {},
    ]
    for data in forged:
        assert_not_allowed(admin_client, version_url(version), data, version=version)
    assert_not_allowed(admin_client, version_url(version, "delete"), {"post": "yes"}, version=version)
    assert_not_allowed(admin_client, version_url(version, "publish_version"), {}, version=version)
    if version.status == VersionStatus.RETIRED:
        assert_not_allowed(admin_client, version_url(version, "retire_version"), {}, version=version)


def assert_not_allowed(client: Client, url: str, data: dict[str, Any], *, version: TaxonomyVersion) -> None:
    answer = client.post(url, data)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "may not do this" in answer.content.decode()
    assert_stands(version)


def test_no_form_of_the_admin_takes_its_rows_along(version: TaxonomyVersion, admin_client: Client) -> None:
    """The draft's own form, sent with the keys of published rows."""
    before = rows_of(version)
    fields = form_of_a_draft(admin_client, version)
    for data in (fields, fields | {"criteria-1-DELETE": "on"}, fields | {"criteria-1-labels-0-DELETE": "on"}):
        answer = admin_client.post(version_url(draft_after(version)), data)
        assert answer.status_code == HTTPStatus.OK
        (criteria,) = answer.context["inline_admin_formsets"]
        labels = [nested.formset.errors for form in criteria.formset.forms for nested in form.nested_formsets]
        assert "did not match the parent instance" in str(labels)
        assert rows_of(version) == before
    assert_stands(version)


def test_no_action_of_the_list_deletes_or_changes_it(version: TaxonomyVersion, admin_client: Client) -> None:
    changelist = reverse("admin:taxonomies_taxonomyversion_changelist")
    for action in ("delete_selected", "publish_version", "make_draft"):
        data = {"action": action, "_selected_action": [version.pk], "post": "yes", "index": "0"}
        answer = admin_client.post(changelist, data, follow=True)
        assert answer.status_code in (HTTPStatus.OK, HTTPStatus.FORBIDDEN)
        assert_stands(version)
    taxonomy = version.taxonomy
    answer = admin_client.post(
        reverse("admin:taxonomies_taxonomy_delete", args=[taxonomy.pk]), {"post": "yes"}
    )
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert_stands(version)


# --- Through the API


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_only_reads_it(method: str) -> None:
    version = make_version(TEXT)
    token = bearer(token_for(make_campaign(version=version)))
    address = reverse("api:taxonomy_version", args=["frozen", 1])
    assert Client().get(address, headers=token).status_code == HTTPStatus.OK
    answer = getattr(Client(), method)(
        address, data={"guidelines": "Other."}, content_type="application/json", headers=token
    )
    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert answer["Content-Type"] == "application/problem+json"
    assert method.upper() in answer.json()["detail"]
    assert_stands(version)
