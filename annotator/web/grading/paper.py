"""The grading page with a chain on it: of an assignment, or of a version that somebody tries out."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from annotator.web.grading.definitions import definitions_of, finders_of
from annotator.web.grading.rows import Questionnaire, Row, open_question
from annotator.web.rendering import render_texts
from annotator.web.words import script_words
from taxonomies.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the page shows: the `texts` of the steps in order, and the rows by index, None for the whole chain.

    `address` is the page's own, `carried` are the steps whose grade came along from another chain, the first `wanted`
    steps are to be graded, and `decided` of these are. `is_whole_open`: the whole chain needs an answer.
    """

    form: Questionnaire
    address: str
    is_open: bool
    stops: bool
    is_plain: bool
    has_raw: bool
    problem: str
    final_answer: str
    texts: list[str]
    rows: dict[int | None, Row]
    carried: frozenset[int]
    wanted: int
    decided: int
    is_whole_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStep:
    """A step with its text, as rendered and as stored."""

    row: Row
    text: SafeString
    raw: SafeString
    is_carried: bool
    is_after_error: bool


def context_of(paper: Paper) -> dict[str, object]:
    """What `web/grading/assignment.html` needs for its chain; who shows it adds what stands around it."""
    problem_text, final_answer, *step_texts = render_texts(
        [paper.problem, paper.final_answer, *paper.texts], plain=paper.is_plain
    )
    form = paper.form
    return {
        "address": paper.address,
        "is_open": paper.is_open,
        "stops": paper.stops,
        "saved": form.saved,
        "has_raw": paper.has_raw,
        "problem_text": problem_text,
        "problem_raw": exact(paper.problem),
        "final_answer": final_answer,
        "guidelines": render_texts([form.vocabulary.guidelines])[0],
        "guidelines_address": reverse(
            "taxonomy_guidelines", args=[form.vocabulary.taxonomy_key, form.vocabulary.number]
        ),
        "marks": form.marks,
        "definitions": definitions_of(form.marks),
        "flawed": flawed_labels(form.vocabulary),
        "steps": [
            PageStep(
                row=paper.rows[index],
                text=rendered,
                raw=exact(text),
                is_carried=index in paper.carried,
                is_after_error=index >= paper.wanted,
            )
            for index, (text, rendered) in enumerate(zip(paper.texts, step_texts, strict=True))
        ],
        "whole": paper.rows.get(None),
        "is_whole_open": paper.is_whole_open,
        "questions": [open_question(asked) for asked in form.marks.questions],
        "chain_questions": [open_question(asked) for asked in form.marks.chain_questions],
        "finders": finders_of(form.vocabulary),
        "wanted": paper.wanted,
        "decided": paper.decided,
        "script_words": script_words(),
    }


def flawed_labels(vocabulary: Vocabulary) -> str:
    return " ".join(choice.key for choice in vocabulary.verdict.choices if choice.value == -1)


def exact(text: str) -> SafeString:
    """HTML whose `textContent` is the text, byte for byte: a parser would turn a bare CR into LF."""
    return mark_safe(escape(text).replace("\r", "&#13;"))  # noqa: S308 (escaped just now)
