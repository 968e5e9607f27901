"""Grades straight from the database into arrays, all from one view of it, with no model instance on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from django.db import connection, transaction
from psycopg.sql import SQL

from annotator.analysis.arrays import Integers
from annotator.analysis.copying import Array, Kind, copied_columns
from annotator.analysis.gathered import (
    Chains,
    Freshness,
    Gathered,
    Grades,
    Pairs,
    Paths,
    Settings,
    Wholes,
)
from annotator.assignments.models import Campaign, Membership
from taxonomies.vocabulary import Question

# What was said of a whole chain has no step, and so no place here. An alternative stands where the chain's own step does.
# Grades of twins are of an experiment alone: they say nothing of the text that is stored.
GRADES = """
SELECT g.id, g.step_id, g.annotator_id, g.verdict_id, g.chain_id, coalesce(g.beside_id, g.step_id),
    g.rendering = 'styled', g.seconds, g.saved_at
FROM grading_grade g
WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state = 'graded' AND g.step_id IS NOT NULL
    AND g.rendering <> 'twin'
"""
GRADE_KINDS: list[Kind] = [*["bigint"] * 6, "boolean", "double precision", "timestamptz"]  # type: ignore[list-item]

WHOLES = """
SELECT g.id, g.chain_id, g.annotator_id, g.rendering = 'styled'
FROM grading_grade g
WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state = 'answered'
"""

# A label tells its criterion. Texts are no answers that could be compared.
ANSWERS = """
SELECT a.grade_id, a.label_id
FROM grading_grade g JOIN grading_answer a ON a.grade_id = g.id AND a.revision = g.revision
WHERE g.campaign_id = {campaign} AND g.taxonomy_version_id = {version} AND g.state IN ('graded', 'answered')
    AND g.rendering <> 'twin' AND a.label_id IS NOT NULL
"""

# Chains share steps with others of their problem only, so these are all that a graded step can be part of.
CHAINS_OF = """
FROM chains_chain c JOIN assignments_campaign k ON k.dataset_id = c.dataset_id JOIN chains_dataset d ON d.id = c.dataset_id
CROSS JOIN LATERAL (SELECT CASE 'string' WHEN jsonb_typeof(c.metadata -> 'domain') THEN c.metadata ->> 'domain'
    WHEN jsonb_typeof(c.metadata -> 'subject') THEN c.metadata ->> 'subject' ELSE d.domain END AS domain) named
WHERE k.id = {campaign} AND c.problem_id IN (
    SELECT graded.problem_id FROM assignments_assignment a JOIN chains_chain graded ON graded.id = a.chain_id
    WHERE a.campaign_id = {campaign} AND a.taxonomy_version_id = {version})
"""

# Texts are sent once each, and then by their rank.
CHAINS = f"""
SELECT c.id, c.problem_id, c.step_count, coalesce(c.final_answer_correct::int, -1),
    dense_rank() OVER (ORDER BY c.generator) - 1, dense_rank() OVER (ORDER BY named.domain) - 1
{CHAINS_OF}
"""
GENERATORS = f"SELECT DISTINCT c.generator {CHAINS_OF} ORDER BY 1"
DOMAINS = f"SELECT DISTINCT named.domain {CHAINS_OF} ORDER BY 1"

PATHS = f"SELECT cs.chain_id, cs.index, cs.step_id FROM chains_chainstep cs WHERE cs.chain_id IN (SELECT c.id {CHAINS_OF})"  # noqa: S608

# First errors are read off submitted chains only: before that, a missing grade may still come. Where somebody read a twin,
# one will never come.
SITTINGS = """
SELECT a.chain_id, a.annotator_id
FROM assignments_assignment a
WHERE a.campaign_id = {campaign} AND a.taxonomy_version_id = {version} AND a.status = 'submitted'
  AND a.rendering = 'styled' AND NOT EXISTS (
    SELECT 1 FROM assignments_twindraw d JOIN chains_chainstep cs ON cs.step_id = d.step_id
    WHERE d.is_twin AND d.annotator_id = a.annotator_id AND cs.chain_id = a.chain_id)
"""

GOLD = """
SELECT gold.step_id, gold.label_id
FROM assignments_goldgrade gold JOIN assignments_goldchain c ON c.id = gold.gold_chain_id
JOIN taxonomies_label l ON l.id = gold.label_id JOIN taxonomies_criterion v ON v.id = l.criterion_id
WHERE c.campaign_id = {campaign} AND v.version_id = {version} AND v.is_verdict
"""

DECISIONS = """
SELECT d.step_id, d.verdict_id
FROM grading_adjudication d
WHERE d.campaign_id = {campaign} AND d.taxonomy_version_id = {version} AND d.verdict_id IS NOT NULL
"""


@contextmanager
def one_view(*, exported: str | None = None) -> Iterator[None]:
    """All reads inside see the database as it was at the first of them. Must not be inside a transaction.

    `exported`: the name of another connection's view, by `pg_export_snapshot()`, which is still open there; it is joined.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            if exported is not None:
                # The statement takes no parameter.
                cursor.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(exported))
        yield


