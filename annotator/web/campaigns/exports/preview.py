"""The first lines as they would come out, and what the first chains come to: as much as can be counted while one types."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as lazy

from annotator.assignments.models import Campaign
from annotator.chains.models import Chain, ChainStep
from annotator.exports.formats import LeftOut
from annotator.exports.lines import Line, lines_in
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.reading import reading
from annotator.grading.models import Grade, GradeState
from annotator.web.campaigns.exports.json_tree import tree_html
from annotator.web.campaigns.exports.words import Words

CHAINS_LOOKED_AT = 1_000
LINES_SHOWN = 3
LAST_OF_ALL = 2**63 - 1

LEFT_OUT: Mapping[str, Words] = {
    "undecided": lazy("A step before the cut has no verdict: it is tied, or nobody has graded it."),
    "outcome_unknown": lazy("Nobody knows whether the final answer is right."),
    "neutral_step": lazy("A step is neutral, and you leave such chains out."),
    "has_marker": lazy("A text holds the very marker that the format sets between steps."),
    "has_step_heading": lazy("A text looks like the heading that the format sets before a step."),
    "no_votes": lazy("A reviewer decided a step that has no vote, so there is no share of votes."),
    "no_pairs": lazy("No two steps after the same beginning have different verdicts."),
    "too_few_votes": lazy("A step has fewer votes than you ask for."),
    "too_little_agreement": lazy("The votes on a step agree less than you ask for."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Of the dataset's chains: those with `after` < id <= `last`. `chains` of `total` are in it."""

    after: int
    last: int
    chains: int
    total: int

    @property
    def is_whole(self) -> bool:
        return self.chains == self.total


@dataclass(frozen=True, slots=True)
class ShownLine:
    number: int
    chain_id: str
    size: int
    tree: SafeString


@dataclass(frozen=True, slots=True)
class Reason:
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """`labelled`: chains of the part with a vote; `told`: those with lines; `filtered`: labelled and not asked for."""

    part: Part
    shown: tuple[ShownLine, ...]
    rows: int
    told: int
    labelled: int
    left_out: tuple[Reason, ...]

    @property
    def left_out_count(self) -> int:
        return sum(reason.count for reason in self.left_out)

    @property
    def filtered(self) -> int:
        return max(0, self.labelled - self.told - self.left_out_count)

    @property
    def unlabelled(self) -> int:
        return self.part.chains - self.labelled


def preview_of(query: ExportQuery, *, campaign: Campaign, version_id: int) -> Preview:
    """Of at most CHAINS_LOOKED_AT chains, whatever is asked for."""
    part = first_part(campaign, version_id=version_id)
    shown: list[ShownLine] = []
    told: set[str] = set()
    rows = 0
    left_out: Counter[str] = Counter()
    with reading(campaign=campaign, query=query) as opened:
        for line in lines_in(opened, after_chain=part.after, last_chain=part.last):
            if isinstance(line, LeftOut):
                left_out[line.value] += 1
                continue
            shown += lines_shown(line, number=rows + 1)
            rows += line.rows
            told.add(line.chain_id)
    reasons = tuple(Reason(str(LEFT_OUT.get(name, name)), count) for name, count in left_out.most_common())
    labelled = count_labelled(campaign, version_id=version_id, part=part)
    return Preview(part, tuple(shown), rows, len(told), max(labelled, len(told)), reasons)


def lines_shown(line: Line, *, number: int) -> list[ShownLine]:
    """As many as are still missing, of one chain."""
    missing = max(0, LINES_SHOWN + 1 - number)
    return [
        ShownLine(number + index, line.chain_id, len(data), tree_html(data))
        for index, data in enumerate(line.data.splitlines(keepends=True)[:missing] if missing else ())
    ]


def first_part(campaign: Campaign, *, version_id: int) -> Part:
    """From the first chain with a vote on, since a large campaign may begin anywhere; all of them when they are few."""
    chains = Chain.objects.filter(dataset=campaign.dataset_id)
    total = chains.count()
    if total <= CHAINS_LOOKED_AT:
        return Part(0, LAST_OF_ALL, total, total)
    first = first_labelled(campaign, version_id=version_id)
    ids = list(chains.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)[:CHAINS_LOOKED_AT])
    return Part(first - 1, ids[-1], len(ids), total)


def first_labelled(campaign: Campaign, *, version_id: int) -> int:
    seats = campaign.assignments.filter(taxonomy_version=version_id)
    first: int | None = seats.order_by("chain").values_list("chain", flat=True).first()
    return first or 1


def count_labelled(campaign: Campaign, *, version_id: int, part: Part) -> int:
    votes = Grade.objects.filter(
        campaign=campaign, taxonomy_version=version_id, state=GradeState.GRADED, step=OuterRef("step")
    )
    steps = ChainStep.objects.filter(
        chain__dataset=campaign.dataset_id, chain__gt=part.after, chain__lte=part.last
    )
    return steps.filter(Exists(votes)).values("chain").distinct().count()
