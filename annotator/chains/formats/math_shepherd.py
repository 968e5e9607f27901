"""Math-Shepherd: solutions in one text, their steps rated by a machine."""

from annotator.chains.formats.fields import (
    digest_of,
    optional_text,
    refuse_unknown_keys,
    required,
    steps_at,
    text_at,
)
from annotator.chains.formats.records import ChainRecord
from annotator.chains.strict_json import LINE_BYTES_LIMIT, Refusal, kind_of, quoted

KEYS = frozenset({"input", "label", "task"})
MARKER = "\u043a\u0438"
RATINGS = {"+": 1, "-": -1}
ANSWER = "The answer is: "


def read_math_shepherd(line: dict[str, object]) -> ChainRecord:
    """Math-Shepherd (Wang et al., arXiv 2312.08935): "<problem> Step 1: a <marker>\\nStep 2: b <marker>".

    Removed, and nothing else: the first " Step 1: " and the problem before it, the newline and "Step N: " before each
    later step, one space before each marker if there is one, the marker, and white space after the last marker. So a
    problem that itself contains " Step 1: " is cut there.

    Steps are numbered from 1 in the text, indexed from 0 here. `ratings` are +1 and -1 (the file's + and -, given by
    a machine, for each step, also after the first error); there are no neutral ones. The chain id is a digest of the
    input. The final answer is what follows "The answer is: " in the last step; whether it is right is not in the file.
    """
    refuse_unknown_keys(line, KEYS)
    source = text_at(required(line, "input"), "input", bytes_limit=LINE_BYTES_LIMIT)
    *pieces, rest = source.split(MARKER)
    if not pieces:
        raise Refusal(f"input: no step ends with {MARKER}")
    if rest.strip():
        raise Refusal(f"input: text after the last {MARKER}")
    problem, found, first_step = pieces[0].partition(" Step 1: ")
    if not found:
        raise Refusal('input: no " Step 1: " before the first step')
    later_steps = [without_number(piece, number=number) for number, piece in enumerate(pieces[1:], start=2)]
    steps = steps_at([step.removesuffix(" ") for step in (first_step, *later_steps)], "steps")
    task = optional_text(line, "task")
    _, stated, answer = steps[-1].rpartition(ANSWER)
    return ChainRecord(
        chain_id="math_shepherd-" + digest_of(source),
        problem=text_at(problem, "problem"),
        steps=steps,
        final_answer=answer if stated else None,
        metadata={} if task is None else {"task": task},
        ratings=signs_of(required(line, "label"), pieces=pieces),
    )


def without_number(piece: str, *, number: int) -> str:
    prefix = f"\nStep {number}: "
    if not piece.startswith(prefix):
        raise Refusal(f'input: step {number} does not begin with a newline and "Step {number}: "')
    return piece.removeprefix(prefix)


def signs_of(label: object, *, pieces: list[str]) -> tuple[int, ...]:
    """The label must be the input with + or - in the place of each marker."""
    if not isinstance(label, str):
        raise Refusal(f"label: must be a string, not {kind_of(label)}")
    signs = []
    position = 0
    for number, piece in enumerate(pieces, start=1):
        if not label.startswith(piece, position):
            raise Refusal(f"label: is not the text of the input up to the end of step {number}")
        position += len(piece) + 1
        sign = label[position - 1 : position]
        if sign not in RATINGS:
            raise Refusal(f"label: step {number} ends with {quoted(sign)}, not with + or -")
        signs.append(RATINGS[sign])
    if label[position:].strip():
        raise Refusal("label: text after the last step")
    return tuple(signs)
