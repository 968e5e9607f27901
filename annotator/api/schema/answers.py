"""What the API answers with, as JSON Schemas by name: the components of its description. No views, no database."""

from annotator.analysis.bias.evidence import Estimate
from annotator.analysis.figures import Figure
from annotator.api.schema.lines import LINE_SHAPES
from annotator.api.schema.reports import (
    ABOUT_REPORT,
    ABOUT_TAXONOMY,
    AGREEMENT_FIGURES,
    FOUND_CHAIN,
    STYLE_FIGURES,
    STYLE_FLAG,
)
from annotator.api.schema.shapes import (
    ANY_OBJECT,
    BOOLEAN,
    COUNT,
    INTEGER,
    SHA256,
    STRING,
    TIME,
    Shape,
    by_key,
    items,
    nullable,
    of_dataclass,
    one_of,
    record,
    ref,
    said,
)
from annotator.assignments.models import CampaignStatus
from annotator.chains.formats import FORMATS as IMPORT_FORMATS
from annotator.exports.gate.conditions import NAMES as CONDITION_NAMES
from annotator.exports.gate.judging import Basis, Finding
from annotator.exports.snapshots.changes import CHANGES
from annotator.jobs.models import JobState
from taxonomies.models import CriterionKind, Scope, Tone, VersionStatus

STATE = one_of(JobState.values)
PROBLEM = record({"type": STRING, "title": STRING, "status": INTEGER, "detail": STRING})
GATE_TOLD = {
    **ABOUT_TAXONOMY,
    "passed": BOOLEAN,
    "failed": items(one_of(CONDITION_NAMES)),
    "conditions": items(ref("GateFinding")),
    "computed_from": said(
        {
            "type": "object",
            "properties": {name: nullable(of_dataclass(Basis)) for name in ("agreement", "style")},
            "additionalProperties": False,
        },
        "Of the reports that the conditions look at; null where there is none yet.",
    ),
    "is_stale": BOOLEAN,
}
IMPORT = record(
    {
        "id": INTEGER,
        "dataset": STRING,
        "format": one_of(IMPORT_FORMATS),
        "state": STATE,
        "requested_at": TIME,
        "finished_at": nullable(TIME),
        "progress": record({"done": COUNT, "total": nullable(COUNT), "unit": one_of(["bytes"])}),
        "sha256": STRING,
        "counts": record(
            dict.fromkeys(
                (
                    "lines",
                    "lines_skipped",
                    "problems_added",
                    "steps_added",
                    "chains_added",
                    "chains_unchanged",
                    "errors",
                ),
                COUNT,
            )
        ),
        "errors": items(ANY_OBJECT),
        "error": STRING,
    }
)
TAXONOMY_HEADER = {"key": STRING, "title": STRING, "domain": STRING, "description": STRING}
ABOUT_VERSION = {
    "number": INTEGER,
    "status": one_of([value for value in VersionStatus.values if value != VersionStatus.DRAFT]),
    "digest": SHA256,
    "published_at": nullable(TIME),
}
LABEL = record(
    {
        **dict.fromkeys(("key", "title", "definition", "hotkey", "good_example", "bad_example"), STRING),
        "tone": one_of(Tone.values),
        "value": said(nullable(INTEGER), "-1, 0 or 1 of a verdict's label."),
    }
)
CRITERION = record(
    {
        "key": STRING,
        "question": STRING,
        "kind": one_of(CriterionKind.values),
        "scope": one_of(Scope.values),
        "required": BOOLEAN,
        "verdict": BOOLEAN,
        "shown_for": items(STRING),
        "labels": items(LABEL),
    }
)
TAXONOMY_VERSION = record(
    {
        **TAXONOMY_HEADER,
        **ABOUT_VERSION,
        "guidelines": STRING,
        "content_features": items(STRING),
        "criteria": items(CRITERION),
    }
)
NEXT = said(nullable(STRING), "Null at the end.")
ABOUT_CAMPAIGN = {
    "key": STRING,
    "title": STRING,
    "status": one_of(CampaignStatus.values),
    "dataset": STRING,
    "domain": STRING,
    "taxonomy": record({"key": STRING, "number": INTEGER, "digest": STRING}),
    "overlap": COUNT,
    "url": STRING,
}
REPORT_SEEN = record({"finished_at": nullable(TIME), "revision_count": COUNT, "is_stale": BOOLEAN})
SHOWN_CAMPAIGN = record(
    {
        **ABOUT_CAMPAIGN,
        "versions": items(record({"number": INTEGER, "digest": STRING, "is_current": BOOLEAN})),
        "progress": record(
            dict.fromkeys(("chains", "seats", "submitted", "open", "returned", "annotators"), COUNT)
        ),
        "grades": record(
            {"count": COUNT, "steps": COUNT, "newest_at": nullable(TIME), "revision_count": COUNT}
        ),
        "reports": record({"agreement": nullable(REPORT_SEEN), "style": nullable(REPORT_SEEN)}),
    }
)

