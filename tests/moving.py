"""Next versions of a taxonomy, mapped, and campaigns that go on to them."""

from collections.abc import Mapping, Sequence

from annotator.assignments.models import Assignment, Campaign
from annotator.grading.models import Grade, Move
from annotator.grading.moving import ask_to_move, run_move
from annotator.jobs import running
from taxonomies.mapping import save_mapping, suggest_mapping
from taxonomies.models import TaxonomyVersion
from tests.makers import EVERY_KIND, NOW, make_version


def edited(*changes: tuple[str, str], text: str = EVERY_KIND) -> str:
    """The text with each first string replaced by the second; each must be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


# The label `sign` becomes two, `terse` is called `short`, `clear` is dropped.
SPLIT = edited(
    (
        "{key: sign, title: Sign, definition: A wrong sign.}",
        (
            "{key: flip, title: Flipped sign, definition: A wrong sign.},\n"
            "      {key: lost, title: Lost sign, definition: A sign was lost.}"
        ),
    ),
    (
        "{key: terse, title: Terse, definition: Short.},\n      {key: clear, title: Clear, definition: Easy to read.}",
        "{key: short, title: Short, definition: Short.}",
    ),
)
SPLIT_TARGETS = {
    "error.sign": ["error.flip", "error.lost"],
    "traits.terse": ["traits.short"],
    "traits.clear": [],
}


def next_version(
    version: TaxonomyVersion, text: str = SPLIT, targets: Mapping[str, Sequence[str]] | None = None
) -> TaxonomyVersion:
    """Published from the text, and mapped: labels keep their keys unless `targets` says more."""
    later = make_version(text)
    assert (later.taxonomy, later.number) == (version.taxonomy, version.number + 1)
    usual = suggest_mapping(source=version, target=later)
    more = SPLIT_TARGETS if targets is None and text is SPLIT else targets or {}
    save_mapping(source=version, target=later, targets={**usual, **more})
    return later


def move(campaign: Campaign, later: TaxonomyVersion) -> Move:
    """Moves it, as a worker would."""
    asked = ask_to_move(campaign=campaign, to_version=later, requested_by=None, now=NOW)
    taken = running.take(Move, pk=asked.pk, now=NOW)
    assert taken is not None
    run_move(move=taken, now=NOW)
    campaign.refresh_from_db()
    moved = Move.objects.get(pk=asked.pk)
    assert (moved.state, moved.error) == ("done", "")
    return moved


def successor_of(assignment: Assignment) -> Assignment:
    return Assignment.objects.get(moved_from=assignment)


def words_of(assignment: Assignment) -> list[str]:
    """Each grade of the chain under the assignment's version, as `index verdict criterion.label "text"`."""
    grades = Grade.objects.filter(
        campaign=assignment.campaign_id,
        taxonomy_version=assignment.taxonomy_version_id,
        annotator=assignment.annotator_id,
        chain=assignment.chain_id,
    )
    return sorted(in_words(grade) for grade in grades)


def in_words(grade: Grade) -> str:
    answers = grade.answers.filter(revision=grade.revision).select_related("criterion", "label")
    said = sorted(
        f"{answer.criterion.key}.{answer.label.key}" if answer.label else f"“{answer.text}”"
        for answer in answers
    )
    place = "chain" if grade.step is None else str(grade.step.index)
    return " ".join([place, grade.verdict.key if grade.verdict else grade.state, *said])
