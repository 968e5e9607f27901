"""README.md: the dataset card, with the front matter that the Hugging Face hub reads. No Django, no database."""

from collections.abc import Iterator, Sequence

import yaml

from annotator.exports.options import BY_NAME
from annotator.exports.snapshots.card_sections import (
    agreement_section,
    labels_section,
    left_out_section,
    splits_section,
    style_section,
    taxonomy_section,
)
from annotator.exports.snapshots.facts import Counts, Facts, FileFacts
from annotator.exports.snapshots.markdown import cell, line, table

TASKS = {"orm": "text-classification", "preference_pairs": "reinforcement-learning"}
SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)
LARGEST = "10M<n<100M"


def card_of(facts: Facts, *, counts: Counts, files: Sequence[FileFacts]) -> bytes:
    """Nothing in it depends on when or where it was made. `files`: those with rows."""
    parts = [
        front_matter(facts, counts=counts, files=files),
        "\n".join(opening(facts, counts=counts)),
        "\n".join(files_section(files)),
        "\n".join(taxonomy_section(facts)),
        "\n".join(labels_section(facts)),
        "\n".join(agreement_section(facts)),
        "\n".join(style_section(facts)),
        "\n".join(splits_section(facts, counts=counts)),
        "\n".join(left_out_section(counts)),
        "\n".join(loading(files)),
        "\n".join(checking()),
        "\n".join(licence()),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def front_matter(facts: Facts, *, counts: Counts, files: Sequence[FileFacts]) -> str:
    about: dict[str, object] = {
        "license": "other",
        "license_name": "not-recorded",
        "language": ["und"],
        "pretty_name": line(f"{facts.campaign_title} ({facts.query.format})"),
        "size_categories": [size_of(counts.row_count)],
        "task_categories": [TASKS.get(facts.query.format, "token-classification")],
        "tags": ["process-reward-model", "reasoning", "step-level-labels", "stepmark"],
    }
    data = [{"split": file.split, "path": file.name} for file in files if is_lines(file)]
    if data:
        # Of one kind only: `datasets` reads all of a folder's configurations with one reader.
        about["configs"] = [{"config_name": "default", "data_files": data}]
    return f"---\n{yaml.safe_dump(about, sort_keys=False, allow_unicode=True)}---"


def size_of(rows: int) -> str:
    return next((name for limit, name in SIZES if rows < limit), LARGEST)


def is_lines(file: FileFacts) -> bool:
    return file.split is not None and file.lines_sha256 is not None


def opening(facts: Facts, *, counts: Counts) -> Iterator[str]:
    row = facts.taxonomy.row
    yield f"# {cell(facts.campaign_title)}: step labels as `{facts.query.format}`"
    yield ""
    yield (
        f"{counts.row_count:,} rows of {counts.chains:,} model-written reasoning chains. Experts graded them step by step in the"
        f" campaign `{facts.campaign_key}` against version {row.number} of the taxonomy `{row.key}`"
        + (f", domain {cell(facts.domain)}." if facts.domain else ".")
        + " People are named by pseudonyms, if at all."
    )
    yield ""
    yield "What was asked for; every other option is as it is without being named:"
    yield ""
    rows = [(f"`{name}`", cell(text), help_of(name)) for name, text in facts.texts.items()]
    yield from table(("option", "value", "meaning"), rows)


def help_of(name: str) -> str:
    return cell(BY_NAME[name].help) if name in BY_NAME else "The same rows as Parquet, too."


def files_section(files: Sequence[FileFacts]) -> Iterator[str]:
    yield "## Files"
    yield ""
    rows = [
        (f"`{file.name}`", file.split or "", "" if file.rows is None else f"{file.rows:,}", f"{file.size:,}")
        for file in files
    ]
    yield from table(("file", "split", "rows", "bytes"), rows)
    yield ""
    yield (
        "`chains.jsonl.zst` is no data: it tells of each chain its split and a hash of what its labels say, so that two"
        " snapshots can be compared. `manifest.json` holds the query, the counts and the hash of every other file;"
        " `croissant.json` describes the fields."
    )


def loading(files: Sequence[FileFacts]) -> Iterator[str]:
    first = next((file.name for file in files if is_lines(file)), "train.jsonl.zst")
    tables = [file for file in files if file.name.endswith(".parquet")]
    yield "## How to load it"
    yield ""
    yield "```python"
    yield "from datasets import load_dataset  # pip install datasets zstandard"
    yield ""
    yield 'rows = load_dataset("path/to/this/folder")'
    if tables:
        yield f'same = load_dataset("parquet", data_files={ {str(file.split): file.name for file in tables} })'
    yield "```"
    yield ""
    yield f"or without Python: `zstd -dc {first} | head -1`."


def checking() -> Iterator[str]:
    yield "## How to check it"
    yield ""
    yield (
        "The digest of the snapshot is the SHA-256 of `manifest.json`, which has that of each other file (`sha256`) and of its"
        " lines before compression (`lines_sha256`; a live export of the same grades ends with the same one)."
    )
    yield ""
    yield "```sh"
    yield "sha256sum manifest.json"
    yield "jq -r '.files[] | .sha256 + \"  \" + .name' manifest.json | sha256sum --check"
    yield "```"


def licence() -> Iterator[str]:
    yield "## Licence and language"
    yield ""
    yield (
        "Stepmark records neither the licence nor the language of what is imported, so this card names none. Ask whoever gave you"
        " the data before you pass it on."
    )
