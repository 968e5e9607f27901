"""Which chains an export is of, as conditions of SQL on `chains_chain c`."""

from dataclasses import dataclass

from annotator.exports.queries import ExportQuery
from annotator.exports.splits import bounds_of

# As the reports slice: what the chain's own metadata say, else the data set.
DOMAIN = """CASE 'string' WHEN jsonb_typeof(c.metadata -> 'domain') THEN c.metadata ->> 'domain'
    WHEN jsonb_typeof(c.metadata -> 'subject') THEN c.metadata ->> 'subject'
    ELSE (SELECT d.domain FROM chains_dataset d WHERE d.id = c.dataset_id) END"""

# `splits.bucket_of`: eight bytes as two numbers of four each, 2^32 being 7,296 modulo 10,000.
BUCKET = """(SELECT (mod(('x' || left(hashed.hex, 8))::bit(32)::bigint, 10000) * 7296
    + ('x' || substr(hashed.hex, 9, 8))::bit(32)::bigint) % 10000
    FROM chains_problem p CROSS JOIN LATERAL (SELECT encode(sha256(convert_to(p.external_id, 'UTF8')), 'hex') AS hex) hashed
    WHERE p.id = c.problem_id)""".replace("%", "%%")


@dataclass(frozen=True, slots=True)
class Conditions:
    """`sql` begins with AND, or is empty; `values` are those of its placeholders."""

    sql: str
    values: tuple[object, ...]


def conditions_of(query: ExportQuery) -> Conditions:
    """Of split, domain and generator."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    if query.split is not None:
        first, end = bounds_of(query.split, percents=query.splits)
        asked.append((f"{BUCKET} >= %s AND {BUCKET} < %s", (first, end)))
    if query.domain is not None:
        asked.append((f"{DOMAIN} = %s", (query.domain,)))
    if query.generator is not None:
        asked.append(("c.generator = %s", (query.generator,)))
    return Conditions(
        sql=" ".join(f"AND {condition}" for condition, _ in asked),
        values=tuple(value for _, values in asked for value in values),
    )
