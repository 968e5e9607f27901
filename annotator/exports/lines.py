"""An export as lines: what each format makes of one chain, or of what one person said of it."""

import hashlib
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace

from annotator.exports.formats import WRITERS, LeftOut
from annotator.exports.labellings.prm800k import Completion, Labelling, prm800k
from annotator.exports.labellings.reading import Sitting, sittings_in
from annotator.exports.options import LABELLING_FORMATS
from annotator.exports.rows.chain_rows import ChainRow
from annotator.exports.rows.debiasing import described
from annotator.exports.rows.opened import Reading
from annotator.exports.rows.reading import rows_in


@dataclass(frozen=True, slots=True)
class Line:
    """What an export says of one chain: `rows` lines, one or more, each with its line break.

    `write_labels`: the same without texts, style and times.
    """

    data: bytes
    rows: int
    chain_id: str
    problem_id: str
    write_labels: Callable[[], bytes]

    @property
    def labels_digest(self) -> bytes:
        """SHA-256 of what the labels in it say: the same as long as nobody grades or decides otherwise."""
        return hashlib.sha256(self.write_labels()).digest()


def lines_in(
    opened: Reading, *, after_chain: int = 0, last_chain: int | None = None
) -> Generator[Line | LeftOut]:
    """In the order of import, of the chains `after_chain` < id <= `last_chain`; for each that is left out, the reason.

    Close it, or read it to its end, before the view: somebody may still be reading ahead.
    """
    if opened.query.format in LABELLING_FORMATS:
        with closing(sittings_in(opened, after_chain=after_chain, last_chain=last_chain)) as sittings:
            for sitting in sittings:
                yield line_of_sitting(sitting)
        return
    with closing(rows_in(opened, after_chain=after_chain, last_chain=last_chain)) as rows:
        for row in rows:
            yield row if isinstance(row, LeftOut) else line_of_row(row, opened=opened)


def notes_of(opened: Reading) -> dict[str, object]:
    """What a trailer or a manifest says of the lines besides their number: how labels were estimated or debiased."""
    notes: dict[str, object] = {}
    if opened.view.estimate.note is not None:
        notes["dawid_skene"] = opened.view.estimate.note
    if opened.style is not None and opened.style.debiasing is not None:
        notes["debias"] = described(opened.style.debiasing)
    return notes


def line_of_row(row: ChainRow, *, opened: Reading) -> Line | LeftOut:
    write, taxonomy, query = WRITERS[opened.query.format], opened.taxonomy, opened.query

    def write_labels() -> bytes:
        written = write(without_texts(row), replace(taxonomy, number=0, digest=""), query)
        assert isinstance(written, bytes)
        return written

    written = write(row, taxonomy, query)
    if isinstance(written, LeftOut):
        return written
    return Line(written, written.count(b"\n"), row.chain_id, row.problem_id, write_labels)


def without_texts(row: ChainRow) -> ChainRow:
    return replace(
        row,
        problem="",
        reference_answer=None,
        reference_solution=None,
        final_answer=None,
        scores=None,
        metadata="{}",
        steps=tuple(
            replace(
                step,
                text="",
                style=None,
                siblings=tuple(replace(sibling, text="") for sibling in step.siblings),
            )
            for step in row.steps
        ),
        style_flags=None,
    )


def line_of_sitting(sitting: Sitting) -> Line:
    written = prm800k(sitting.labelling)
    return Line(
        data=written,
        rows=1,
        chain_id=sitting.chain_id,
        problem_id=sitting.problem_id,
        write_labels=lambda: prm800k(without_texts_of(sitting.labelling)),
    )


def without_texts_of(labelling: Labelling) -> Labelling:
    question = replace(
        labelling.question,
        problem="",
        reference_solution=None,
        reference_answer=None,
        steps=(),
        final_answer=None,
        verifier_score=None,
    )
    nodes = tuple(
        replace(
            node, completions=tuple(Completion("", each.rating, each.flagged) for each in node.completions)
        )
        for node in labelling.nodes
    )
    return replace(labelling, submitted_at="", active_seconds=0, question=question, nodes=nodes, kept=None)
