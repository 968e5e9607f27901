"""What a move to a newer version does to one person's chains and grades, worked out before anything is written."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial

from django.db.models import F

from annotator.assignments.models import (
    SEATED,
    AfterFirstError,
    Assignment,
    AssignmentStatus,
    Campaign,
    FinishReason,
)
from annotator.chains.models import ChainStep
from annotator.grading.asking import is_answered
from annotator.grading.models import Answer, AskedAgain, Grade, GradeState, Regrade
from annotator.grading.submitting import UNFINISHED
from taxonomies.mapping import Targets
from taxonomies.models import Scope
from taxonomies.translating import Asked, Said, Translation, translate
from taxonomies.vocabulary import Question, Vocabulary


@dataclass(frozen=True, kw_only=True)
class Route:
    """From which version to which a campaign goes, and by which mapping."""

    campaign: Campaign
    former: Vocabulary
    later: Vocabulary
    mapping: Targets

    @cached_property
    def translate(self) -> Callable[[Said], Translation]:
        """Once for each combination of answers, of which there are few."""
        return cache(partial(translate, former=self.former, later=self.later, mapping=self.mapping))

    @cached_property
    def former_keys(self) -> dict[int, str]:
        """Of each label of the former version, its `criterion.label`."""
        questions = (self.former.verdict, *self.former.further)
        return {choice.id: f"{q.key}.{choice.key}" for q in questions for choice in q.choices}

    @cached_property
    def former_criteria(self) -> dict[int, str]:
        return {question.id: question.key for question in self.former.further}

    @cached_property
    def later_questions(self) -> dict[str, Question]:
        return {question.key: question for question in (self.later.verdict, *self.later.further)}

    @cached_property
    def later_label_ids(self) -> dict[str, int]:
        return {
            f"{q.key}.{choice.key}": choice.id for q in self.later_questions.values() for choice in q.choices
        }

    @cached_property
    def flawed(self) -> frozenset[str]:
        verdict = self.later.verdict
        return frozenset(f"{verdict.key}.{choice.key}" for choice in verdict.choices if choice.value == -1)

    @cached_property
    def nothing_said_of_a_chain(self) -> Translation:
        return self.translate(Said(scope=Scope.CHAIN, decided=True, labels=frozenset()))

    @property
    def stops(self) -> bool:
        return self.campaign.after_first_error == AfterFirstError.STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A grade of the former version, and what it says under the later one."""

    grade: Grade
    answers: list[Answer]
    said: Said
    translation: Translation

    @property
    def counts(self) -> bool:
        """Whether it makes a grade that is one: neither taken back nor open again."""
        return self.grade.state != GradeState.CLEARED and self.translation.says is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A step, or without one the whole chain, that somebody is asked about again."""

    step_id: int | None
    former_id: int | None
    reason: str
    keys: list[str]
    # Of the earlier move that asked, None for the one that is planned: its mapping has the words for the keys.
    move_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPlan:
    """An assignment of the former version, and what its successor begins with."""

    assignment: Assignment
    status: str
    finish_reason: str
    again: list[Again]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPlan:
    chains: list[ChainPlan]
    grades: list[Carried]


def plan_person(*, route: Route, annotator_id: int, former_status: Mapping[int, str]) -> PersonPlan:
    """`former_status` holds what assignments were before the move closed them, where it has done so already."""
    work = {
        "campaign": route.campaign.pk,
        "taxonomy_version": route.former.version_id,
        "annotator": annotator_id,
    }
    assignments = list(Assignment.objects.filter(**work).order_by("pk"))
    grades = carried_grades(route=route, work=work)
    of_steps = {carried.grade.step_id: carried for carried in grades if carried.grade.step_id is not None}
    of_chains = {carried.grade.chain_id: carried for carried in grades if carried.grade.step_id is None}
    waiting = asked_before(route=route, work=work)
    steps: dict[int, list[int]] = {}
    chains = Assignment.objects.filter(**work).values("chain")
    for chain_id, step_id in (
        ChainStep.objects.filter(chain__in=chains).order_by("chain", "index").values_list("chain", "step")
    ):
        steps.setdefault(chain_id, []).append(step_id)
    return PersonPlan(
        grades=grades,
        chains=[
            plan_chain(
                route=route,
                assignment=assignment,
                status=former_status.get(assignment.pk, assignment.status),
                of_steps=[(step_id, of_steps.get(step_id)) for step_id in steps[assignment.chain_id]],
                of_chain=of_chains.get(assignment.chain_id),
                waiting=waiting.get(assignment.pk, {}),
            )
            for assignment in assignments
        ],
    )


def carried_grades(*, route: Route, work: dict[str, int]) -> list[Carried]:
    answers: dict[int, list[Answer]] = {}
    current = Answer.objects.filter(
        **{f"grade__{name}": value for name, value in work.items()}, revision=F("grade__revision")
    )
    for answer in current.order_by("pk"):
        answers.setdefault(answer.grade_id, []).append(answer)
    found = []
    for grade in Grade.objects.filter(**work).order_by("pk"):
        said = said_by(grade, answers=answers.get(grade.pk, []), route=route)
        found.append(
            Carried(
                grade=grade,
                answers=answers.get(grade.pk, []),
                said=said,
                translation=route.translate(said),
            )
        )
    return found


def said_by(grade: Grade, *, answers: list[Answer], route: Route) -> Said:
    label_ids = [grade.verdict_id, *(answer.label_id for answer in answers)]
    return Said(
        scope=Scope.CHAIN if grade.step_id is None else Scope.STEP,
        decided=grade.state in (GradeState.GRADED, GradeState.ANSWERED),
        labels=frozenset(route.former_keys[pk] for pk in label_ids if pk is not None),
        texts=frozenset(
            route.former_criteria[answer.criterion_id] for answer in answers if answer.label_id is None
        ),
    )


def asked_before(*, route: Route, work: dict[str, int]) -> dict[int, dict[int | None, Again]]:
    """What an earlier move asks, nobody has answered yet, and the later version still asks: by assignment and step."""
    found: dict[int, dict[int | None, Again]] = {}
    rows = Regrade.objects.filter(**{f"assignment__{name}": value for name, value in work.items()}).exclude(
        assignment__status=AssignmentStatus.SUBMITTED
    )
    for row in rows:
        if keys := still_asked(row, route=route):
            found.setdefault(row.assignment_id, {})[row.step_id] = Again(
                step_id=row.step_id,
                former_id=row.former_id,
                reason=row.reason,
                keys=keys,
                move_id=row.move_id,
            )
    return found


def still_asked(row: Regrade, *, route: Route) -> list[str]:
    """Its keys without the questions that the later version does not insist on, nor anything that has no place there."""
    if row.step_id is None and not route.later.chain_questions:
        return []
    asked = route.later.chain_questions if row.step_id is None else route.later.questions
    required = {question.key for question in asked if question.required}
    return [key for key in row.keys if "." in key or key in required]


def plan_chain(
    *,
    route: Route,
    assignment: Assignment,
    status: str,
    of_steps: list[tuple[int, Carried | None]],
    of_chain: Carried | None,
    waiting: Mapping[int | None, Again],
) -> ChainPlan:
    # Handed in half graded: what nobody graded is not asked for now either.
    was_unfinished = assignment.finish_reason in UNFINISHED
    wanted = list(wanted_steps(of_steps, route=route))
    again: list[Again] = []
    if status in SEATED:
        again = [
            *(asked for step_id, carried in wanted if (asked := again_of(step_id, carried, waiting=waiting))),
            *chain_again(
                route=route,
                of_chain=of_chain,
                was_complete=status == AssignmentStatus.SUBMITTED and not was_unfinished,
                waiting=waiting,
            ),
        ]
    of_whole = of_chain.translation if of_chain and of_chain.counts else route.nothing_said_of_a_chain
    is_complete = not of_whole.unanswered and all(
        carried is not None and carried.counts and not carried.translation.unanswered for _, carried in wanted
    )
    if status == AssignmentStatus.SUBMITTED and (again or not (is_complete or was_unfinished)):
        status = AssignmentStatus.RETURNED
    finish_reason = assignment.finish_reason
    if not was_unfinished:
        is_flawed = any(carried and is_first_error(carried, route=route) for _, carried in of_steps)
        finish_reason = FinishReason.FOUND_ERROR if is_flawed else FinishReason.SOLUTION
    return ChainPlan(
        assignment=assignment,
        status=status,
        finish_reason=finish_reason if status == AssignmentStatus.SUBMITTED else "",
        again=again,
    )


def wanted_steps(
    of_steps: list[tuple[int, Carried | None]], *, route: Route
) -> Iterator[tuple[int, Carried | None]]:
    """The steps that the campaign's policy asks for under the later version."""
    for step_id, carried in of_steps:
        yield step_id, carried
        if route.stops and carried is not None and is_first_error(carried, route=route):
            return


