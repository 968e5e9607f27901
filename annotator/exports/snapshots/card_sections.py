"""What the card says of the labels: what they mean, where they come from, and how far they can be trusted.

No Django, no database.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from annotator.exports.options import LABELLING_FORMATS, SPLITS, Labels
from annotator.exports.queries import ExportQuery
from annotator.exports.rows.chain_rows import FlagRow
from annotator.exports.snapshots.facts import Counts, Facts, QuestionFacts
from annotator.exports.snapshots.markdown import cell, table

COEFFICIENTS = {
    "alpha_ordinal": "Krippendorff's alpha, ordinal",
    "alpha_nominal": "Krippendorff's alpha, nominal",
    "gwet_ac1": "Gwet's AC1",
    "percent_agreement": "pairs of annotators that agree",
}
FIRST_ERRORS = {
    "exact": "the same first flawed step",
    "alpha_has_error": "Krippendorff's alpha of whether there is one",
}
REASONS = {
    "undecided": "a step that counts has no votes, or they are tied, or nobody whose word counts has said anything of it",
    "outcome_unknown": "nobody knows whether the final answer is correct",
    "neutral_step": "a step is neutral, and such chains were not wanted",
    "has_marker": "a text holds the marker that the format sets between steps",
    "has_step_heading": "the problem holds the heading with which the format begins the steps",
    "no_votes": "a step was decided by a reviewer without any vote, so it has no share of votes",
    "no_pairs": "no two steps after the same prefix have different verdicts",
    "too_few_votes": "a step that counts has fewer votes than were asked for",
    "too_little_agreement": "a step that counts has less agreement than was asked for",
}
SOURCES = {
    Labels.MAJORITY: (
        "The verdict of a step is what a reviewer decided, else what most annotators said. A tie is no verdict."
    ),
    Labels.DAWID_SKENE: (
        "The verdict of a step is what a reviewer decided, else the most probable one by the model of Dawid and Skene"
        " (1979), which weighs annotators by how they differ from each other."
    ),
    Labels.ADJUDICATED_ONLY: "The verdict of a step is what a reviewer decided; all others have none.",
    Labels.ANNOTATOR: "The verdict of a step is what one annotator said.",
}


def taxonomy_section(facts: Facts) -> Iterator[str]:
    taxonomy = facts.taxonomy
    yield "## What the labels mean"
    yield ""
    yield (
        f"Taxonomy {cell(taxonomy.title)} (`{taxonomy.row.key}`), version {taxonomy.row.number}, SHA-256 of its wording"
        f" `{taxonomy.row.digest}`. Of each step was asked: {cell(taxonomy.verdict.text)}"
    )
    yield ""
    yield "-1 is flawed, 0 neutral, +1 sound."
    yield ""
    rows = [
        (
            f"`{label.key}`",
            cell(label.title),
            signed(label.value),
            cell(label.definition),
        )
        for label in taxonomy.verdict.labels
    ]
    yield from table(("label", "title", "value", "definition"), rows)
    if taxonomy.questions:
        yield ""
        yield "Further questions:"
        yield ""
        yield from table(
            ("question", "asked of", "wording", "labels"),
            [
                (f"`{one.key}`", f"the {one.scope}", cell(one.text), label_keys(one))
                for one in taxonomy.questions
            ],
        )


def signed(value: int | None) -> str:
    return "" if value is None else f"{value:+d}" if value else "0"


def label_keys(question: QuestionFacts) -> str:
    return ", ".join(f"`{label.key}`" for label in question.labels) or "any text"


def labels_section(facts: Facts) -> Iterator[str]:
    query = facts.query
    yield "## Where the labels come from"
    yield ""
    if query.format in LABELLING_FORMATS:
        yield "Each line is what one person, named by a pseudonym, said of one chain. Nothing was put together from several people."
        return
    yield SOURCES[query.labels]
    yield ""
    yield "The first flawed step counts from 0 where a format has an index. Absence of a label never means neutral."
    if query.format != "native" and query.format != "orm" and query.format != "preference_pairs":
        yield ""
        yield binary_words(query)


def binary_words(query: ExportQuery) -> str:
    if query.format == "processbench":
        return "A neutral step is not flawed, and what was said after the first flawed step does not matter."
    neutral = {
        "true": "A neutral step counts as right.",
        "false": "A neutral step counts as wrong.",
        "drop_chain": "A chain with a neutral step before its end is left out.",
    }[query.neutral]
    after = {
        "drop": "A chain is cut after its first flawed step.",
        "false": "Every step after the first flawed one counts as wrong, whatever was said of it.",
    }[query.after_error]
    return f"{neutral} {after}"


def agreement_section(facts: Facts) -> Iterator[str]:
    yield "## How far annotators agree"
    yield ""
    if facts.agreement is None:
        yield "Not known."
        return
    verdict, firsts = facts.agreement["verdict"], facts.agreement["first_error"]
    counts = verdict["counts"]
    yield (
        f"{counts['grades']:,} grades of {counts['units']:,} steps by {counts['annotators']} annotators,"
        f" {counts['units_graded_twice']:,} of the steps graded by two or more, in {counts['clusters']:,} problems. Computed"
        " over the whole campaign and not over these rows alone, with 95 % intervals over problems."
    )
    yield ""
    rows = [figure_cells(words, verdict[name]) for name, words in COEFFICIENTS.items()]
    rows += [figure_cells(words, firsts[name]) for name, words in FIRST_ERRORS.items()]
    yield from table(("figure", "value", "95 % interval", "if unknown, why"), rows)
    yield ""
    consensus = facts.agreement["consensus"]
    yield (
        f"{consensus['decided']:,} of {consensus['steps']:,} steps have a verdict, {consensus['adjudicated']:,} of them by a"
        f" reviewer; {consensus['ties']:,} are tied."
    )


def figure_cells(words: str, figure: Mapping[str, Any]) -> tuple[str, str, str, str]:
    if figure["value"] is None:
        return words, "not known", "", cell(figure["reason"] or "")
    if figure["low"] is None:
        return words, f"{figure['value']:.3f}", "not known", cell(figure["interval_reason"] or "")
    return words, f"{figure['value']:.3f}", f"{figure['low']:.3f} to {figure['high']:.3f}", ""


def style_section(facts: Facts) -> Iterator[str]:
    yield "## Whether grades follow surface style"
    yield ""
    if not facts.has_style_report:
        yield "Not known: nobody has looked yet."
    elif not facts.flags:
        yield "No flag stands. That is not the same as no influence: small ones may not have been findable."
    else:
        yield (
            "These flags stand. A bias was shown by an experiment; a deviation is one annotator's difference from the others,"
            " which may be right. Effects are percentage points of the share of sound votes, with their intervals."
        )
        yield ""
        yield from table(
            ("feature", "kind", "by", "of", "effect", "interval", "severity", "state"),
            [flag_cells(flag) for flag in facts.flags],
        )
    debias = facts.notes.get("debias")
    if isinstance(debias, dict):
        yield ""
        yield f"Debiased soft labels: {cell(str(debias['text']))}"


def flag_cells(flag: FlagRow) -> tuple[str, ...]:
    return (
        f"`{flag.feature}`",
        flag.status,
        flag.estimator,
        cell(flag.subject or "everybody"),
        f"{flag.effect:+.1f}",
        f"{flag.low:+.1f} to {flag.high:+.1f}",
        flag.severity,
        flag.state,
    )


def splits_section(facts: Facts, *, counts: Counts) -> Iterator[str]:
    yield "## Splits"
    yield ""
    yield (
        "By problem, so that no problem is in two of them: the first eight bytes of the SHA-256 of the problem's id, as a"
        " big-endian number modulo 10,000, decide. The same problem is in the same split of every export with these percentages."
    )
    yield ""
    if facts.query.split is not None:
        yield f"Only `{facts.query.split}` was asked for."
        yield ""
    rows = [
        (f"`{split}`", f"{percent} %", f"{counts.rows.get(split, 0):,}")
        for split, percent in zip(SPLITS, facts.query.splits, strict=True)
    ]
    yield from table(("split", "of the problems", "rows"), rows)


def left_out_section(counts: Counts) -> Iterator[str]:
    yield "## What was left out, and why"
    yield ""
    yield "Chains that nobody has graded have no row, and those that the options exclude are not counted."
    yield ""
    if not counts.left_out:
        yield "No other chain was left out."
        return
    rows = [
        (f"`{reason}`", f"{count:,}", REASONS.get(reason, "")) for reason, count in counts.left_out.items()
    ]
    yield from table(("reason", "chains", "in words"), rows)
