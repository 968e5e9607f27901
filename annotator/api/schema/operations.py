"""Every call of the API: what it is for, what it takes, and every answer that it may give. By method and path."""

from annotator.api.models import Scope
from annotator.api.pages import MOST_ROWS
from annotator.api.schema import asked
from annotator.api.schema.asked import CAMPAIGN, VERSION_ASKED
from annotator.api.schema.declaring import (
    JSON,
    NDJSON,
    NO_SEAT,
    PROBLEM,
    YAML,
    Answer,
    Operation,
    answer,
    problem,
)
from annotator.api.schema.lines import line_name
from annotator.api.schema.shapes import ANY_OBJECT, ANYTHING, STRING, one_of, ref, said
from annotator.api.schema.snapshots import SNAPSHOTS
from annotator.chains.formats import FORMATS as IMPORT_FORMATS
from annotator.exports.options import FORMATS

READERS = (Scope.EXPORT_READ, Scope.REPORT_READ)
REPORTS = (Scope.REPORT_READ,)
LINES = {
    "type": "string",
    "description": "One JSON object a line, of the shape that its format has: "
    + ", ".join(f"{name} {line_name(name)}" for name in FORMATS)
    + ". With trailer=1 the last line is a TrailerLine.",
}
IMPORTS: dict[tuple[str, str], Operation] = {
    ("POST", "datasets/{key}/imports/"): Operation(
        "create_import",
        "Imports",
        "Bring problems and chains in",
        {
            202: answer("The import is queued.", ref("Import"), Location="Where to watch it."),
            411: problem("The body has no Content-Length."),
            413: problem("The body is too large."),
            415: problem("The body is a form, or is compressed."),
            503: problem("The request cannot be taken right now.", Retry_After="Seconds to wait."),
        },
        "All or nothing, and idempotent: chains that are there already are counted, and not doubled.",
        (Scope.IMPORT_WRITE,),
        (
            asked.in_path("key", "Of a dataset of a campaign that the token reaches."),
            asked.in_query("format", "What a line looks like; native unless given.", one_of(IMPORT_FORMATS)),
            asked.IDEMPOTENCY_KEY,
        ),
        # Bytes, which a worker looks at: whatever comes is taken, and what is wrong with it is told by the import.
        asked.body_of(NDJSON, ANYTHING, words="One JSON object a line, in UTF-8, with a Content-Length."),
    ),
    ("GET", "imports/{pk}/"): Operation(
        "show_import",
        "Imports",
        "Watch an import",
        {200: answer("Its state, counts, and the lines that are wrong.", ref("Import"))},
        scopes=(Scope.IMPORT_WRITE,),
        parameters=(asked.in_path("pk", "As the import was answered with.", asked.ROW_ID),),
    ),
}
CAMPAIGNS: dict[tuple[str, str], Operation] = {
    ("GET", "campaigns/"): Operation(
        "list_campaigns",
        "Campaigns",
        "The campaigns that the token reaches",
        {200: answer("In the order of their keys.", ref("Campaigns"))},
        scopes=READERS,
        parameters=asked.page_parameters(),
    ),
    ("GET", "campaigns/{key}/"): Operation(
        "show_campaign",
        "Campaigns",
        "How far a campaign is, in numbers",
        {200: answer("Seats, grades and reports.", ref("Campaign"))},
        scopes=READERS,
        parameters=(CAMPAIGN,),
    ),
    ("GET", "campaigns/{key}/agreement/"): Operation(
        "agreement",
        "Reports",
        "How far annotators agree",
        {200: answer("The newest report.", ref("Agreement"))},
        scopes=REPORTS,
        parameters=(CAMPAIGN, VERSION_ASKED),
    ),
    ("GET", "campaigns/{key}/style/"): Operation(
        "style",
        "Reports",
        "Whether grades follow surface style",
        {200: answer("The newest report, and all flags that were ever raised.", ref("Style"))},
        scopes=REPORTS,
        parameters=(CAMPAIGN, VERSION_ASKED),
    ),
    ("GET", "campaigns/{key}/luck/"): Operation(
        "luck",
        "Reports",
        "Chains whose outcome and steps say different things",
        {200: answer("One page of the newest report, in the order of import.", ref("Luck"))},
        scopes=REPORTS,
        parameters=(
            CAMPAIGN,
            asked.in_query("finding", "Only these.", one_of(["lucky", "suspect"])),
            asked.in_query("basis", "Only on this basis.", one_of(["adjudicated", "consensus", "annotator"])),
            asked.in_query(
                "cursor",
                "What an earlier answer gave as next.",
                {"type": "string", "pattern": "^[0-9]{1,18}$"},
            ),
            VERSION_ASKED,
        ),
    ),
    ("GET", "campaigns/{key}/gate/"): Operation(
        "gate",
        "Reports",
        "Whether the labels may be used",
        {
            200: answer("All conditions hold.", ref("GatePassed")),
            409: Answer("A condition fails, or its figure is not known.", {PROBLEM: ref("GateFailed")}),
        },
        "At least one condition is named. Figures are those of the newest reports, seats are counted now. A figure that is"
        " not known fails its condition.",
        REPORTS,
        (CAMPAIGN, *asked.gate_parameters()),
    ),
    ("GET", "campaigns/{key}/export/"): Operation(
        "export",
        "Exports",
        "The live export",
        {
            200: Answer(
                "A stream, from one view of the database.",
                {NDJSON: LINES},
                {"Content-Encoding": "zstd or gzip, where the caller takes it.", "Vary": "Accept-Encoding."},
            ),
            503: NO_SEAT,
        },
        "Options that tell single votes need votes:read beside export:read; gold=1 needs gold:read.",
        (Scope.EXPORT_READ,),
        (CAMPAIGN, *asked.export_parameters(), asked.ACCEPT_ENCODING),
        more={"x-line-shapes": {name: ref(line_name(name))["$ref"] for name in FORMATS}},
    ),
}
TAXONOMIES: dict[tuple[str, str], Operation] = {
    ("GET", "taxonomies/"): Operation(
        "list_taxonomies",
        "Taxonomies",
        "The taxonomies that the token's campaigns grade with",
        {200: answer("Each with its frozen versions.", ref("Taxonomies"))},
        scopes=READERS,
        parameters=asked.page_parameters(usual=MOST_ROWS),
    ),
    ("GET", "taxonomies/{key}/versions/{number}/"): Operation(
        "show_version",
        "Taxonomies",
        "One frozen version",
        {
            200: Answer(
                "As data, or as the file that load_taxonomy reads.",
                {JSON: ref("TaxonomyVersion"), YAML: {"description": "A file of a taxonomy."}},
                {"ETag": "Begins with the version's digest."},
            ),
            304: Answer("It is still the same.", headers={"ETag": "As before."}),
        },
        scopes=READERS,
        parameters=(
            asked.in_path("key", "Of the taxonomy."),
            asked.in_path("number", "Of the version.", asked.ROW_ID),
            asked.in_query("format", "json unless given.", one_of(["json", "yaml"])),
            asked.IF_NONE_MATCH,
        ),
    ),
}
DESCRIPTION: dict[tuple[str, str], Operation] = {
    ("GET", "schema/"): Operation(
        "schema",
        "Description",
        "This description",
        {200: Answer("OpenAPI 3.1.", {JSON: ANY_OBJECT, YAML: said(STRING, "The same as YAML.")})},
        parameters=(asked.in_query("format", "json unless given.", one_of(["json", "yaml"])),),
    ),
}
OPERATIONS = {**CAMPAIGNS, **SNAPSHOTS, **IMPORTS, **TAXONOMIES, **DESCRIPTION}
