"""A batch of chain records into the tables by COPY: known chains are recognised, shared prefixes share their steps."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from annotator.chains.copying import escaped, nullable, number, rows_into, truth
from annotator.chains.formats import ChainRecord
from annotator.chains.strict_json import LineError, quoted


@dataclass(slots=True)
class Stored:
    """What a batch, or the sum of all batches, added."""

    problems_added: int = 0
    steps_added: int = 0
    chains_added: int = 0
    chains_unchanged: int = 0
    errors: list[LineError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sifted:
    """The numbered records without those that are in error: chains to be added, and chains that are there."""

    fresh: list[tuple[int, ChainRecord]] = field(default_factory=list)
    unchanged: list[tuple[int, ChainRecord]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class KnownChain:
    digest: bytes
    import_run_id: int | None


# Text, reference answer, reference solution.
ProblemContent = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class KnownProblem:
    id: int
    content: ProblemContent


def store_batch(
    cursor: Any,
    *,
    dataset_id: int,
    import_run_id: int,
    records: Sequence[tuple[int, ChainRecord]],
    may_repeat: bool,
) -> Stored:
    """Store what is new of the numbered records; conflicts come back as line errors, for the caller to roll back.

    `may_repeat`: the format may tell of one chain on many lines.
    """
    stored = Stored()
    sifted = sift(
        cursor,
        dataset_id=dataset_id,
        import_run_id=import_run_id,
        records=records,
        may_repeat=may_repeat,
        stored=stored,
    )
    sound = [*sifted.fresh, *sifted.unchanged]
    problems = store_problems(cursor, dataset_id=dataset_id, records=sound, stored=stored)
    fresh = [record for _, record in sifted.fresh]
    ids = store_chains(
        cursor, dataset_id=dataset_id, import_run_id=import_run_id, records=fresh, problems=problems
    )
    stored.chains_added = len(ids)
    stored.steps_added = store_steps(
        cursor,
        chains=list(zip(ids, fresh, strict=True)),
        growing=fresh + [record for _, record in sifted.unchanged if record.alternatives],
        problems=problems,
    )
    return stored


def sift(
    cursor: Any,
    *,
    dataset_id: int,
    import_run_id: int,
    records: Sequence[tuple[int, ChainRecord]],
    may_repeat: bool,
    stored: Stored,
) -> Sifted:
    """Tell new chains from known ones. An id that is there must have the same content."""
    cursor.execute(
        "SELECT external_id, digest, import_run_id FROM chains_chain WHERE dataset_id = %s AND external_id = ANY(%s)",
        [dataset_id, [record.chain_id for _, record in records]],
    )
    known = {row[0]: KnownChain(bytes(row[1]), row[2]) for row in cursor.fetchall()}
    sifted = Sifted()
    for line, record in records:
        digest = chain_digest(record)
        before = known.get(record.chain_id)
        if before is None:
            known[record.chain_id] = KnownChain(digest, import_run_id)
            sifted.fresh.append((line, record))
        elif before.digest != digest:
            stored.errors.append(
                LineError(line, f"chain_id: {quoted(record.chain_id)} exists with other content")
            )
        elif before.import_run_id == import_run_id and not may_repeat:
            stored.errors.append(
                LineError(line, f"chain_id: {quoted(record.chain_id)} stands twice in this file")
            )
        else:
            sifted.unchanged.append((line, record))
    stored.chains_unchanged += len(sifted.unchanged)
    return sifted


def store_problems(
    cursor: Any,
    *,
    dataset_id: int,
    records: Sequence[tuple[int, ChainRecord]],
    stored: Stored,
) -> dict[str, KnownProblem]:
    """All problems of the batch by external id; new ones are copied in, known ones must have the same content."""
    cursor.execute(
        "SELECT external_id, id, text, reference_answer, reference_solution FROM chains_problem"
        " WHERE dataset_id = %s AND external_id = ANY(%s)",
        [dataset_id, list({problem_id(record) for _, record in records})],
    )
    known = {row[0]: KnownProblem(row[1], (row[2], row[3], row[4])) for row in cursor.fetchall()}
    missing = list(dict.fromkeys(key for _, record in records if (key := problem_id(record)) not in known))
    ids = dict(zip(missing, next_ids(cursor, table="chains_problem", count=len(missing)), strict=True))
    columns = "id, dataset_id, external_id, text, reference_answer, reference_solution"
    with rows_into(cursor, f"chains_problem ({columns})") as add:
        for line, record in records:
            key = problem_id(record)
            content = (record.problem, record.reference_answer, record.reference_solution)
            if key not in known:
                known[key] = KnownProblem(ids[key], content)
                add(
                    f"{ids[key]}\t{dataset_id}\t{escaped(key)}\t{escaped(content[0])}"
                    f"\t{nullable(content[1])}\t{nullable(content[2])}\n"
                )
            elif not same_problem(known[key].content, content):
                stored.errors.append(LineError(line, f"problem_id: {quoted(key)} exists with other content"))
    stored.problems_added = len(missing)
    return known


def same_problem(known: ProblemContent, given: ProblemContent) -> bool:
    """Alike in all that both say: PRM800K gives a problem's solution on some lines and not on others."""
    return all(a == b or a is None or b is None for a, b in zip(known, given, strict=True))


