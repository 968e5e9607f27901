"""What each person said of each chain that they handed in, all from one view of the database."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from annotator.assignments.models import AfterFirstError, Alternatives, Campaign, Purpose
from annotator.exports.labellings.prm800k import Completion, Labelling, Node, Question
from annotator.exports.rows.opened import Reading
from annotator.exports.rows.reading import chain_ids_in
from annotator.exports.rows.reading_ahead import read_ahead
from annotator.exports.rows.votes import ExportView, literal
from annotator.grading.statements import SIBLINGS

CHAINS = """
SELECT c.id, c.external_id, p.external_id, p.text, p.reference_solution, p.reference_answer, c.final_answer,
    CASE jsonb_typeof(c.metadata -> 'pre_generated_verifier_score')
        WHEN 'number' THEN c.metadata ->> 'pre_generated_verifier_score' END
FROM chains_chain c JOIN chains_problem p ON p.id = c.problem_id
WHERE c.id = ANY(%s::bigint[]) {conditions} ORDER BY c.id
"""

STEPS = """
SELECT cs.chain_id, array_agg(cs.step_id ORDER BY cs.index), array_agg(s.text ORDER BY cs.index)
FROM chains_chainstep cs JOIN chains_step s ON s.id = cs.step_id
WHERE cs.chain_id = ANY(%s::bigint[])
GROUP BY cs.chain_id
"""

SITTINGS = """
SELECT a.chain_id, a.annotator_id, a.purpose,
    to_char(a.submitted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), a.active_seconds, a.finish_reason,
    (a.exposure -> 'prm800k')::text
FROM assignments_assignment a
WHERE a.chain_id = ANY(%s::bigint[]) AND a.campaign_id = %s AND a.taxonomy_version_id = %s AND a.status = 'submitted'
ORDER BY a.chain_id, a.id
"""

# A step that they read as its twin keeps its place, and nothing is said of it: the text that is exported is another one.
GRADES = """
SELECT g.annotator_id, g.step_id, CASE WHEN g.rendering <> 'twin' THEN g.verdict_id END,
    g.rendering <> 'twin' AND g.flag_reason <> '', CASE WHEN g.rendering <> 'twin' THEN g.human_step ELSE '' END
FROM grading_grade g
WHERE g.step_id = ANY(%s::bigint[]) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.state <> 'cleared'
"""

# Also those that were graded as the own step of another chain: such a step has one grade.
BESIDE = f"""
SELECT g.annotator_id, own.id, g.verdict_id, g.flag_reason <> '', other.text
FROM chains_step own CROSS JOIN LATERAL ({SIBLINGS}) other
JOIN grading_grade g ON g.step_id = other.id AND g.rendering <> 'twin'
WHERE own.id = ANY(%s::bigint[]) AND g.campaign_id = %s AND g.taxonomy_version_id = %s AND g.state <> 'cleared'
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


@dataclass(frozen=True, slots=True)
class Sitting:
    """A labelling, and what it is one of; lines of PRM800K name neither."""

    chain_id: str
    problem_id: str
    labelling: Labelling


def sittings_in(
    opened: Reading, *, after_chain: int = 0, last_chain: int | None = None
) -> Generator[Sitting]:
    """By chain in the order of import, then in the order in which it was given out."""
    view = view_of(opened.cursor, campaign=opened.campaign, seen=opened.view)
    ids = chain_ids_in(opened, after_chain=after_chain, last_chain=last_chain)
    batches = (list(sittings_of(opened, view=view, chain_ids=some)) for some in ids)
    with closing(read_ahead(batches)) as ahead:
        for sittings in ahead:
            yield from sittings


def view_of(cursor: Any, *, campaign: Campaign, seen: ExportView) -> LabellingView:
    asks = campaign.alternatives != Alternatives.NONE
    return LabellingView(
        campaign_id=seen.campaign_id,
        dataset_id=seen.dataset_id,
        version_id=seen.version_id,
        values={None: None, **{choice.id: choice.value for choice in seen.vocabulary.verdict.choices}},
        pseudonyms=seen.pseudonyms,
        stops=campaign.after_first_error == AfterFirstError.STOP,
        has_alternatives=asks or rows(cursor, HAS_ALTERNATIVES, *seen.scope)[0][0],
    )


def rows(cursor: Any, statement: str, *values: object) -> list[tuple[Any, ...]]:
    cursor.execute(statement, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def sittings_of(opened: Reading, *, view: LabellingView, chain_ids: list[int]) -> Iterator[Sitting]:
    cursor, conditions = opened.cursor, opened.conditions
    chains = rows(cursor, CHAINS.format(conditions=conditions.sql), literal(chain_ids), *conditions.values)
    sittings = rows(cursor, SITTINGS, literal(chain[0] for chain in chains), *view.scope)
    ids = sorted({sitting[0] for sitting in sittings})
    steps = {row[0]: (row[1], row[2]) for row in rows(cursor, STEPS, literal(ids))}
    said = said_of(cursor, view=view, step_ids=list({step for found, _ in steps.values() for step in found}))
    questions = {
        chain[0]: Question(chain[3], chain[4], chain[5], tuple(steps[chain[0]][1]), chain[6], chain[7])
        for chain in chains
        if chain[0] in steps
    }
    names = {chain[0]: (chain[1], chain[2]) for chain in chains}
    for chain_id, annotator_id, purpose, submitted_at, active_seconds, finish_reason, kept in sittings:
        stops = view.stops and kept is None
        nodes = nodes_of(steps[chain_id], annotator_id=annotator_id, said=said, stops=stops)
        labelling = Labelling(
            labeler=view.pseudonyms[annotator_id],
            submitted_at=submitted_at,
            is_gold=purpose == Purpose.GOLD if opened.query.gold else None,
            is_screening=purpose == Purpose.SCREENING if opened.query.gold else None,
            question=questions[chain_id],
            nodes=nodes,
            active_seconds=active_seconds,
            finish_reason=finish_reason,
            kept=kept,
        )
        yield Sitting(*names[chain_id], labelling)


def said_of(cursor: Any, *, view: LabellingView, step_ids: list[int]) -> Said:
    beside: dict[tuple[int, int], list[Completion]] = {}
    if view.has_alternatives:
        for annotator, own, verdict, is_flagged, text in rows(cursor, BESIDE, literal(step_ids), *view.scope):
            completion = Completion(text, view.values[verdict], is_flagged)
            beside.setdefault((annotator, own), []).append(completion)
    return Said(
        ratings={
            (annotator, step): (view.values[verdict], is_flagged, human_step)
            for annotator, step, verdict, is_flagged, human_step in rows(
                cursor, GRADES, literal(step_ids), *view.scope
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
