"""The grading page with a chain on it: of an assignment, or of a version that somebody tries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from annotator.web.formula_fonts import fonts_for
from annotator.web.grading.alternatives import Beside
from annotator.web.grading.definitions import definitions_of, finders_of
from annotator.web.grading.row import Questionnaire, Row
from annotator.web.grading.rows import open_question
from annotator.web.rendering import render_texts
from annotator.web.words import script_words
from taxonomies.vocabulary import Vocabulary

LONG_CHARACTERS = 4_000


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
    # The steps beside those of the chain, by the index of their node.
    beside: Mapping[int, tuple[Beside, ...]] = field(default_factory=dict)
    # So many steps are shown; None for all.
    revealed: int | None = None
    is_stopped: bool = False
    # Whether the steps after an error ask if they undo it.
    asks_repair: bool = False

    @property
    def shown_texts(self) -> list[str]:
        return self.texts[: self.revealed]

    @property
    def hidden_count(self) -> int:
        return len(self.texts) - len(self.shown_texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStep:
    """A step with its text, as rendered and as stored."""

    row: Row
    text: SafeString
    raw: SafeString
    is_carried: bool
    is_after_error: bool
    is_long: bool
    # Other ways to go on from the step before.
    alternatives: list["PageStep"] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """What the rail says of it."""
        if self.is_after_error:
            return [_("not graded")]
        return [*self.row.said, *([_("from a chain that begins alike")] if self.is_carried else [])]


def context_of(paper: Paper) -> dict[str, object]:
    """What `web/grading/assignment.html` needs for its chain; who shows it adds what stands around it."""
    problem_text = render_texts([paper.problem], plain=paper.is_plain)[0]
    form = paper.form
    steps = steps_of(paper)
    shown_texts = [step.text for step in cast("list[PageStep]", steps["steps"])]
    return {
        "address": paper.address,
        "formula_fonts": fonts_for([problem_text, *shown_texts]),
        "is_open": paper.is_open,
        "stops": paper.stops,
        "asks_repair": paper.asks_repair,
        "asks_to_write": form.asks_to_write,
        "saved": form.saved,
        "problem_text": problem_text,
        "problem_raw": exact(paper.problem),
        "is_problem_long": is_long(paper.problem),
        "guidelines": render_texts([form.vocabulary.guidelines])[0],
        "guidelines_address": reverse(
            "taxonomy_guidelines", args=[form.vocabulary.taxonomy_key, form.vocabulary.number]
        ),
        "marks": form.marks,
        "definitions": definitions_of(form.marks),
        "flawed": flawed_labels(form.vocabulary),
        "sound": sound_label(form.vocabulary),
        **steps,
        "whole": paper.rows.get(None),
        "is_whole_open": paper.is_whole_open,
        "questions": [open_question(asked) for asked in form.marks.questions],
        "chain_questions": [open_question(asked) for asked in form.marks.chain_questions],
        "finders": finders_of(form.vocabulary),
        "wanted": paper.wanted,
        "decided": paper.decided,
        "script_words": script_words(),
    }


def steps_of(paper: Paper, *, first: int = 0) -> dict[str, object]:
    """The steps that are shown, from the `first` on, and what stands behind them. Nothing tells of the text of others."""
    # The final answer would give away what is still hidden.
    final_answer = "" if paper.hidden_count else paper.final_answer
    shown = list(enumerate(paper.shown_texts))[first:]
    final, *rendered = render_texts([final_answer, *(text for _, text in shown)], plain=paper.is_plain)
    return {
        "final_answer": final,
        "has_raw": paper.has_raw,
        "hidden_count": paper.hidden_count,
        "hidden_numbers": range(len(paper.shown_texts) + 1, len(paper.texts) + 1),
        "step_count": len(paper.texts),
        "to_come": to_come(paper),
        "steps": [
            PageStep(
                row=paper.rows[index],
                text=text,
                raw=exact(stored),
                is_carried=index in paper.carried,
                is_after_error=index >= paper.wanted,
                is_long=is_long(stored),
                alternatives=alternatives_of(paper, index),
            )
            for (index, stored), text in zip(shown, rendered, strict=True)
        ],
    }


def alternatives_of(paper: Paper, index: int) -> list[PageStep]:
    beside = paper.beside.get(index, ())
    rendered = render_texts([other.text for other in beside], plain=paper.is_plain) if beside else []
    return [
        PageStep(
            row=other.row,
            text=text,
            raw=exact(other.text),
            is_carried=other.is_carried,
            is_after_error=index >= paper.wanted,
            is_long=is_long(other.text),
        )
        for other, text in zip(beside, rendered, strict=True)
    ]


def to_come(paper: Paper) -> str:
    """What the page says of the steps that it does not show; the script says it anew as they come."""
    words = script_words()
    key = "to_come_stopped" if paper.is_stopped else "to_come"
    template = words[key if paper.is_open else "to_come_not"]
    return template.format(count=paper.hidden_count, number=len(paper.shown_texts))


def flawed_labels(vocabulary: Vocabulary) -> str:
    return " ".join(choice.key for choice in vocabulary.verdict.choices if choice.value == -1)


def sound_label(vocabulary: Vocabulary) -> str:
    """What *fine up to here* gives: the first positive verdict, empty where there is none."""
    return next((choice.key for choice in vocabulary.verdict.choices if choice.value == 1), "")


def is_long(text: str) -> bool:
    """Whether the page shows only its beginning until somebody asks for more."""
    return len(text) > LONG_CHARACTERS


def exact(text: str) -> SafeString:
    """HTML whose `textContent` is the text, byte for byte: a parser would turn a bare CR into LF."""
    return mark_safe(escape(text).replace("\r", "&#13;"))  # noqa: S308 (escaped just now)
