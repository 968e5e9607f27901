"""What each person said of each chain that they handed in, all from one view of the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from annotator.analysis.gathering import one_view
from annotator.assignments.models import AfterFirstError, Alternatives, Campaign, Purpose
from annotator.exports.prm800k import Completion, Labelling, Node, Question
from annotator.exports.rows import BATCH, FIRST_BATCH, STEPS
from annotator.grading.statements import SIBLINGS
from taxonomies.models import TaxonomyVersion
from taxonomies.vocabulary import vocabulary_of

CHAINS = """
SELECT c.id, p.text, p.reference_solution, p.reference_answer, c.final_answer,
    CASE jsonb_typeof(c.metadata -> 'pre_generated_verifier_score')
        WHEN 'number' THEN c.metadata ->> 'pre_generated_verifier_score' END
FROM chains_chain c JOIN chains_problem p ON p.id = c.problem_id
WHERE c.dataset_id = %s AND c.id > %s ORDER BY c.id LIMIT %s
"""

SITTINGS = """
SELECT a.chain_id, a.annotator_id, a.purpose,
    to_char(a.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), a.active_seconds, a.finish_reason
FROM assignments_assignment a
WHERE a.chain_id = ANY(%s) AND a.campaign_id = %s AND a.taxonomy_version_id = %s AND a.status = 'submitted'
ORDER BY a.chain_id, a.id
"""

# A step that they read as its twin keeps its place, and nothing is said of it: the text that is exported is another one.
GRADES = """
SELECT g.annotator_id, g.step_id, CASE WHEN g.rendering <> 'twin' THEN g.verdict_id END,
    g.rendering <> 'twin' AND g.flag_reason <> '', CASE WHEN g.rendering <> 'twin' THEN g.human_step ELSE '' END
FROM grading_grade g
WHERE g.step_id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.state <> 'cleared'
"""

# Also those that were graded as the own step of another chain: such a step has one grade.
BESIDE = f"""
SELECT g.annotator_id, own.id, g.verdict_id, g.flag_reason <> '', other.text
FROM chains_step own CROSS JOIN LATERAL ({SIBLINGS}) other
JOIN grading_grade g ON g.step_id = other.id AND g.rendering <> 'twin'
WHERE own.id = ANY(%s) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.state <> 'cleared'
ORDER BY own.id, other.id
"""  # noqa: S608 (constants)

# A campaign that asks for alternatives no longer still has those that were graded.
HAS_ALTERNATIVES = """
SELECT EXISTS (
    SELECT 1 FROM grading_grade g
    WHERE g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.beside_id IS NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class LabellingView:
    """What the labellings of one campaign are read with. `values` are the ratings by label id."""

    campaign_id: int
    dataset_id: int
    version_id: int
    values: dict[int | None, int | None]
    pseudonyms: dict[int, str]
    stops: bool
    has_alternatives: bool

    @property
    def scope(self) -> tuple[int, int]:
        return self.campaign_id, self.version_id


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of steps, by annotator and step."""

    ratings: dict[tuple[int, int], tuple[int | None, bool, str]]
    beside: dict[tuple[int, int], list[Completion]]


def read_labellings(*, campaign: Campaign, version: TaxonomyVersion | None = None) -> Iterator[Labelling]:
    """By chain in the order of import, then in the order in which it was given out.

    Holds one connection and one view until it ends or is closed.
    """
    version_id = campaign.taxonomy_version_id if version is None else version.pk
    with one_view(), connection.cursor() as cursor:
        view = view_of(cursor, campaign=campaign, version_id=version_id)
        after, size = 0, FIRST_BATCH
        while chains := rows(cursor, CHAINS, view.dataset_id, after, size):
            yield from labellings_of(cursor, view=view, chains=chains)
            after, size = chains[-1][0], BATCH


def view_of(cursor: Any, *, campaign: Campaign, version_id: int) -> LabellingView:
    verdict = vocabulary_of(version_id).verdict
    asks = campaign.alternatives != Alternatives.NONE
    return LabellingView(
        campaign_id=campaign.pk,
        dataset_id=campaign.dataset_id,
        version_id=version_id,
        values={None: None, **{choice.id: choice.value for choice in verdict.choices}},
        pseudonyms=dict(campaign.memberships.values_list("user_id", "pseudonym")),
        stops=campaign.after_first_error == AfterFirstError.STOP,
        has_alternatives=asks or rows(cursor, HAS_ALTERNATIVES, campaign.pk, version_id)[0][0],
    )


def rows(cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(statement, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def labellings_of(cursor: Any, *, view: LabellingView, chains: list[tuple[Any, ...]]) -> Iterator[Labelling]:
    sittings = rows(cursor, SITTINGS, [chain[0] for chain in chains], *view.scope)
    ids = sorted({sitting[0] for sitting in sittings})
    if not ids:
        return
    steps = {row[0]: (row[1], row[2]) for row in rows(cursor, STEPS, ids[0], ids[-1], ids)}
    said = said_of(cursor, view=view, step_ids=list({step for found, _ in steps.values() for step in found}))
    questions = {
        chain[0]: Question(chain[1], chain[2], chain[3], tuple(steps[chain[0]][1]), chain[4], chain[5])
        for chain in chains
        if chain[0] in steps
    }
    for chain_id, annotator_id, purpose, submitted_at, active_seconds, finish_reason in sittings:
        nodes = nodes_of(steps[chain_id], annotator_id=annotator_id, said=said, stops=view.stops)
        yield Labelling(
            labeler=view.pseudonyms[annotator_id],
            submitted_at=submitted_at,
            is_gold=purpose == Purpose.GOLD,
            is_screening=purpose == Purpose.SCREENING,
            question=questions[chain_id],
            nodes=nodes,
            active_seconds=active_seconds,
            finish_reason=finish_reason,
        )


def said_of(cursor: Any, *, view: LabellingView, step_ids: list[int]) -> Said:
    beside: dict[tuple[int, int], list[Completion]] = {}
    if view.has_alternatives:
        for annotator, own, verdict, is_flagged, text in rows(cursor, BESIDE, step_ids, *view.scope):
            completion = Completion(text, view.values[verdict], is_flagged)
            beside.setdefault((annotator, own), []).append(completion)
    return Said(
        ratings={
            (annotator, step): (view.values[verdict], is_flagged, human_step)
            for annotator, step, verdict, is_flagged, human_step in rows(
                cursor, GRADES, step_ids, *view.scope
            )
        },
        beside=beside,
    )


def nodes_of(
    steps: tuple[list[int], list[str]], *, annotator_id: int, said: Said, stops: bool
) -> tuple[Node, ...]:
    """Up to the last step of which they said anything, or the first error of a campaign that stops there."""
    nodes: list[Node] = []
    graded = 0
    for step_id, text in zip(*steps, strict=True):
        place = annotator_id, step_id
        rating, is_flagged, human_step = said.ratings.get(place, (None, False, ""))
        others = said.beside.get(place, ())
        nodes.append(Node((Completion(text, rating, is_flagged), *others), human_step))
        if others or place in said.ratings:
            graded = len(nodes)
        if stops and rating == -1:
            break
    return tuple(nodes[:graded])
