"""The steps that wait for a reviewer, and those that one has decided: what the newest report says, and decisions of now.

A report follows within a minute. A step that was decided just now counts as decided at once.
"""

from dataclasses import dataclass

from django.db import connection

from annotator.assignments.models import Campaign

CONTESTED = """
SELECT c.step_id, c.entropy, a.verdict_id
FROM analysis_stepconsensus c
LEFT JOIN grading_adjudication a ON a.campaign_id = c.campaign_id
    AND a.taxonomy_version_id = c.taxonomy_version_id AND a.step_id = c.step_id
WHERE c.campaign_id = %(campaign)s AND c.taxonomy_version_id = %(version)s AND c.is_contested
"""
# Steps whose contest is over, or that have no votes any more.
OTHERS = """
SELECT a.step_id, coalesce(c.entropy, 0.0) AS entropy, a.verdict_id
FROM grading_adjudication a
LEFT JOIN analysis_stepconsensus c ON c.campaign_id = a.campaign_id
    AND c.taxonomy_version_id = a.taxonomy_version_id AND c.step_id = a.step_id
WHERE a.campaign_id = %(campaign)s AND a.taxonomy_version_id = %(version)s AND c.is_contested IS NOT TRUE
    AND (a.verdict_id IS NOT NULL OR c.provenance = 'adjudicated')
"""
COUNTS = f"""
SELECT (SELECT count(*) FROM analysis_stepconsensus
        WHERE campaign_id = %(campaign)s AND taxonomy_version_id = %(version)s AND is_contested)
    + (SELECT count(*) FROM ({OTHERS}) o),
    (SELECT count(*) FROM grading_adjudication
        WHERE campaign_id = %(campaign)s AND taxonomy_version_id = %(version)s AND verdict_id IS NOT NULL)
"""  # noqa: S608 (constants)
# Each part is cut off by itself, so that it is a walk along its index.
LISTED = f"""
SELECT l.step_id, l.entropy, l.verdict_id FROM (
    (SELECT p.* FROM ({CONTESTED}) p WHERE {{where}} ORDER BY {{order}} LIMIT %(first)s + %(most)s)
    UNION ALL
    (SELECT p.* FROM ({OTHERS}) p WHERE {{where}} ORDER BY {{order}} LIMIT %(first)s + %(most)s)
) l ORDER BY {{order}} LIMIT %(most)s OFFSET %(first)s
"""  # noqa: S608 (constants)
ORDER = "entropy DESC, step_id"
BACK = "entropy, step_id DESC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestedStep:
    """`verdict_id` is the label that a reviewer decided on, None while the step is undecided."""

    step_id: int
    entropy: float
    verdict_id: int | None

    @property
    def is_decided(self) -> bool:
        return self.verdict_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestedCounts:
    steps: int
    decided: int

    @property
    def undecided(self) -> int:
        return self.steps - self.decided


def count_contested(*, campaign: Campaign) -> ContestedCounts:
    """Under the campaign's current version, as everything here."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, keys_of(campaign))
        steps, decided = cursor.fetchone()
    return ContestedCounts(steps=steps, decided=decided)


def contested_page(*, campaign: Campaign, first: int, most: int) -> list[ContestedStep]:
    """The most disputed first, then in the order in which steps came in; `first` counts from 0."""
    return listed(campaign, where="true", first=first, most=most)


def contested_step(*, campaign: Campaign, step_id: int) -> ContestedStep | None:
    """None for a step that is neither contested nor decided."""
    return next(iter(listed(campaign, where="step_id = %(step)s", most=1, step=step_id)), None)


def first_undecided(*, campaign: Campaign) -> ContestedStep | None:
    return next(iter(listed(campaign, where="verdict_id IS NULL", most=1)), None)


def next_undecided(*, campaign: Campaign, after: ContestedStep) -> ContestedStep | None:
    """From the end of the list it goes on at its beginning; None when no other one is left."""
    following = around(campaign=campaign, place=after, most=1, is_back=False, is_undecided=True)
    first = following[0] if following else first_undecided(campaign=campaign)
    return first if first is not None and first.step_id != after.step_id else None


def steps_before(*, campaign: Campaign, place: ContestedStep, most: int) -> list[ContestedStep]:
    return around(campaign=campaign, place=place, most=most, is_back=True)[::-1]


def steps_after(*, campaign: Campaign, place: ContestedStep, most: int) -> list[ContestedStep]:
    return around(campaign=campaign, place=place, most=most, is_back=False)


def around(
    *, campaign: Campaign, place: ContestedStep, most: int, is_back: bool, is_undecided: bool = False
) -> list[ContestedStep]:
    """Up to `most` steps from a place on, without it, in the order in which one comes to them."""
    wanted = " AND verdict_id IS NULL" if is_undecided else ""
    found: list[ContestedStep] = []
    # Many steps have the same entropy: those behind it among them are a part of the index by themselves.
    for where in (
        f"entropy = %(entropy)s AND step_id {'<' if is_back else '>'} %(step)s",
        f"entropy {'>' if is_back else '<'} %(entropy)s",
    ):
        if len(found) < most:
            found += listed(
                campaign,
                where=where + wanted,
                order=BACK if is_back else ORDER,
                most=most - len(found),
                step=place.step_id,
                entropy=place.entropy,
            )
    return found


def listed(
    campaign: Campaign, *, where: str, most: int, order: str = ORDER, first: int = 0, **values: float
) -> list[ContestedStep]:
    """`where` and `order` are constants of this module; `values` stand for their parameters."""
    with connection.cursor() as cursor:
        cursor.execute(
            LISTED.format(where=where, order=order),
            {**keys_of(campaign), "first": first, "most": most, **values},
        )
        return [
            ContestedStep(step_id=step, entropy=entropy, verdict_id=verdict)
            for step, entropy, verdict in cursor.fetchall()
        ]


def keys_of(campaign: Campaign) -> dict[str, int]:
    return {"campaign": campaign.pk, "version": campaign.taxonomy_version_id}
