"""Who changed what in a taxonomy, newest first: read from the events that the database's triggers write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model, OuterRef, QuerySet, Subquery, Value

from taxonomies.models import Taxonomy, TaxonomyVersion

# Where a row stands and what it is called; what an event says besides is what changed.
NOT_SAID = {"id", "taxonomy", "version", "criterion", "to_version"}
DOINGS = {
    "insert": "added",
    "update": "changed",
    "delete": "removed",
    "present": "was there when history began",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row written once. `who` is None for what came past the pages: by SQL or a command."""

    at: datetime
    who: str | None
    what: str
    done: str
    fields: tuple[FieldChange, ...]


def event_model(name: str) -> type[Any]:
    """pghistory makes them beside the models."""
    return apps.get_model("taxonomies", f"{name}Event")


def version_events(version: TaxonomyVersion) -> QuerySet[Any]:
    """Every event of a version, its criteria, labels and the mappings to it, as (model, id), newest first."""
    return newest_first(
        [
            ("TaxonomyVersion", {"pgh_obj": version.pk}),
            ("Criterion", {"version": version.pk}),
            ("Label", {"version": version.pk}),
            ("LabelMapping", {"to_version": version.pk}),
        ]
    )


def taxonomy_events(taxonomy: Taxonomy) -> QuerySet[Any]:
    """Every event of a taxonomy itself and of its versions as a whole, as (model, id), newest first."""
    return newest_first(
        [("Taxonomy", {"pgh_obj": taxonomy.pk}), ("TaxonomyVersion", {"taxonomy": taxonomy.pk})]
    )


def newest_first(sources: list[tuple[str, dict[str, int]]]) -> QuerySet[Any]:
    first, *others = (
        event_model(name)
        .objects.filter(**where)
        .annotate(model=Value(name))
        .values_list("model", "pgh_id", "pgh_created_at")
        for name, where in sources
    )
    # All events of one transaction have one time; then a version comes before its labels and criteria.
    events: QuerySet[Any] = first.union(*others, all=True)
    return events.order_by("-pgh_created_at", "-model", "-pgh_id")


def changes_in(page: Iterable[tuple[str, int, datetime]]) -> list[Change]:
    """These events in their order, each beside the one before it of the same row."""
    wanted = [(name, pk) for name, pk, _ in page]
    events = {
        (name, event.pgh_id): event for name in {n for n, _ in wanted} for event in fetched(name, wanted)
    }
    former = {
        (name, before.pgh_id): before
        for name in {n for n, _ in wanted}
        for before in event_model(name).objects.filter(
            pgh_id__in=[e.former for (n, _), e in events.items() if n == name and e.former]
        )
    }
    people = who_were(events.values())
    keys = Keys(list(events.items()))
    return [
        change(
            name,
            events[name, pk],
            before=former.get((name, events[name, pk].former)),
            people=people,
            keys=keys,
        )
        for name, pk in wanted
    ]


def fetched(name: str, wanted: list[tuple[str, int]]) -> QuerySet[Any]:
    model = event_model(name)
    earlier = model.objects.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
    events: QuerySet[Any] = model.objects.filter(pgh_id__in=[pk for n, pk in wanted if n == name]).annotate(
        former=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    )
    return events


def who_were(events: Iterable[Any]) -> dict[int, str]:
    ids = {event.pgh_context["user"] for event in events if event.pgh_context}
    return {user.pk: user.get_username() for user in get_user_model().objects.filter(pk__in=ids)}


class Keys:
    """The last known keys of criteria and labels, also of those that are gone."""

    def __init__(self, events: list[tuple[tuple[str, int], Any]]) -> None:
        labels = {e.id for (name, _), e in events if name == "Label"}
        for (name, _), event in events:
            if name == "LabelMapping":
                labels |= {event.source_id, event.target_id} - {None}
        rows = event_model("Label").objects.filter(pgh_obj__in=labels).order_by("pgh_id")
        known = {row.pgh_obj_id: row for row in rows}
        criteria = {row.criterion_id for row in known.values()}
        asked = event_model("Criterion").objects.filter(pgh_obj__in=criteria).order_by("pgh_id")
        self.criteria: dict[int, str] = dict(asked.values_list("pgh_obj_id", "key"))
        self.labels = {
            pk: f"{self.criteria.get(row.criterion_id, '?')}.{row.key}" for pk, row in known.items()
        }

    def what(self, name: str, event: Any) -> str:
        if name == "Label":
            return f"label {self.criteria.get(event.criterion_id, '?')}.{event.key}"
        if name == "Criterion":
            return f"criterion {event.key}"
        if name == "LabelMapping":
            return f"mapping of {self.labels.get(event.source_id, '?')}"
        return f"version {event.number}" if name == "TaxonomyVersion" else "taxonomy"


def change(name: str, event: Any, *, before: Any, people: dict[int, str], keys: Keys) -> Change:
    who = people.get(event.pgh_context["user"], "somebody who is gone") if event.pgh_context else None
    return Change(
        at=event.pgh_created_at,
        who=who,
        what=keys.what(name, event),
        done=DOINGS[event.pgh_label],
        fields=tuple(field_changes(event, before=before, keys=keys))
        if event.pgh_label == "update"
        else told(event, keys),
    )


def told(event: Any, keys: Keys) -> tuple[FieldChange, ...]:
    """Of a mapping, what it leads to; other rows that come and go are told by their names."""
    if not hasattr(event, "target_id"):
        return ()
    target = in_words(event, event._meta.get_field("target"), keys)
    return (
        (FieldChange("becomes", "", target),)
        if event.pgh_label != "delete"
        else (FieldChange("becomes", target, ""),)
    )


def field_changes(event: Any, *, before: Model | None, keys: Keys) -> Iterator[FieldChange]:
    for field in event._meta.fields:
        if field.name.startswith("pgh_") or field.name in NOT_SAID:
            continue
        old = in_words(before, field, keys) if before else "not known"
        new = in_words(event, field, keys)
        if old != new and (before or new):
            yield FieldChange(str(field.verbose_name), old, new)


def in_words(event: Any, field: Any, keys: Keys) -> str:
    value = getattr(event, field.attname)
    if field.is_relation:
        return "dropped" if value is None else keys.labels.get(value, "a label that is gone")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return "" if value is None else str(value)
