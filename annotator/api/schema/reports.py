"""What reports look like, as JSON Schemas: agreement, style, lucky chains. No views, no database."""

from annotator.analysis.agreement import Agreement
from annotator.analysis.annotators import AnnotatorAgreement, RestAgreement
from annotator.analysis.figures import Figure
from annotator.analysis.first_errors import FirstErrorAgreement
from annotator.analysis.gathered import Settings
from annotator.analysis.luck import BASES, FINDINGS
from annotator.analysis.pairs import PairAgreement
from annotator.analysis.planning import Planning
from annotator.analysis.style_reports.gathering import Settings as StyleSettings
from annotator.api.schema.shapes import (
    ANY_OBJECT,
    BOOLEAN,
    COUNT,
    INTEGER,
    NUMBER,
    SHARE,
    STRING,
    TIME,
    Shape,
    by_key,
    extended,
    items,
    nullable,
    of_dataclass,
    one_of,
    record,
    ref,
    said,
)

FIGURE: dict[type, str] = {Figure: "Figure"}
TAXONOMY_USED = record({"key": STRING, "number": INTEGER, "digest": STRING, "is_current": BOOLEAN})
ABOUT_TAXONOMY = {"campaign": said(STRING, "Its key."), "taxonomy": TAXONOMY_USED}
COMPUTED_FROM = record(
    {
        "newest_grade_at": nullable(TIME),
        "revision_count": COUNT,
        "code_version": STRING,
        "finished_at": nullable(TIME),
    }
)
ABOUT_REPORT = {
    **ABOUT_TAXONOMY,
    "computed_from": said(nullable(COMPUTED_FROM), "Null before the first report."),
    "is_stale": said(BOOLEAN, "Whether there are grades, or settings, that the report has not seen."),
}


def open_record(properties: dict[str, Shape]) -> Shape:
    """Some of the properties, and maybe others: what a report of a former version holds."""
    return {"type": "object", "properties": properties, "additionalProperties": True}


def of_slices(**about: Shape) -> Shape:
    return items(
        record({**about, "units": COUNT, "percent_agreement": ref("Figure"), "alpha_ordinal": ref("Figure")})
    )


ANNOTATOR = extended(
    of_dataclass(AnnotatorAgreement, refs=FIGURE),
    {
        "pseudonym": STRING,
        "seconds_per_step": nullable(NUMBER),
        "gold": record({"units": COUNT, "accuracy": ref("Figure")}),
        "trend": items(
            extended(of_dataclass(RestAgreement, refs=FIGURE), {"from": STRING, "to": STRING}),
        ),
    },
)
DAY = said(STRING, "A day, UTC.")
AGREEMENT_FIGURES = open_record(
    {
        "settings": of_dataclass(Settings),
        "labels": items(
            record({"key": STRING, "title": STRING}, optional={"value": nullable(INTEGER)}),
        ),
        "verdict": of_dataclass(Agreement, refs=FIGURE),
        "confusion": items(items(COUNT)),
        "first_error": of_dataclass(FirstErrorAgreement, refs=FIGURE),
        "annotators": items(ANNOTATOR),
        "gold": record({"units": COUNT, "annotators": COUNT, "accuracy": ref("Figure")}),
        "pairs": items(of_dataclass(PairAgreement)),
        "criteria": items(ANY_OBJECT),
        "by_step_index": of_slices(**{"from": COUNT, "to": nullable(COUNT)}),
        "over_time": of_slices(**{"from": DAY, "to": DAY}),
        "by_generator": of_slices(generator=STRING),
        "by_domain": of_slices(domain=STRING),
        "consensus": open_record({"steps": COUNT, "decided": COUNT, "ties": COUNT}),
        "chains": open_record(
            {
                "graded": COUNT,
                "first_error_defined": COUNT,
                "with_error": COUNT,
                "lucky": by_key(COUNT),
                "suspect": by_key(COUNT),
            }
        ),
        "luck": record({"chains": COUNT, "share": ref("Figure")}),
        "planning": of_dataclass(Planning),
    }
)
ESTIMATES = items(ref("StyleEstimate"))
STYLE_FIGURES = open_record(
    {
        "settings": of_dataclass(StyleSettings),
        "counts": by_key(COUNT),
        "base_rate": nullable(SHARE),
        "features": items(ANY_OBJECT),
        "annotators": items(ANY_OBJECT),
        "labels": items(ANY_OBJECT),
        **dict.fromkeys(("twins", "twin_labels", "plain", "peers", "association"), ESTIMATES),
        "families": items(record({"key": STRING, "tests": COUNT})),
        "vote_sd": nullable(NUMBER),
        "seconds_per_step": nullable(NUMBER),
    }
)
POINTS = {"severity": STRING, "effect": NUMBER, "low": NUMBER, "high": NUMBER}
STYLE_FLAG = record(
    {
        "id": INTEGER,
        "status": said(STRING, "bias, or deviation of one annotator."),
        "estimator": STRING,
        "feature": STRING,
        "scope": STRING,
        "annotator": said(nullable(STRING), "A pseudonym."),
        "label": nullable(record({"criterion": STRING, "key": STRING})),
        "state": STRING,
        **POINTS,
        "note": STRING,
        "first_seen_at": TIME,
        "last_seen_at": TIME,
        "closed_at": nullable(TIME),
        "evidence": ANY_OBJECT,
        "history": items(
            record(
                {
                    "kind": STRING,
                    "happened_at": TIME,
                    "by": nullable(STRING),
                    "run": nullable(INTEGER),
                    "note": STRING,
                    **POINTS,
                }
            )
        ),
    }
)
FOUND_CHAIN = record(
    {
        "chain_id": STRING,
        "problem_id": STRING,
        "generator": STRING,
        "finding": one_of(FINDINGS[1:]),
        "basis": one_of(BASES[1:]),
        "step_index": nullable(COUNT),
        "repaired_by": items(COUNT),
        "first_error_index": nullable(COUNT),
        "first_error_defined": BOOLEAN,
    }
)
