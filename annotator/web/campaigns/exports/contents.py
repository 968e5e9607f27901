"""What a sealed snapshot holds: its files, its card, and what its manifest says of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.utils.safestring import SafeString

from annotator.exports.models import Snapshot
from annotator.exports.snapshots.files import CARD, MANIFEST, sealed_file
from annotator.jobs.models import JobState
from annotator.web.campaigns.exports.preview import LEFT_OUT, Reason
from annotator.web.campaigns.exports.recipes import file_recipe
from annotator.web.rendering import render_texts

# A card that somebody made longer is not drawn: the file can be downloaded.
MOST_BYTES = 1_000_000
FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileRow:
    """`copied`: what its hash is called among what the page can copy."""

    name: str
    size: int
    sha256: str
    rows: int | None
    copied: str


@dataclass(frozen=True, slots=True)
class Contents:
    """`left_out`: of the whole snapshot. `front_matter` and `card`: of the dataset card."""

    files: tuple[FileRow, ...]
    left_out: tuple[Reason, ...]
    manifest: dict[str, Any]
    newest_grade_at: datetime | None
    front_matter: str
    card: SafeString
    recipe: SafeString
    recipe_text: str


def contents_of(snapshot: Snapshot, *, address: str) -> Contents | None:
    """None for one that is not sealed."""
    if snapshot.state != JobState.DONE:
        return None
    files = tuple(
        FileRow(file["name"], file["size"], file["sha256"], file.get("rows"), f"file-{number}")
        for number, file in enumerate(snapshot.files, start=1)
    )
    card = text_of(snapshot, CARD)
    found = FRONT_MATTER.match(card)
    recipe = ""
    if files:
        # Those with data come first.
        first = files[0]
        recipe = file_recipe(
            snapshot_id=snapshot.pk,
            name=first.name,
            sha256=first.sha256,
            address=address,
        )
    manifest = manifest_of(snapshot)
    shown_card, shown_recipe = render_texts(
        [card[found.end() :] if found else card, f"```bash\n{recipe}\n```"]
    )
    return Contents(
        files=files,
        left_out=left_out_of(snapshot),
        manifest=manifest,
        newest_grade_at=time_in(manifest),
        front_matter=found[1] if found else "",
        card=shown_card,
        recipe=shown_recipe,
        recipe_text=recipe,
    )


def left_out_of(snapshot: Snapshot) -> tuple[Reason, ...]:
    counts = snapshot.counts.get("left_out", {})
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return tuple(Reason(str(LEFT_OUT.get(name, name)), count) for name, count in ordered)


def manifest_of(snapshot: Snapshot) -> dict[str, Any]:
    """Empty where the file is gone."""
    text = text_of(snapshot, MANIFEST)
    found: dict[str, Any] = orjson.loads(text) if text else {}
    return found


def time_in(manifest: Mapping[str, Any]) -> datetime | None:
    """Of the newest grade in it."""
    text = manifest.get("computed_from", {}).get("newest_grade_at")
    return datetime.fromisoformat(text) if text else None


def text_of(snapshot: Snapshot, name: str) -> str:
    """Of a small file; empty where there is none, or it is gone."""
    try:
        sealed = sealed_file(snapshot, name)
    except FileNotFoundError:
        return ""
    if sealed.size > MOST_BYTES:
        return ""
    return b"".join(sealed.read(0, sealed.size)).decode()
