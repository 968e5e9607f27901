"""Sealed exports: every call on them, as in `operations`."""

from annotator.api.models import Scope
from annotator.api.schema import asked
from annotator.api.schema.declaring import (
    JSON,
    NDJSON,
    NO_SEAT,
    Answer,
    Operation,
    answer,
    problem,
)
from annotator.api.schema.shapes import STRING, Shape, one_of, ref, said

TAG = "Snapshots"
SCOPES = (Scope.EXPORT_READ,)
SNAPSHOT = asked.in_path("snapshot_id", "As the snapshot was answered with.", asked.ROW_ID)
# Any bytes, those of a JSON file among them.
BINARY: Shape = {}
SEALED_HEADERS = {
    "ETag": "The file's SHA-256, as it stands in the manifest.",
    "Content-Length": "Of this answer.",
    "Accept-Ranges": "bytes.",
    "Cache-Control": "A sealed file never changes.",
}
FILE = {
    200: Answer("The whole file.", {"*/*": BINARY}, SEALED_HEADERS),
    206: Answer(
        "A part of it.",
        {"*/*": BINARY},
        {**SEALED_HEADERS, "Content-Range": "Which part, and of how many bytes."},
    ),
    304: Answer("It is the one that If-None-Match names.", headers={"ETag": "As before."}),
    412: problem("It is another one than If-Match says."),
    416: problem("The file ends before this range begins.", Content_Range="How many bytes the file has."),
    503: problem("No seat is free, or the files cannot be read right now.", Retry_After="Seconds to wait."),
}
SNAPSHOTS: dict[tuple[str, str], Operation] = {
    ("GET", "campaigns/{key}/snapshots/"): Operation(
        "list_snapshots",
        TAG,
        "Snapshots of a campaign",
        {200: answer("One page, the newest first.", ref("Snapshots"))},
        scopes=SCOPES,
        parameters=(asked.CAMPAIGN, *asked.page_parameters()),
    ),
    ("POST", "campaigns/{key}/snapshots/"): Operation(
        "ask_for_snapshot",
        TAG,
        "Ask for a snapshot",
        {
            202: answer("It is queued.", ref("Snapshot"), Location="Where to watch it."),
            415: problem("There is a body: options are parameters of the address."),
            503: problem("Idempotency-Key cannot be kept right now.", Retry_After="Seconds to wait."),
        },
        "The options are those of the live export, and the conditions those of the gate: where one fails, the snapshot ends as"
        " failed with its findings, and nothing is sealed. Options that tell single votes need votes:read beside export:read;"
        " gold=1 needs gold:read.",
        SCOPES,
        (asked.CAMPAIGN, *asked.snapshot_parameters(), asked.IDEMPOTENCY_KEY),
    ),
    ("GET", "snapshots/{snapshot_id}/"): Operation(
        "show_snapshot",
        TAG,
        "Watch a snapshot",
        {200: answer("Its state, and its files once it is done.", ref("Snapshot"))},
        scopes=SCOPES,
        parameters=(SNAPSHOT,),
    ),
    ("GET", "snapshots/{snapshot_id}/files/{name}"): Operation(
        "snapshot_file",
        TAG,
        "Fetch a file of a sealed snapshot",
        FILE,
        scopes=SCOPES,
        parameters=(
            SNAPSHOT,
            asked.in_path(
                "name", "As the snapshot lists it.", {"type": "string", "pattern": "^[-a-zA-Z0-9_.]+$"}
            ),
            asked.in_header("Range", "One range of bytes: how a download goes on where it was cut."),
            asked.in_header("If-Range", "An ETag: the whole file instead of a part where it is another one."),
            asked.IF_NONE_MATCH,
            asked.in_header("If-Match", "An ETag: 412 where the file is another one."),
        ),
    ),
    ("GET", "snapshots/{snapshot_id}/changes/"): Operation(
        "snapshot_changes",
        TAG,
        "What changed since an earlier snapshot",
        {
            200: Answer(
                "Chains that were added, removed, or relabelled.",
                {
                    JSON: ref("Changes"),
                    NDJSON: said(
                        STRING,
                        "One JSON object a line, chain_id and change; the last line is a trailer with the counts.",
                    ),
                },
                {"Cache-Control": "Of sealed snapshots nothing changes any more."},
            ),
            503: NO_SEAT,
        },
        scopes=SCOPES,
        parameters=(
            SNAPSHOT,
            asked.in_query(
                "since", "The id of an earlier snapshot of the same campaign. Required.", asked.ROW_ID
            )
            | {"required": True},
            asked.in_query(
                "format",
                "json, page by page, unless given; ndjson is all at once.",
                one_of(["json", "ndjson"]),
            ),
            *asked.page_parameters(),
        ),
    ),
}