def gather(
    *, campaign_id: int, version_id: int, show: Callable[[float], None] = lambda share: None
) -> Gathered:
    """`show` is told what share of it is done. Must not be inside a transaction."""
    with one_view():
        return gather_in_view(campaign_id=campaign_id, version_id=version_id, show=show)


def gather_in_view(
    *, campaign_id: int, version_id: int, show: Callable[[float], None] = lambda share: None
) -> Gathered:
    """The same for whoever has opened a view on this connection already, for all that they read."""
    about = {"campaign": int(campaign_id), "version": int(version_id)}
    seen = freshness(campaign_id=campaign_id, version_id=version_id)
    settings = settings_of(Campaign.objects.get(pk=campaign_id))
    pseudonyms = dict(Membership.objects.filter(campaign=campaign_id).values_list("user_id", "pseudonym"))
    show(0.05)
    grades = Grades(*in_order(GRADES.format(**about), kinds=GRADE_KINDS, by=(2, 1), grouped_by=2))
    show(0.6)
    wholes = Wholes(
        *in_order(WHOLES.format(**about), kinds=["bigint", "bigint", "bigint", "boolean"], by=(2, 1))
    )
    answers = pairs(ANSWERS.format(**about))
    show(0.8)
    return Gathered(
        freshness=seen,
        settings=settings,
        pseudonyms=pseudonyms,
        grades=grades,
        wholes=wholes,
        answers=answers,
        chains=chains_with_names(about),
        paths=Paths(*in_order(PATHS.format(**about), kinds=["bigint"] * 3, by=(1, 0))),
        sittings=pairs(SITTINGS.format(**about)),
        gold=pairs(GOLD.format(**about)),
        decisions=pairs(DECISIONS.format(**about)),
    )


def in_order(
    query: str, *, kinds: list[Kind], by: tuple[int, ...], grouped_by: int | None = None
) -> list[Array]:
    """The columns, sorted by some of them, the last one first: the same figures whatever order the database sends."""
    columns = copied_columns(query, kinds=kinds, grouped_by=grouped_by)
    order = np.lexsort([columns[place] for place in by])
    return [column[order] for column in columns]


def pairs(query: str) -> Pairs:
    return Pairs(*in_order(query, kinds=["bigint", "bigint"], by=(1, 0)))


def chains_with_names(about: dict[str, int]) -> Chains:
    with connection.cursor() as cursor:
        cursor.execute(GENERATORS.format(**about))
        generators = tuple(row[0] for row in cursor.fetchall())
        cursor.execute(DOMAINS.format(**about))
        domains = tuple(row[0] for row in cursor.fetchall())
    columns = in_order(CHAINS.format(**about), kinds=["bigint"] * 6, by=(0,))
    ids, problems, lengths, outcomes, generator_places, domain_places = columns
    return Chains(
        ids=ids,
        problems=problems,
        lengths=lengths,
        outcomes=outcomes,
        generators=generator_places,
        domains=domain_places,
        generator_names=generators,
        domain_names=domains,
    )


# First errors are read off submitted chains, so handing one in is a write too, and so is taking it up again: that takes
# one from the submitted, and two for it make the sum grow with every write, so that no two of them cancel out. A decision
# counts its own revisions.
FRESHNESS = """
SELECT max(g.saved_at), coalesce(sum(g.revision), 0) + (
    SELECT count(*) FILTER (WHERE a.status = 'submitted')
        + 2 * coalesce(sum(jsonb_array_length(a.exposure -> 'reopened_at')), 0)
    FROM assignments_assignment a
    WHERE a.campaign_id = %(campaign)s AND a.taxonomy_version_id = %(version)s) + (
    SELECT coalesce(sum(d.revision), 0) FROM grading_adjudication d
    WHERE d.campaign_id = %(campaign)s AND d.taxonomy_version_id = %(version)s)
FROM grading_grade g
WHERE g.campaign_id = %(campaign)s AND g.taxonomy_version_id = %(version)s
"""


def freshness(*, campaign_id: int, version_id: int) -> Freshness:
    with connection.cursor() as cursor:
        cursor.execute(FRESHNESS, {"campaign": campaign_id, "version": version_id})
        newest, writes = cursor.fetchone()
    return Freshness(newest_grade_at=newest, revision_count=int(writes))


def settings_of(campaign: Campaign) -> Settings:
    return Settings(
        overlap=campaign.overlap,
        contested_below=campaign.contested_below,
        dawid_skene=campaign.dawid_skene,
    )


def places_of(label_ids: Integers, *, question: Question) -> Integers:
    """Places of the question's labels in the order that the taxonomy declares."""
    ids = np.array([choice.id for choice in question.choices], dtype=np.int64)
    order = np.argsort(ids)
    return np.asarray(order[np.searchsorted(ids[order], label_ids)], dtype=np.int64)
