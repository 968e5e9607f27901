"""Writing what was brought: chains that were handed in with their grades, and decisions."""

from datetime import datetime

from annotator.accounts.models import User
from annotator.assignments.exposing import BROUGHT
from annotator.assignments.models import Assignment, Campaign, FinishReason, Rendering
from annotator.grading.bringing.lines import BroughtVote
from annotator.grading.bringing.sittings import Sitting
from annotator.grading.models import Answer, Grade
from annotator.grading.submitting import NotComplete, submit
from taxonomies.vocabulary import Vocabulary

NOTE = "Brought in from an export, in which not everything was graded."


def write_sitting(
    sitting: Sitting,
    *,
    campaign: Campaign,
    vocabulary: Vocabulary,
    annotator: User,
    seat: int,
    now: datetime,
) -> None:
    """The chain in the hands of its annotator, with their grades, and handed in as `submit` does it."""
    renderings = [vote.rendering for vote in sitting.votes if vote.rendering]
    assignment = Assignment.objects.create(
        campaign=campaign,
        taxonomy_version_id=vocabulary.version_id,
        chain_id=sitting.chain.chain,
        annotator=annotator,
        seat=seat,
        claimed_at=now,
        expires_at=now,
        rendering=renderings[0] if renderings else Rendering.STYLED,
        exposure={BROUGHT: now.isoformat()},
    )
    grades = Grade.objects.bulk_create(
        [
            grade_of(vote, sitting=sitting, assignment=assignment, vocabulary=vocabulary, now=now)
            for vote in sitting.votes
        ]
    )
    Answer.objects.bulk_create(
        [
            answer
            for grade, vote in zip(grades, sitting.votes, strict=True)
            for answer in answers_of(grade, vote=vote, vocabulary=vocabulary)
        ]
    )
    hand_in(assignment, annotator=annotator, now=now)


def grade_of(
    vote: BroughtVote, *, sitting: Sitting, assignment: Assignment, vocabulary: Vocabulary, now: datetime
) -> Grade:
    write, steps = vote.write, sitting.chain.steps
    verdict = vocabulary.verdict.choice(write.verdict) if write.verdict else None
    return Grade(
        campaign_id=assignment.campaign_id,
        taxonomy_version_id=vocabulary.version_id,
        annotator_id=assignment.annotator_id,
        assignment=assignment,
        chain_id=assignment.chain_id,
        step_id=None if write.index is None else steps[write.index],
        state=write.state,
        verdict_id=verdict.id if verdict else None,
        verdict_criterion_id=vocabulary.verdict.id,
        comment=write.comment,
        repairs_id=None if write.repairs is None else steps[write.repairs],
        rendering=vote.rendering or assignment.rendering,
        revision=1,
        operation_id=write.operation_id,
        operation_digest=write.digest(),
        saved_at=now,
    )


def answers_of(grade: Grade, *, vote: BroughtVote, vocabulary: Vocabulary) -> list[Answer]:
    questions = {question.key: question for question in vocabulary.further}
    said = [(questions[key], label, "") for key, labels in vote.write.labels.items() for label in labels]
    said += [(questions[key], "", text) for key, text in vote.write.texts.items()]
    return [
        Answer(
            grade=grade,
            revision=1,
            taxonomy_version_id=vocabulary.version_id,
            criterion_id=question.id,
            kind=question.kind,
            scope=question.scope,
            label_id=choice.id if label and (choice := question.choice(label)) else None,
            text=text,
        )
        for question, label, text in said
    ]


def hand_in(assignment: Assignment, *, annotator: User, now: datetime) -> None:
    try:
        submit(public_id=assignment.public_id, annotator=annotator, now=now)
    except NotComplete:
        submit(
            public_id=assignment.public_id,
            annotator=annotator,
            now=now,
            unfinished=FinishReason.GIVE_UP,
            note=NOTE,
        )
