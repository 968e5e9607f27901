"""What an export says of style: features of the steps, flags of the campaign, and what `debias` takes off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from annotator.analysis.models import FlagState
from annotator.analysis.style import EXTRACTOR_VERSION, FEATURES, KEYS, measure
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import FlagRow, Style
from annotator.exports.rows.debiasing import (
    Debiasing,
    DebiasRow,
    Kept,
    NotDebiased,
    TwinEffect,
    debiased,
)
from annotator.exports.rows.judging import Said
from annotator.exports.rows.votes import ExportView, literal

# Only flags that still stand; a person has looked at those that are acknowledged.
FLAGS = """
SELECT f.estimator, f.status, f.feature, f.scope, coalesce(m.pseudonym, c.key || '.' || l.key), f.effect, f.low, f.high,
    f.severity, f.state
FROM analysis_styleflag f LEFT JOIN assignments_membership m ON m.id = f.member_id
LEFT JOIN taxonomies_label l ON l.id = f.label_id LEFT JOIN taxonomies_criterion c ON c.id = l.criterion_id
WHERE f.campaign_id = %s AND f.taxonomy_version_id = %s AND f.state IN ('open', 'acknowledged')
ORDER BY f.feature, f.estimator, f.scope, 5
"""

TWIN_FLAGS = """
SELECT f.feature, f.state, (f.evidence -> 'estimate')::text FROM analysis_styleflag f
WHERE f.campaign_id = %s AND f.taxonomy_version_id = %s AND f.estimator = 'twins' AND f.scope = 'pool'
"""

# The estimates as text: the driver would make numbers of them and Python objects of all the rest.
REPORT = """
SELECT to_char(r.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    to_char(r.newest_grade_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), (r.figures -> 'twins')::text
FROM analysis_stylereport r
WHERE r.campaign_id = %s AND r.taxonomy_version_id = %s AND r.state = 'done'
ORDER BY r.finished_at DESC, r.id DESC LIMIT 1
"""

STORED = """
SELECT s.step_id, s.values FROM analysis_stepstyle s WHERE s.step_id = ANY(%s::bigint[]) AND s.extractor_version = %s
"""

# Of the votes that count, those which did not see markup.
PLAIN = """
SELECT g.step_id, count(*)
FROM grading_grade g
WHERE g.step_id = ANY(%s::bigint[]) AND {scope} AND g.rendering = 'plain'
  AND g.state = 'graded' AND g.verdict_id IS NOT NULL
GROUP BY g.step_id
"""


@dataclass(frozen=True, slots=True)
class StyleView:
    """What an export says of style, from its one view. `points`: what comes off, by feature."""

    flags: tuple[FlagRow, ...] | None
    debiasing: Debiasing | None
    points: dict[str, float]
    sound: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StyledSteps:
    """By step id."""

    styles: dict[int, Style]
    debias: dict[int, DebiasRow]


def style_view_of(cursor: Any, *, view: ExportView, query: ExportQuery) -> StyleView:
    sound = tuple(place for place, value in enumerate(view.values) if value > 0)
    debiasing = None if query.debias is None else debiasing_of(cursor, view=view, has_sound=bool(sound))
    return StyleView(
        flags=flags_of(cursor, view=view) if query.style else None,
        debiasing=debiasing,
        points={} if debiasing is None else debiasing.points,
        sound=sound,
    )


def flags_of(cursor: Any, *, view: ExportView) -> tuple[FlagRow, ...]:
    cursor.execute(FLAGS, [*view.scope])
    return tuple(FlagRow(*row) for row in cursor.fetchall())


def debiasing_of(cursor: Any, *, view: ExportView, has_sound: bool) -> Debiasing:
    cursor.execute(REPORT, [*view.scope])
    computed_at, newest_grade_at, text = cursor.fetchone() or (None, None, None)
    estimates = {one["feature"]: one for one in orjson.loads(text or "[]") if one["is_estimated"]}
    cursor.execute(TWIN_FLAGS, [*view.scope])
    states: dict[str, str] = {}
    for feature, state, found in cursor.fetchall():
        states[feature] = state
        # It stands as it was, where grades were taken back and too few are left to estimate it anew.
        if KEPT[FlagState(state)] is None and feature not in estimates:
            estimates[feature] = orjson.loads(found)
    effects = tuple(effect_of(estimates[key], state=states.get(key)) for key in KEYS if key in estimates)
    return Debiasing(
        effects=effects,
        report_computed_at=computed_at,
        newest_grade_at=newest_grade_at,
        extractor_version=EXTRACTOR_VERSION,
        reason=why_not(has_sound=has_sound, has_report=computed_at is not None, effects=effects),
    )


def why_not(*, has_sound: bool, has_report: bool, effects: Sequence[TwinEffect]) -> NotDebiased | None:
    if not has_sound:
        return NotDebiased.NO_SOUND_LABEL
    if not has_report:
        return NotDebiased.NO_REPORT
    return None if effects else NotDebiased.NO_TWINS_ESTIMATED


def effect_of(estimate: dict[str, Any], *, state: str | None) -> TwinEffect:
    """`state`: of the flag, None where there never was one."""
    return TwinEffect(
        feature=estimate["feature"],
        effect=estimate["effect"],
        low=estimate["low"],
        high=estimate["high"],
        severity=estimate["severity"],
        pairs=estimate["counts"]["pairs"],
        votes=estimate["counts"]["votes"],
        kept=kept_for(estimate["feature"], state=state),
    )


KEPT = {
    None: Kept.NOT_FLAGGED,
    FlagState.CLOSED: Kept.CLOSED,
    FlagState.RESOLVED: Kept.RESOLVED,
    FlagState.OPEN: None,
    FlagState.ACKNOWLEDGED: None,
}
BINARY = frozenset(feature.key for feature in FEATURES if feature.kind == "binary")


def kept_for(feature: str, *, state: str | None) -> Kept | None:
    """A text has more or fewer words, but none that shows *words*: of such a feature nothing is taken off."""
    reason = KEPT[None if state is None else FlagState(state)]
    return Kept.NOT_PRESENT_OR_ABSENT if reason is None and feature not in BINARY else reason


def styled_steps(
    cursor: Any, *, view: ExportView, style: StyleView, texts: Mapping[int, str], said: Said
) -> StyledSteps:
    """Of the steps that have these texts. One that no report has measured yet is measured here, and not stored: an export
    writes nothing.
    """
    cursor.execute(STORED, [literal(texts), EXTRACTOR_VERSION])
    stored = dict(cursor.fetchall())
    values = {step: stored[step] if step in stored else measure(text) for step, text in texts.items()}
    debias: dict[int, DebiasRow] = {}
    if style.debiasing is not None:
        plain: dict[int, int] = {}
        if style.points:
            cursor.execute(PLAIN.format(scope=view.scope_of_grades), [literal(texts)])
            plain = dict(cursor.fetchall())
        counts = dict(zip(said.steps.tolist(), map(tuple, said.counts.tolist()), strict=True))
        debias = {
            step: debias_row(
                measured,
                counts=counts[step],
                plain_votes=plain.get(step, 0),
                style=style,
                debiasing=style.debiasing,
            )
            for step, measured in values.items()
        }
    styles = {} if style.flags is None else {step: style_of(measured) for step, measured in values.items()}
    return StyledSteps(styles=styles, debias=debias)


def style_of(values: Sequence[float]) -> Style:
    """By key; a feature that is there or not is true or false, the others as measured."""
    return {
        feature.key: bool(value) if feature.kind == "binary" else value
        for feature, value in zip(FEATURES, values, strict=True)
    }


def debias_row(
    values: Sequence[float],
    *,
    counts: tuple[int, ...],
    plain_votes: int,
    style: StyleView,
    debiasing: Debiasing,
) -> DebiasRow:
    votes = sum(counts)
    return debiased(
        counts,
        sound=style.sound,
        votes_on={
            feature.key: votes - plain_votes if feature.is_markup else votes
            for feature, value in zip(FEATURES, values, strict=True)
            if value and feature.key in style.points
        },
        points=style.points,
        reason=debiasing.reason,
    )
