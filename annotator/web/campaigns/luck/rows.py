"""Lucky and suspect chains as the page shows them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from annotator.analysis.findings import FoundChain
from annotator.analysis.models import Basis, Finding
from annotator.assignments.models import Campaign
from annotator.grading.models import Adjudication, GradeState
from annotator.grading.overseeing import Said, said_of_steps
from annotator.web.grading.row import UNSURE_TITLE, UNSURE_TONE
from annotator.web.rendering import render_texts
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import Vocabulary, vocabulary_of

BASIS_TITLES = {
    Basis.ADJUDICATED: gettext_lazy("Adjudicated"),
    Basis.CONSENSUS: gettext_lazy("Consensus"),
    Basis.ANNOTATOR: gettext_lazy("Any annotator"),
}


@dataclass(frozen=True, slots=True)
class Vote:
    """How many people gave this verdict."""

    title: str
    tone: str
    count: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's."""

    title: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class StepLink:
    number: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LuckRow:
    """`step` is the flawed one of a lucky chain, with its `text`; of a suspect chain the last one."""

    chain_id: str
    problem_id: str
    generator: str
    basis: str
    is_lucky: bool
    problem: SafeString
    step: StepLink
    text: SafeString
    votes: list[Vote]
    faults: list[str]
    comment_count: int
    decision: Decision | None
    repairs: list[StepLink]
    final_answer: str | None
    reference_answer: str | None
    step_count: int

    @property
    def reads_alike(self) -> bool:
        return self.final_answer is not None and self.final_answer == self.reference_answer


def rows_in_words(
    found: Sequence[FoundChain], *, campaign: Campaign, version: TaxonomyVersion
) -> list[LuckRow]:
    vocabulary = vocabulary_of(version.pk)
    lucky = [chain.step.pk for chain in found if chain.consensus.finding == Finding.LUCKY]
    said = said_of_steps(campaign=campaign, version=version, step_ids=lucky)
    decisions = decisions_on(lucky, campaign=campaign, version=version, vocabulary=vocabulary)
    texts = [chain.consensus.chain.problem.text for chain in found] + [chain.step.text for chain in found]
    rendered = render_texts(texts)
    return [
        row_in_words(
            chain,
            problem=rendered[place],
            text=rendered[len(found) + place],
            said=said.get(chain.step.pk, []),
            decision=decisions.get(chain.step.pk),
            vocabulary=vocabulary,
            address=f"{reverse('campaign', args=[campaign.key])}steps/{{}}/?version={version.number}",
        )
        for place, chain in enumerate(found)
    ]


def row_in_words(
    found: FoundChain,
    *,
    problem: SafeString,
    text: SafeString,
    said: list[Said],
    decision: Decision | None,
    vocabulary: Vocabulary,
    address: str,
) -> LuckRow:
    chain = found.consensus.chain
    return LuckRow(
        chain_id=chain.external_id,
        problem_id=chain.problem.external_id,
        generator=chain.generator,
        basis=str(BASIS_TITLES[Basis(found.consensus.basis)]),
        is_lucky=found.consensus.finding == Finding.LUCKY,
        problem=problem,
        step=StepLink(found.step.index + 1, address.format(found.step.pk)),
        text=text,
        votes=votes_in(said, vocabulary=vocabulary),
        faults=faults_in(said, vocabulary=vocabulary),
        comment_count=sum(bool(one.grade.comment) for one in said),
        decision=decision,
        repairs=[StepLink(repair.index + 1, address.format(repair.step_id)) for repair in found.repairs],
        final_answer=chain.final_answer,
        reference_answer=chain.problem.reference_answer,
        step_count=chain.step_count,
    )


def votes_in(said: list[Said], *, vocabulary: Vocabulary) -> list[Vote]:
    """In the order of the taxonomy, those who were unsure last."""
    counts = Counter(one.grade.verdict for one in said if one.grade.verdict)
    unsure = sum(one.grade.state == GradeState.UNSURE for one in said)
    votes = [
        Vote(choice.title, choice.tone, counts[choice.key])
        for choice in vocabulary.verdict.choices
        if counts[choice.key]
    ]
    return [*votes, Vote(str(UNSURE_TITLE), UNSURE_TONE, unsure)] if unsure else votes


def faults_in(said: list[Said], *, vocabulary: Vocabulary) -> list[str]:
    """Labels beside the verdict that anybody gave who found the step flawed, each once."""
    flawed = {choice.key for choice in vocabulary.verdict.choices if choice.value == -1}
    given = [one.grade.labels for one in said if one.grade.verdict in flawed]
    return [
        choice.title
        for question in vocabulary.questions
        for choice in question.choices
        if any(choice.key in labels.get(question.key, ()) for labels in given)
    ]


def decisions_on(
    step_ids: list[int], *, campaign: Campaign, version: TaxonomyVersion, vocabulary: Vocabulary
) -> dict[int, Decision]:
    choices = {choice.id: choice for choice in vocabulary.verdict.choices}
    made = Adjudication.objects.filter(campaign=campaign, taxonomy_version=version, step__in=step_ids)
    return {
        step_id: Decision(choices[verdict_id].title, choices[verdict_id].tone, reason)
        for step_id, verdict_id, reason in made.exclude(verdict=None).values_list("step", "verdict", "reason")
    }