SNAPSHOT_FILE = record(
    {"name": STRING, "size": COUNT, "sha256": SHA256, "media_type": STRING, "url": STRING},
    optional={
        "rows": COUNT,
        "split": STRING,
        "lines_size": said(COUNT, "Of the lines before they are compressed."),
        "lines_sha256": said(SHA256, "Of the same."),
    },
)
SNAPSHOT = record(
    {
        "id": INTEGER,
        "url": STRING,
        "campaign": STRING,
        "state": STATE,
        "requested_at": TIME,
        "started_at": nullable(TIME),
        "finished_at": nullable(TIME),
        "progress": record({"done": COUNT, "total": nullable(COUNT), "unit": one_of(["chains"])}),
        "query": said(by_key(STRING), "The options that differ from what they are without being named."),
        "gate": said(by_key(STRING), "The conditions under which it may be sealed."),
        "findings": said(items(ref("GateFinding")), "What became of each condition."),
        "error": STRING,
        "digest": said(nullable(SHA256), "SHA-256 of its manifest.json, null until it is sealed."),
        "rows": said(nullable(COUNT), "Null until it is sealed."),
        "counts": ANY_OBJECT,
        "files": said(items(SNAPSHOT_FILE), "None until it is sealed."),
    }
)
CHANGE = record({"chain_id": STRING, "change": one_of(CHANGES)})

COMPONENTS: dict[str, Shape] = {
    "Problem": PROBLEM,
    "Figure": of_dataclass(Figure),
    "StyleEstimate": of_dataclass(Estimate),
    "Campaign": SHOWN_CAMPAIGN,
    "Campaigns": record({"campaigns": items(record(ABOUT_CAMPAIGN)), "next": NEXT}),
    "Agreement": record({**ABOUT_REPORT, "figures": nullable(AGREEMENT_FIGURES)}),
    "Style": record({**ABOUT_REPORT, "figures": nullable(STYLE_FIGURES), "flags": items(STYLE_FLAG)}),
    "Luck": record(
        {
            **ABOUT_REPORT,
            "chains": said(nullable(items(FOUND_CHAIN)), "Null before the first report."),
            "next": said(nullable(STRING), "The cursor of what follows, null at the end."),
        }
    ),
    "GateFinding": of_dataclass(Finding),
    "GatePassed": record(GATE_TOLD),
    "GateFailed": record({**PROBLEM["properties"], **GATE_TOLD}),
    "Snapshot": SNAPSHOT,
    "Snapshots": record({"snapshots": items(ref("Snapshot")), "next": NEXT}),
    "Changes": record(
        {
            "older": INTEGER,
            "newer": INTEGER,
            "counts": record(dict.fromkeys((*CHANGES, "unchanged"), COUNT)),
            "changes": items(CHANGE),
            "next": NEXT,
        }
    ),
    "Import": IMPORT,
    "Taxonomies": record(
        {
            "taxonomies": items(
                record({**TAXONOMY_HEADER, "versions": items(record(ABOUT_VERSION))}),
            ),
            "next": NEXT,
        }
    ),
    "TaxonomyVersion": TAXONOMY_VERSION,
    **LINE_SHAPES,
}
