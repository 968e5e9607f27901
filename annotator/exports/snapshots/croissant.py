"""croissant.json: the data set as JSON-LD by the Croissant format 1.0 of MLCommons. No Django, no database."""

from collections.abc import Sequence
from typing import Any

import orjson

from annotator.exports.snapshots.columns import Column, Kind, columns_of
from annotator.exports.snapshots.facts import Counts, Facts, FileFacts

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
# As the specification gives it, in its order.
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
DATA_TYPES = {
    Kind.TEXT: "sc:Text",
    Kind.JSON: "sc:Text",
    Kind.FLAG: "sc:Boolean",
    Kind.WHOLE: "sc:Integer",
    Kind.NUMBER: "sc:Float",
}
PARQUET = "application/x-parquet"


def croissant_of(facts: Facts, *, counts: Counts, files: Sequence[FileFacts]) -> bytes:
    """`datePublished` is the day of the newest grade: nothing in a snapshot says when it was built."""
    about: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": f"{facts.campaign_key}-{facts.query.format}",
        "description": description_of(facts, counts=counts),
        "conformsTo": CONFORMS_TO,
        "license": "Not recorded: ask whoever gave you this data set.",
        "citeAs": f"{facts.campaign_title}: step labels by the taxonomy {facts.taxonomy.row.key}, made with Stepmark.",
        "url": f"urn:stepmark:{facts.campaign_key}",
        "creator": {"@type": "sc:Organization", "name": facts.campaign_title},
        "version": f"{facts.taxonomy.row.number}.{facts.revision_count}.0",
        "isLiveDataset": False,
        "distribution": [file_object(file) for file in files],
        "recordSet": record_sets(facts, files=files),
    }
    if facts.newest_grade_at is not None:
        about["datePublished"] = facts.newest_grade_at.date().isoformat()
    return orjson.dumps(about, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def description_of(facts: Facts, *, counts: Counts) -> str:
    return (
        f"{counts.row_count} rows of reasoning chains whose steps were graded in the campaign {facts.campaign_title}"
        f" against version {facts.taxonomy.row.number} of the taxonomy {facts.taxonomy.row.key}, in the format"
        f" {facts.query.format}. README.md says how far the labels can be trusted."
    )


def file_object(file: FileFacts) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentSize": f"{file.size} B",
        "contentUrl": file.name,
        "encodingFormat": PARQUET if file.name.endswith(".parquet") else file.media_type.partition(";")[0],
        "sha256": file.sha256,
    }


def record_sets(facts: Facts, *, files: Sequence[FileFacts]) -> list[dict[str, Any]]:
    """One for each data file, read from its Parquet where there is one: few readers of Croissant know zstd."""
    columns = columns_of(facts.query, asks_about_chains=facts.taxonomy.row.asks_about_chains)
    tables = {file.split: file for file in files if file.split and file.name.endswith(".parquet")}
    lines = {file.split: file for file in files if file.split and file.name.endswith(".zst")}
    return [
        {
            "@type": "cr:RecordSet",
            "@id": str(split),
            "name": str(split),
            "description": f"The rows of {file.name}.",
            "field": [field_of(column, file=tables.get(split, file), path=str(split)) for column in columns],
        }
        for split, file in lines.items()
    ]


def field_of(column: Column, *, file: FileFacts, path: str) -> dict[str, Any]:
    """`path`: of the record set that it is in."""
    name = f"{path}/{column.name}"
    about = described(column, name=name)
    if column.kind == Kind.PARTS:
        about["subField"] = [
            part_of(part, of=column, file=file, name=f"{name}/{part.name}") for part in column.parts
        ]
    about["source"] = source_of(column, file=file)
    return about


def part_of(part: Column, *, of: Column, file: FileFacts, name: str) -> dict[str, Any]:
    inner = f"{'[*].' if of.is_list else ''}{part.name}"
    return described(part, name=name) | {"source": source_of(of, file=file, inner=inner)}


def described(column: Column, *, name: str) -> dict[str, Any]:
    about: dict[str, Any] = {"@type": "cr:Field", "@id": name, "name": name}
    if column.kind != Kind.PARTS:
        about["dataType"] = DATA_TYPES[column.kind]
    if column.kind == Kind.JSON:
        about["description"] = "JSON: its keys are those of the taxonomy or of the import."
    if column.is_list:
        about["repeated"] = True
    return about


def source_of(column: Column, *, file: FileFacts, inner: str | None = None) -> dict[str, Any]:
    """`inner`: where in the column's value, as a path of JSON."""
    source: dict[str, Any] = {"fileObject": {"@id": file.name}}
    if file.name.endswith(".parquet"):
        source["extract"] = {"column": column.name}
        return (
            source
            if inner is None
            else source | {"transform": {"jsonPath": f"$.{inner}".replace("$.[", "$[")}}
        )
    tail = "" if inner is None else f".{inner}".replace(".[", "[")
    source["extract"] = {"jsonPath": f"$.{column.name}{tail or ('[*]' if column.is_list else '')}"}
    return source
