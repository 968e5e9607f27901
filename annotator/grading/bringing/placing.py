"""Where what was brought belongs: the chains of the campaign, and what stands there already."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from annotator.assignments.models import Campaign
from annotator.chains.formats.exported import ExportedDecision
from annotator.chains.strict_json import LineError, quoted
from annotator.grading.bringing.lines import BroughtChain, BroughtVote
from annotator.grading.given import GivenGrade, answers_by_grade, in_keys
from annotator.grading.models import Grade
from annotator.grading.saving import given_by
from taxonomies.vocabulary import Vocabulary

CHAINS = """
SELECT c.external_id, c.id, p.text, array_agg(cs.step_id ORDER BY cs.index), array_agg(s.text ORDER BY cs.index)
FROM chains_chain c JOIN chains_problem p ON p.id = c.problem_id
JOIN chains_chainstep cs ON cs.chain_id = c.id JOIN chains_step s ON s.id = cs.step_id
WHERE c.dataset_id = %s AND c.external_id = ANY(%s) GROUP BY c.id, p.text
"""
# Of a vote; a comment only where the file tells of comments.
SAID = ("state", "verdict", "labels", "texts", "repairs")


@dataclass(frozen=True, slots=True)
class Place:
    """A person's word on a step, wherever it stands, or on a whole chain: there is one grade of each."""

    annotator: str
    step: int | None
    chain: int | None


@dataclass(frozen=True, slots=True)
class PlacedChain:
    line: int
    chain_id: str
    chain: int
    steps: tuple[int, ...]
    votes: tuple[BroughtVote, ...]
    decisions: dict[int, ExportedDecision]

    def place_of(self, vote: BroughtVote) -> Place:
        index = vote.write.index
        if index is None:
            return Place(vote.annotator, None, self.chain)
        return Place(vote.annotator, self.steps[index], None)


def placed_chains(
    cursor: Any, *, campaign: Campaign, chains: Sequence[BroughtChain]
) -> Iterator[PlacedChain | LineError]:
    """Each must be in the campaign's data set, with the same problem and steps."""
    cursor.execute(CHAINS, [campaign.dataset_id, [chain.record.chain_id for chain in chains]])
    known = {row[0]: row[1:] for row in cursor.fetchall()}
    for chain in chains:
        name = quoted(chain.record.chain_id)
        if chain.record.chain_id not in known:
            yield LineError(chain.line, f"chain_id: {name} is not in {campaign.dataset.key}; import it first")
            continue
        chain_pk, problem, steps, texts = known[chain.record.chain_id]
        if (problem, texts) != (chain.record.problem, list(chain.record.steps)):
            yield LineError(chain.line, f"chain_id: {name} has another problem or other steps here")
            continue
        yield PlacedChain(
            chain.line, chain.record.chain_id, chain_pk, tuple(steps), chain.votes, chain.decisions
        )


def standing_at(
    chains: Sequence[PlacedChain],
    *,
    campaign: Campaign,
    vocabulary: Vocabulary,
    pseudonyms: dict[int, str],
) -> dict[Place, GivenGrade]:
    """What the campaign's own members, by their ids here, have said at the places of these chains; also what they cleared."""
    indexes = {step: index for chain in chains for index, step in enumerate(chain.steps)}
    grades = list(
        Grade.objects.filter(
            Q(step__in=indexes) | Q(step__isnull=True, chain__in=[chain.chain for chain in chains]),
            campaign=campaign,
            taxonomy_version=vocabulary.version_id,
            annotator__in=pseudonyms,
        )
    )
    answers = answers_by_grade(grades)
    return {
        Place(
            pseudonyms[grade.annotator_id], grade.step_id, None if grade.step_id else grade.chain_id
        ): in_keys(
            grade,
            answers=answers.get(grade.pk, []),
            vocabulary=vocabulary,
            index=None if grade.step_id is None else indexes[grade.step_id],
            repairs=None if grade.repairs_id is None else indexes.get(grade.repairs_id),
        )
        for grade in grades
    }


def says_the_same(standing: GivenGrade, vote: BroughtVote) -> bool:
    brought = given_by(vote.write, now=standing.saved_at)
    fields = (*SAID, "comment") if vote.tells_comment else SAID
    return all(getattr(standing, name) == getattr(brought, name) for name in fields)


def in_batches(items: Iterable[BroughtChain], *, size: int) -> Iterator[list[BroughtChain]]:
    batch: list[BroughtChain] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
