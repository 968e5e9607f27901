"""Lucky and suspect chains of a campaign as its newest report found them, with who repaired what. For overseers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, QuerySet, Value, When

from annotator.analysis.models import Basis, ChainConsensus, Finding
from annotator.assignments.models import Campaign, Rendering
from annotator.chains.models import ChainStep, Step
from annotator.grading.models import GradeState
from taxonomies.models import TaxonomyVersion

# The surest first.
BASES = [Basis.ADJUDICATED, Basis.CONSENSUS, Basis.ANNOTATOR]
# From a chain to the grades that undo one of its steps, and to the steps that these are of.
REPAIR = "chain__chain_steps__step__repaired_by"
REPAIRING = f"{REPAIR}__step"


@dataclass(frozen=True, slots=True, order=True)
class Repair:
    """A later step that somebody says undoes the flawed one."""

    index: int
    step_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChain:
    """A lucky chain with its first flawed step, or a suspect one with its last step, whose page shows all before it."""

    consensus: ChainConsensus
    step: Step
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What chains can be told apart by."""

    finding: str
    basis: str
    generator: str
    is_repaired: bool


def findings_of(campaign: Campaign, *, version: TaxonomyVersion) -> QuerySet[ChainConsensus]:
    """Every lucky or suspect chain."""
    return ChainConsensus.objects.filter(campaign=campaign, taxonomy_version=version).exclude(finding="")


def repaired(campaign: Campaign, *, version: TaxonomyVersion) -> Q:
    """Whether anybody says that a later step undoes the flawed one."""
    return Q(pk__in=repairs_in(campaign, version=version).values("pk"))


def repairs_in(campaign: Campaign, *, version: TaxonomyVersion) -> QuerySet[ChainConsensus]:
    """A lucky chain once for each grade by which one of its steps, REPAIRING, undoes its flawed step."""
    # One filter, so that all conditions speak of the same step and of the same grade.
    return ChainConsensus.objects.filter(
        **{
            "campaign": campaign,
            "taxonomy_version": version,
            "finding": Finding.LUCKY,
            "chain__chain_steps__index": F("flawed_index"),
            f"{REPAIR}__campaign": campaign,
            f"{REPAIR}__taxonomy_version": version,
            f"{REPAIR}__state__in": [GradeState.GRADED, GradeState.UNSURE],
            f"{REPAIR}__rendering__in": [Rendering.STYLED, Rendering.PLAIN],
            f"{REPAIRING}__chain_steps__chain": F("chain"),
        }
    )


def kinds_in(campaign: Campaign, *, version: TaxonomyVersion) -> Counter[Kind]:
    """How many chains there are of each kind."""
    is_repaired = ExpressionWrapper(repaired(campaign, version=version), output_field=BooleanField())
    found = findings_of(campaign, version=version)
    rows = found.values_list("finding", "basis", "chain__generator", is_repaired).annotate(Count("pk"))
    return Counter({Kind(*row): count for *row, count in rows})


def by_surety(found: QuerySet[ChainConsensus]) -> QuerySet[ChainConsensus]:
    places = [When(basis=basis, then=Value(place)) for place, basis in enumerate(BASES)]
    return found.order_by(Case(*places, default=Value(len(places))), "chain")


def read_findings(
    rows: Iterable[ChainConsensus], *, campaign: Campaign, version: TaxonomyVersion
) -> list[FoundChain]:
    """These chains with their steps; a few hundred at a time."""
    consensus = list(rows)
    steps = steps_behind(consensus)
    repairs = repairs_by_chain(consensus, campaign=campaign, version=version)
    return [
        FoundChain(
            consensus=row, step=steps[row.chain_id], repairs=tuple(sorted(repairs.get(row.chain_id, ())))
        )
        for row in consensus
    ]


def steps_behind(consensus: list[ChainConsensus]) -> dict[int, Step]:
    """By chain: the flawed step, the last one where none is."""
    wanted = Q(pk__in=[])
    for row in consensus:
        last = row.chain.step_count - 1
        wanted |= Q(chain=row.chain_id, index=last if row.flawed_index is None else row.flawed_index)
    return {entry.chain_id: entry.step for entry in ChainStep.objects.filter(wanted).select_related("step")}


def repairs_by_chain(
    consensus: list[ChainConsensus], *, campaign: Campaign, version: TaxonomyVersion
) -> Mapping[int, set[Repair]]:
    repairs: defaultdict[int, set[Repair]] = defaultdict(set)
    linked = repairs_in(campaign, version=version).filter(pk__in=[row.pk for row in consensus])
    for chain_id, index, step_id in linked.values_list("chain", F(f"{REPAIRING}__index"), F(REPAIRING)):
        repairs[chain_id].add(Repair(index, step_id))
    return repairs
