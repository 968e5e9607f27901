"""Who had which chain: an export says who graded which step, and chains share steps. Plain values in, plain values out."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from annotator.grading.bringing.lines import BroughtVote
from annotator.grading.bringing.placing import Place, PlacedChain


@dataclass(frozen=True, slots=True)
class Sitting:
    """One chain in the hands of one person, and what they said there and nowhere before."""

    chain: PlacedChain
    annotator: str
    votes: tuple[BroughtVote, ...]


def sittings_of(
    chains: Iterable[PlacedChain], *, fresh: Set[Place], stops: bool, flawed: frozenset[str]
) -> list[Sitting]:
    """As few as hold every fresh vote: a step of which many chains are the beginning is graded in one of them.

    Chains of which somebody answered as a whole were theirs for sure; then those that they graded to the end, and then
    those in which they graded most. `stops`: the end is the first step that they call one of the `flawed` labels.
    """
    candidates = [
        Sitting(chain, annotator, votes)
        for chain in chains
        for annotator, votes in by_annotator(chain.votes).items()
    ]
    waiting = set(fresh)
    found = []
    for sitting in sorted(candidates, key=lambda each: rank(each, stops=stops, flawed=flawed)):
        told = {place: vote for vote in sitting.votes if (place := sitting.chain.place_of(vote)) in waiting}
        if told:
            found.append(replace(sitting, votes=tuple(told.values())))
            waiting.difference_update(told)
    return sorted(found, key=lambda each: (each.chain.line, each.annotator))


def by_annotator(votes: Iterable[BroughtVote]) -> dict[str, tuple[BroughtVote, ...]]:
    found: dict[str, list[BroughtVote]] = {}
    for vote in votes:
        found.setdefault(vote.annotator, []).append(vote)
    return {annotator: tuple(given) for annotator, given in found.items()}


def rank(sitting: Sitting, *, stops: bool, flawed: frozenset[str]) -> tuple[int, ...]:
    """The smaller, the surer that they had the chain; last, as the file has it."""
    indexes = {vote.write.index for vote in sitting.votes}
    errors = [
        vote.write.index
        for vote in sitting.votes
        if vote.write.index is not None and vote.write.verdict in flawed
    ]
    end = min(errors) + 1 if stops and errors else len(sitting.chain.steps)
    is_whole = indexes.issuperset(range(end))
    return (0 if None in indexes else 1, 0 if is_whole else 1, -len(indexes), sitting.chain.line)
