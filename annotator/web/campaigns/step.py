"""One step with what everybody said of it: where reports lead, for researchers and reviewers."""

from dataclasses import dataclass

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from annotator.assignments.models import Campaign
from annotator.chains.models import Chain, ChainStep, Step
from annotator.grading.adjudicating import Decision, standing_decision
from annotator.grading.models import GradeState
from annotator.grading.overseeing import Said, said_of_chain, said_of_step
from annotator.grading.versions import versions_of
from annotator.web.campaigns.overview import OVERSEERS, campaign_for, version_asked_for
from annotator.web.crumbs import crumbs_to_campaign
from annotator.web.grading.row import UNSURE_TITLE, UNSURE_TONE
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Vocabulary, vocabulary_of

# Of the chains that go through the step; those that begin alike can be thousands.
MOST_CHAINS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """`url` is empty for the step that the page is about."""

    number: int
    text: SafeString
    is_marked: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAnswer:
    """An answer to a further question: titles of labels, or the text."""

    question: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWords:
    """What one person said, in titles; `repairs` is the number of the step that this one undoes.

    `twin` is what they saw in place of the step, None where they saw the step itself.
    """

    pseudonym: str
    verdict: str
    tone: str
    answers: tuple[SaidAnswer, ...]
    comment: str
    repairs: int | None
    is_translated: bool
    is_plain: bool
    twin: SafeString | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeChain:
    external_id: str
    said: list[SaidWords]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWords:
    verdict: str
    tone: str
    reason: str


@require_safe
@for_members
def campaign_step(request: SignedIn, key: str, step_id: int) -> HttpResponse:
    campaign = campaign_for(request, key, roles=OVERSEERS)
    version = version_asked_for(request, campaign)
    step = get_object_or_404(
        Step.objects.filter(problem__dataset=campaign.dataset_id).select_related("problem"), pk=step_id
    )
    through = Chain.objects.filter(chain_steps__step=step, dataset=campaign.dataset_id).order_by("pk")
    vocabulary = vocabulary_of(version.pk)
    walk = path_to(step)
    problem, *texts = render_texts([step.problem.text, *(before.text for before in walk)])
    query = f"?version={version.number}"
    context = {
        "campaign": campaign,
        "version": version,
        "versions": versions_of(campaign),
        "step": step,
        "number": step.index + 1,
        "problem": problem,
        "steps": [
            ShownStep(
                number=before.index + 1,
                text=text,
                is_marked=before == step,
                url="" if before == step else reverse("campaign_step", args=[key, before.pk]) + query,
            )
            for before, text in zip(walk, texts, strict=True)
        ],
        "said": [
            in_words(said, vocabulary=vocabulary)
            for said in said_of_step(campaign=campaign, version=version, step=step)
        ],
        "decision": decision_in_words(
            standing_decision(campaign=campaign, version=version, step=step), vocabulary=vocabulary
        ),
        "whole_chains": whole_chains(step, campaign=campaign, version=version, vocabulary=vocabulary),
        "asks_of_chain": bool(vocabulary.chain_questions),
        "chains": list(through[:MOST_CHAINS]),
        "more_chains": max(0, through.count() - MOST_CHAINS),
        "crumbs": crumbs_to_campaign(campaign),
        "here": _("Step {number}").format(number=step.index + 1),
    }
    return render(request, "web/campaigns/step.html", context)


def path_to(step: Step) -> list[Step]:
    """From the first step to this one, as every chain walks that goes through it."""
    chain_id = ChainStep.objects.filter(step=step).order_by("chain").values("chain")[:1]
    on_the_way = ChainStep.objects.filter(chain=chain_id, index__lte=step.index).select_related("step")
    walk = [chain_step.step for chain_step in on_the_way.order_by("index")]
    # No chain goes through a step that stands beside those of chains only; one goes through the step before it.
    return walk or [*(path_to(step.parent) if step.parent else []), step]


def whole_chains(
    step: Step, *, campaign: Campaign, version: TaxonomyVersion, vocabulary: Vocabulary
) -> list[WholeChain]:
    """The chains that end with this step, where anybody was asked about a chain as a whole and said something."""
    if not vocabulary.chain_questions:
        return []
    ending = Chain.objects.filter(
        chain_steps__step=step, step_count=F("chain_steps__index") + 1, dataset=campaign.dataset_id
    )
    found = [
        WholeChain(
            external_id=chain.external_id,
            said=[
                in_words(said, vocabulary=vocabulary)
                for said in said_of_chain(campaign=campaign, version=version, chain=chain)
            ],
        )
        for chain in ending.order_by("pk")[:MOST_CHAINS]
    ]
    return [whole for whole in found if whole.said]


def decision_in_words(decision: Decision | None, *, vocabulary: Vocabulary) -> DecisionWords | None:
    """None where nobody has decided, or it was taken back."""
    chosen = vocabulary.verdict.choice(decision.verdict) if decision and decision.verdict else None
    if decision is None or chosen is None:
        return None
    return DecisionWords(verdict=chosen.title, tone=chosen.tone, reason=decision.reason)


def in_words(said: Said, *, vocabulary: Vocabulary) -> SaidWords:
    grade = said.grade
    chosen = vocabulary.verdict.choice(grade.verdict) if grade.verdict else None
    is_unsure = grade.state == GradeState.UNSURE
    return SaidWords(
        pseudonym=said.pseudonym,
        verdict=str(UNSURE_TITLE) if is_unsure else chosen.title if chosen else "",
        tone=UNSURE_TONE if is_unsure else chosen.tone if chosen else "",
        answers=tuple(
            SaidAnswer(question=question.text, words=words)
            for question in vocabulary.further
            if (
                words := ", ".join(
                    choice.title
                    for choice in question.choices
                    if choice.key in grade.labels.get(question.key, ())
                )
                or grade.texts.get(question.key, "")
            )
        ),
        comment=grade.comment,
        repairs=None if grade.repairs is None else grade.repairs + 1,
        is_translated=said.is_translated,
        is_plain=said.is_plain,
        twin=None if said.twin is None else render_texts([said.twin])[0],
    )
