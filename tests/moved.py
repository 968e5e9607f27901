"""Campaigns that went on to the next version of their taxonomy."""

from datetime import timedelta

from django.db import transaction

from annotator.assignments.models import Assignment, AssignmentStatus, Campaign
from taxonomies.models import Label, LabelMapping, TaxonomyVersion
from taxonomies.publishing import clone_version, publish
from tests.graded import graded_campaign, hand_in
from tests.makers import NOW, grade, grade_bad, line


def next_version(version: TaxonomyVersion) -> TaxonomyVersion:
    """The next one, published: alike, but its label `terse` is `short` now. Every label is mapped to it."""
    later = clone_version(version=version)
    Label.objects.filter(version=later, key="terse").update(key="short", title="Short")
    later = publish(version=later, now=NOW)
    new = {(label.criterion.key, label.key): label for label in labels_of(later)}
    LabelMapping.objects.bulk_create(
        LabelMapping(
            source=label,
            to_version=later,
            target=new[label.criterion.key, {"terse": "short"}.get(label.key, label.key)],
        )
        for label in labels_of(version)
    )
    return later


def labels_of(version: TaxonomyVersion) -> list[Label]:
    return list(Label.objects.filter(version=version).select_related("criterion"))


@transaction.atomic
def moved_by_hand(campaign: Campaign) -> TaxonomyVersion:
    """Puts the campaign on the next version without carrying a grade over: what was submitted goes back to its annotator."""
    former = list(Assignment.objects.filter(campaign=campaign))
    open_ones = Assignment.objects.filter(campaign=campaign, status=AssignmentStatus.OPEN)
    open_ones.update(status=AssignmentStatus.MOVED)
    campaign.taxonomy_version = next_version(campaign.taxonomy_version)
    campaign.save(update_fields=["taxonomy_version"])
    for assignment in former:
        status = assignment.status
        is_submitted = status == AssignmentStatus.SUBMITTED
        Assignment.objects.create(
            campaign=campaign,
            taxonomy_version=campaign.taxonomy_version,
            chain=assignment.chain,
            annotator=assignment.annotator,
            seat=assignment.seat,
            status=AssignmentStatus.RETURNED if is_submitted else status,
            moved_from=assignment,
            claimed_at=NOW,
            expires_at=NOW + timedelta(hours=4),
        )
    return campaign.taxonomy_version


def held_again(former: Assignment) -> Assignment:
    """What the assignment became, open once more in the hands of its annotator."""
    assignment = Assignment.objects.get(moved_from=former)
    Assignment.objects.filter(pk=assignment.pk).update(status=AssignmentStatus.OPEN)
    return Assignment.objects.get(pk=assignment.pk)


def moved_campaign() -> Campaign:
    """Two chains graded by ada and ben under version 1, one of them again by both under version 2, with other words."""
    campaign = graded_campaign(
        [line("p/a", "1", "2", final_answer_correct=True), line("q/a", "1", final_answer_correct=True)],
        {
            "ada": {"p/a": ["good", "good"], "q/a": ["okay"]},
            "ben": {"p/a": ["good", "bad:sign"], "q/a": ["good"]},
        },
    )
    former = list(Assignment.objects.filter(chain__external_id="p/a").order_by("annotator__username"))
    moved_by_hand(campaign)
    ada, ben = [held_again(assignment) for assignment in former]
    for assignment in (ada, ben):
        grade_bad(assignment, 0, labels={"error": ["logic"], "traits": ["short"]})
        grade(assignment, 1, verdict="okay")
        hand_in(assignment)
    return campaign