def store_chains(
    cursor: Any,
    *,
    dataset_id: int,
    import_run_id: int,
    records: Sequence[ChainRecord],
    problems: dict[str, KnownProblem],
) -> list[int]:
    """Copies in the chains themselves; their ids."""
    ids = next_ids(cursor, table="chains_chain", count=len(records))
    columns = (
        "id, dataset_id, problem_id, import_run_id, external_id, generator, step_count, final_answer,"
        " final_answer_correct, metadata, digest"
    )
    with rows_into(cursor, f"chains_chain ({columns})") as add:
        for chain, record in zip(ids, records, strict=True):
            add(
                f"{chain}\t{dataset_id}\t{problems[problem_id(record)].id}\t{import_run_id}"
                f"\t{escaped(record.chain_id)}\t{escaped(record.generator)}\t{len(record.steps)}"
                f"\t{nullable(record.final_answer)}\t{truth(record.final_answer_correct)}"
                f"\t{escaped(orjson.dumps(record.metadata).decode())}\t\\\\x{chain_digest(record).hex()}\n"
            )
    return ids


def store_steps(
    cursor: Any,
    *,
    chains: Sequence[tuple[int, ChainRecord]],
    growing: Sequence[ChainRecord],
    problems: dict[str, KnownProblem],
) -> int:
    """Copies in the steps that are not there yet, and the way of each new chain through them; how many steps."""
    tree = known_steps(cursor, problem_ids={problems[problem_id(record)].id for record in growing})
    known = len(tree)
    most = sum(len(record.steps) + len(record.alternatives) for record in growing)
    ids = iter(next_ids(cursor, table="chains_step", count=most))
    way: list[str] = []
    with rows_into(cursor, "chains_step (id, problem_id, parent_id, index, text, digest)") as add:

        def step_at(problem: int, parent: int | None, index: int, text: str) -> int:
            digest = hashlib.sha256(text.encode()).digest()
            key = (problem, parent, digest)
            step = tree.get(key)
            if step is None:
                step = tree[key] = next(ids)
                before = r"\N" if parent is None else parent
                add(f"{step}\t{problem}\t{before}\t{index}\t{escaped(text)}\t\\\\x{digest.hex()}\n")
            return step

        for chain, record in chains:
            problem = problems[problem_id(record)].id
            parent: int | None = None
            scores = record.scores or (None,) * len(record.steps)
            for index, (text, score) in enumerate(zip(record.steps, scores, strict=True)):
                parent = step_at(problem, parent, index, text)
                way.append(f"{chain}\t{index}\t{parent}\t{number(score)}\n")
        for record in growing:
            grow_alternatives(record, problem=problems[problem_id(record)].id, step_at=step_at)
    with rows_into(cursor, "chains_chainstep (chain_id, index, step_id, score)") as add:
        for row in way:
            add(row)
    return len(tree) - known


def grow_alternatives(
    record: ChainRecord, *, problem: int, step_at: Callable[[int, int | None, int, str], int]
) -> None:
    """Put the steps that were offered and not taken beside those that were."""
    if not record.alternatives:
        return
    parents: list[int | None] = [None]
    for index, text in enumerate(record.steps):
        parents.append(step_at(problem, parents[-1], index, text))
    for alternative in record.alternatives:
        step_at(problem, parents[alternative.index], alternative.index, alternative.text)


def known_steps(cursor: Any, *, problem_ids: set[int]) -> dict[tuple[int, int | None, bytes], int]:
    cursor.execute(
        "SELECT problem_id, parent_id, digest, id FROM chains_step WHERE problem_id = ANY(%s)",
        [list(problem_ids)],
    )
    return {(row[0], row[1], bytes(row[2])): row[3] for row in cursor.fetchall()}


def next_ids(cursor: Any, *, table: str, count: int) -> list[int]:
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
    )
    return [row[0] for row in cursor.fetchall()]


def problem_id(record: ChainRecord) -> str:
    """The file's own id, else one made from the text: the same problem in two chains is one problem."""
    return record.problem_id or f"sha256-{hashlib.sha256(record.problem.encode()).hexdigest()}"


def chain_digest(record: ChainRecord) -> bytes:
    """SHA-256 of all that an import keeps of a chain; alternatives belong to the tree, labels of the file to nobody."""
    content = [
        problem_id(record),
        record.steps,
        record.scores,
        record.generator,
        record.final_answer,
        record.final_answer_correct,
        record.metadata,
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()