def is_first_error(carried: Carried, *, route: Route) -> bool:
    says = carried.translation.says
    return says is not None and not says.labels.isdisjoint(route.flawed)


def again_of(
    step_id: int | None, carried: Carried | None, *, waiting: Mapping[int | None, Again]
) -> Again | None:
    if carried is not None and carried.translation.asked:
        return newly_asked(carried.translation.asked, step_id=step_id, former_id=carried.grade.pk)
    return None if is_answered(carried.grade if carried else None) else waiting.get(step_id)


def chain_again(
    *, route: Route, of_chain: Carried | None, was_complete: bool, waiting: Mapping[int | None, Again]
) -> Iterator[Again]:
    """About the whole chain: also somebody who never answered, where the later version is the first to ask."""
    if again := again_of(None, of_chain, waiting=waiting):
        yield again
        return
    never_answered = of_chain is None or not of_chain.counts
    asked = route.nothing_said_of_a_chain.asked
    if was_complete and never_answered and asked:
        yield newly_asked(asked, step_id=None, former_id=None)


def newly_asked(asked: tuple[Asked, ...], *, step_id: int | None, former_id: int | None) -> Again:
    """The first reason is the one that is counted; the keys say all of them."""
    return Again(
        step_id=step_id,
        former_id=former_id,
        reason=AskedAgain(asked[0].why),
        keys=[key for each in asked for key in each.keys],
    )
