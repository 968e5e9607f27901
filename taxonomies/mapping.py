"""What the labels of one version become in a later one: read, suggested, checked, saved.

Labels go by their `criterion.label` keys. A label that is absent from a mapping is not decided yet; one with no target is
dropped, one with several is split: people choose again among them.
"""

from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from taxonomies.models import Label, LabelMapping, TaxonomyVersion, VersionStatus

Targets = Mapping[str, Sequence[str]]


class MappingRefused(Exception):
    """Words for why two versions cannot be mapped, or, in `problems`, why a label cannot become what was asked."""

    def __init__(self, words: str, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(words)
        self.problems = dict(problems or {})


def read_mapping(*, source: TaxonomyVersion, target: TaxonomyVersion) -> dict[str, tuple[str, ...]]:
    """What was decided so far, in the order of the labels."""
    rows = (
        LabelMapping.objects.filter(source__version=source, to_version=target)
        .select_related("source__criterion", "target__criterion")
        .order_by("target__criterion__position", "target__position", "target")
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.target is None:
            found[key_of(row.source)] = []
        elif place_of(row.source) == place_of(row.target):
            # Otherwise the draft was edited since, and the label waits for another target.
            found.setdefault(key_of(row.source), []).append(key_of(row.target))
    return {key: tuple(found[key]) for key in labels_of(source) if key in found}


def suggest_mapping(*, source: TaxonomyVersion, target: TaxonomyVersion) -> dict[str, tuple[str, ...]]:
    """Each label that both versions have under the same keys is kept; the others are for a person to decide."""
    allowed = allowed_targets(source=source, target=target)
    return {key: (key,) for key, targets in allowed.items() if key in targets}


def unmapped(*, source: TaxonomyVersion, target: TaxonomyVersion) -> list[str]:
    """The labels that are not decided yet; a campaign moves once there are none."""
    decided = read_mapping(source=source, target=target)
    return [key for key in labels_of(source) if key not in decided]


def allowed_targets(*, source: TaxonomyVersion, target: TaxonomyVersion) -> dict[str, tuple[str, ...]]:
    """For each label what it may become: a verdict a verdict, a label of a step (or of the chain) one of the same."""
    by_place: dict[tuple[bool, str], list[str]] = {}
    for key, label in labels_of(target).items():
        by_place.setdefault(place_of(label), []).append(key)
    shared = {place: tuple(keys) for place, keys in by_place.items()}
    return {key: shared.get(place_of(label), ()) for key, label in labels_of(source).items()}


@transaction.atomic
def save_mapping(*, source: TaxonomyVersion, target: TaxonomyVersion, targets: Targets) -> None:
    """Make this the whole mapping; absent labels are not decided. Raises MappingRefused and then changes nothing."""
    # One writer at a time, and the target's labels stay (taxonomies 0002): a draft can still be edited.
    target = TaxonomyVersion.objects.select_for_update(no_key=True).get(pk=target.pk)
    check_versions(source=source, target=target)
    problems = dict(problems_in(targets, allowed=allowed_targets(source=source, target=target)))
    if problems:
        raise MappingRefused(_("Some labels cannot become what was asked."), problems)
    sources, destinations = labels_of(source), labels_of(target)
    wanted: set[tuple[int, int | None]] = {(sources[key].pk, None) for key in targets if not targets[key]}
    wanted |= {(sources[key].pk, destinations[new].pk) for key in targets for new in targets[key]}
    stored = LabelMapping.objects.filter(source__version=source, to_version=target)
    rows = {(row.source_id, row.target_id): row.pk for row in stored}
    # A dropped label may not have a target at any moment, so what goes goes first.
    stored.filter(pk__in=[pk for pair, pk in rows.items() if pair not in wanted]).delete()
    LabelMapping.objects.bulk_create(
        LabelMapping(source_id=old, to_version=target, target_id=new)
        for old, new in sorted(wanted - rows.keys(), key=str)
    )


def check_versions(*, source: TaxonomyVersion, target: TaxonomyVersion) -> None:
    """Raises MappingRefused unless the one is a frozen version and the other a later one of the same taxonomy."""
    if source.taxonomy_id != target.taxonomy_id or source.number >= target.number:
        raise MappingRefused(
            _("{target} is not a later version than {source} of the same taxonomy.").format(
                target=target, source=source
            )
        )
    if source.status == VersionStatus.DRAFT:
        raise MappingRefused(
            _("{version} is a draft: nothing was graded with it that could be carried over.").format(
                version=source
            )
        )


def problems_in(targets: Targets, *, allowed: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for key, chosen in targets.items():
        if key not in allowed:
            yield key, _("the older version has no such label")
            continue
        strange = next((choice for choice in chosen if choice not in allowed[key]), None)
        if strange is not None:
            yield (
                key,
                _("it cannot become {label}: choose a label of the same sort in the newer version").format(
                    label=repr(strange[:80])
                ),
            )
        elif len(set(chosen)) != len(chosen):
            yield key, _("the same label was chosen twice")


def labels_of(version: TaxonomyVersion) -> dict[str, Label]:
    """By `criterion.label` key, in the order in which they are asked."""
    ordered: QuerySet[Label] = (
        Label.objects.filter(version=version)
        .select_related("criterion")
        .order_by(F("criterion__is_verdict").desc(), "criterion__position", "criterion", "position", "pk")
    )
    return {key_of(label): label for label in ordered}


def key_of(label: Label) -> str:
    return f"{label.criterion.key}.{label.key}"


def place_of(label: Label) -> tuple[bool, str]:
    return label.criterion.is_verdict, label.criterion.scope
