"""What the page of a contested step shows: its chain, what was said of it by letters, and the way to the other steps."""

from dataclasses import dataclass, field

import numpy as np
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotator.analysis.consensus import is_contested
from annotator.analysis.contested import (
    ContestedStep,
    contested_step,
    count_contested,
    next_undecided,
    steps_after,
    steps_before,
)
from annotator.analysis.models import StepConsensus
from annotator.assignments.models import Campaign
from annotator.chains.models import Chain, ChainStep, Step
from annotator.grading.adjudicating import Decision, standing_decision
from annotator.grading.blinding import BlindVote, blind_votes
from annotator.grading.models import Adjudication, GradeState
from annotator.grading.overseeing import Said
from annotator.web.campaigns.short_names import short_name
from annotator.web.campaigns.step import SaidWords, in_words, path_to
from annotator.web.formula_fonts import fonts_for
from annotator.web.grading.definitions import entries
from annotator.web.grading.marks import marks_of
from annotator.web.grading.paper import exact
from annotator.web.rendering import render_texts
from taxonomies.vocabulary import Vocabulary, vocabulary_of

# Of the list beside the step.
SHOWN_BEFORE = 3
SHOWN_AFTER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForm:
    """What the form says: of what stands, or of what somebody wants and was not saved."""

    revision: int
    verdict: str
    reason: str
    operation_id: str = ""
    problem: str = ""
    # What stands where that is not what they saw.
    other: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A step of the chain with what is agreed on it; `title` is empty where nothing is."""

    number: int
    text: SafeString
    raw: SafeString
    title: str = ""
    tone: str = ""
    # Where a step is contested and undecided: its own page.
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteWords:
    letter: str
    said: SaidWords
    flag_reason: str
    human_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A step in the list of contested ones."""

    url: str
    name: str
    title: str = ""
    tone: str = ""
    is_here: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where the keys lead to; None where there is no such step."""

    before: str | None = None
    after: str | None = None
    undecided: str | None = None
    places: list[Place] = field(default_factory=list)


def page_of(campaign: Campaign, step: Step, *, form: DecisionForm | None = None) -> dict[str, object]:
    """The context of `web/campaigns/adjudicate.html`."""
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    decision = standing_decision(campaign=campaign, step=step)
    votes = blind_votes(campaign=campaign, step=step)
    listed = contested_step(campaign=campaign, step_id=step.pk)
    is_contested_now = is_disputed(votes, campaign=campaign, vocabulary=vocabulary)
    path = path_to(step)
    later, final_answer = later_steps(step)
    texts = [
        step.problem.text,
        step.problem.reference_answer or "",
        step.problem.reference_solution or "",
        final_answer,
        *(each.text for each in [*path, *later]),
    ]
    problem, answer, solution, final, *steps = render_texts(texts)
    around = agreed_on(campaign, [*path[:-1], *later], texts=steps[: len(path) - 1] + steps[len(path) :])
    marks = marks_of(vocabulary)
    return {
        "campaign": campaign,
        "step": step,
        "number": step.index + 1,
        "step_count": len(path) + len(later),
        "problem_text": problem,
        "problem_raw": exact(step.problem.text),
        "reference_answer": answer,
        "reference_solution": solution,
        "before": around[: len(path) - 1],
        "text": steps[len(path) - 1],
        "raw": exact(step.text),
        "later": around[len(path) - 1 :],
        "final_answer": final,
        "formula_fonts": fonts_for([problem, *steps]),
        "votes": [vote_words(vote, vocabulary=vocabulary) for vote in votes],
        "is_contested_now": is_contested_now,
        "may_decide": form is not None
        or (bool(votes) and (listed is not None or is_contested_now or decision is not None)),
        "marks": marks,
        "definitions": entries([(marks.verdict, mark) for mark in marks.verdict.marks]),
        "counts": count_contested(campaign=campaign),
        "route": route_from(campaign, listed, vocabulary=vocabulary) if listed else Route(),
        **form_context(campaign, step, decision=decision, form=form),
    }


def form_context(
    campaign: Campaign, step: Step, *, decision: Decision | None, form: DecisionForm | None = None
) -> dict[str, object]:
    """What `web/campaigns/_contested_form.html` needs."""
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    marks = marks_of(vocabulary)
    standing = decision if decision is not None and decision.verdict is not None else None
    return {
        "campaign": campaign,
        "step": step,
        "marks": marks,
        "version_number": vocabulary.number,
        "decision": standing,
        "decided": marks.verdict.mark(standing.verdict) if standing and standing.verdict else None,
        "wanted": marks.verdict.mark(form.verdict) if form and form.verdict else None,
        "other": marks.verdict.mark(form.other.verdict)
        if form and form.other and form.other.verdict
        else None,
        "form": form
        or DecisionForm(
            revision=decision.revision if decision else 0,
            verdict=standing.verdict or "" if standing else "",
            reason=standing.reason if standing else "",
        ),
    }


def later_steps(step: Step) -> tuple[list[Step], str]:
    """How the chain goes on that `path_to` walks, and its final answer; a step beside those of chains has nothing behind it."""
    chain = Chain.objects.filter(chain_steps__step=step).order_by("pk").first()
    if chain is None:
        return [], ""
    behind = ChainStep.objects.filter(chain=chain, index__gt=step.index).select_related("step")
    return [each.step for each in behind.order_by("index")], chain.final_answer or ""


def agreed_on(campaign: Campaign, steps: list[Step], *, texts: list[SafeString]) -> list[Around]:
    """The steps with the verdict that the newest report holds, or a reviewer decided since."""
    vocabulary = vocabulary_of(campaign.taxonomy_version_id)
    choices = {choice.id: choice for choice in vocabulary.verdict.choices}
    of_version = {
        "campaign": campaign,
        "taxonomy_version": campaign.taxonomy_version_id,
        "step__in": [step.pk for step in steps],
    }
    derived = {each.step_id: each for each in StepConsensus.objects.filter(**of_version)}
    decided = dict(Adjudication.objects.filter(**of_version).values_list("step", "verdict"))
    around = []
    for step, text in zip(steps, texts, strict=True):
        consensus = derived.get(step.pk)
        verdict = decided.get(step.pk)
        is_open = verdict is None and consensus is not None and consensus.is_contested
        if verdict is None and consensus is not None and not is_open:
            verdict = consensus.verdict_id
        choice = choices.get(verdict) if verdict is not None else None
        around.append(
            Around(
                number=step.index + 1,
                text=text,
                raw=exact(step.text),
                title=choice.title if choice else "",
                tone=choice.tone if choice else "",
                url=reverse("adjudicate_step", args=[campaign.key, step.pk]) if is_open else "",
            )
        )
    return around


def vote_words(vote: BlindVote, *, vocabulary: Vocabulary) -> VoteWords:
    """Neither how the step was shown nor whether a move carried the grade: both would tell votes of other steps apart."""
    said = Said(pseudonym=vote.letter, grade=vote.grade, is_translated=False, is_plain=False)
    return VoteWords(
        letter=vote.letter,
        said=in_words(said, vocabulary=vocabulary),
        flag_reason=vote.grade.flag_reason,
        human_step=vote.grade.human_step,
    )


def is_disputed(votes: list[BlindVote], *, campaign: Campaign, vocabulary: Vocabulary) -> bool:
    """Whether the votes of now are contested, as the next report will find them."""
    keys = [choice.key for choice in vocabulary.verdict.choices]
    given = [vote.grade.verdict for vote in votes if vote.grade.state == GradeState.GRADED]
    counts = np.array([[given.count(key) for key in keys]], dtype=np.int64)
    return bool(is_contested(counts, below=campaign.contested_below)[0])


def route_from(campaign: Campaign, here: ContestedStep, *, vocabulary: Vocabulary) -> Route:
    before = steps_before(campaign=campaign, place=here, most=SHOWN_BEFORE)
    after = steps_after(campaign=campaign, place=here, most=SHOWN_AFTER)
    undecided = next_undecided(campaign=campaign, after=here)
    places = places_of([*before, here, *after], campaign=campaign, vocabulary=vocabulary, here=here)
    return Route(
        before=places[len(before) - 1].url if before else None,
        after=places[len(before) + 1].url if after else None,
        undecided=address_of(campaign, undecided) if undecided else None,
        places=places,
    )


def places_of(
    steps: list[ContestedStep],
    *,
    campaign: Campaign,
    vocabulary: Vocabulary,
    here: ContestedStep | None = None,
) -> list[Place]:
    choices = {choice.id: choice for choice in vocabulary.verdict.choices}
    named = Step.objects.filter(pk__in=[each.step_id for each in steps]).select_related("problem")
    names = {
        step.pk: _("{problem}, step {number}").format(problem=short_name(step.problem), number=step.index + 1)
        for step in named
    }
    return [
        Place(
            url=address_of(campaign, each),
            name=names[each.step_id],
            title=choices[each.verdict_id].title if each.verdict_id is not None else "",
            tone=choices[each.verdict_id].tone if each.verdict_id is not None else "",
            is_here=here is not None and each.step_id == here.step_id,
        )
        for each in steps
    ]


def address_of(campaign: Campaign, contested: ContestedStep) -> str:
    return reverse("adjudicate_step", args=[campaign.key, contested.step_id])
