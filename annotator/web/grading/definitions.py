"""What the labels mean, for the key `h`: in the page, except for those of long questions, which come when looked at."""

import uuid
from functools import lru_cache

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from annotator.assignments.models import Assignment
from annotator.web.grading.marks import Asked, Mark, Marks, marks_of
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from taxonomies.vocabulary import Vocabulary, vocabulary_of


@require_safe
@for_members
def definition(request: SignedIn, public_id: uuid.UUID, criterion: str, label: str) -> HttpResponse:
    assignment = get_object_or_404(Assignment, public_id=public_id, annotator=request.user)
    marks = marks_of(vocabulary_of(assignment.taxonomy_version_id))
    return definition_in(marks, request=request, criterion=criterion, label=label)


def definition_in(marks: Marks, *, request: SignedIn, criterion: str, label: str) -> HttpResponse:
    for asked in marks.every_question:
        mark = asked.mark(label) if asked.key == criterion else None
        if mark is not None:
            [entry] = entries([(asked, mark)])
            return render(request, "web/grading/_definition.html", {"entry": entry})
    raise Http404


def definitions_of(marks: Marks) -> list[dict[str, object]]:
    """Those that stand in the page."""
    short = [asked for asked in marks.every_question if not asked.is_long]
    return entries([(asked, mark) for asked in short for mark in asked.marks])


def entries(named: list[tuple[Asked, Mark]]) -> list[dict[str, object]]:
    texts = render_texts(
        [text for _, mark in named for text in (mark.definition, mark.good_example, mark.bad_example)]
    )
    return [
        {
            "name": f"{asked.key}-{mark.key}",
            "mark": mark,
            "definition": texts[3 * place],
            "good_example": texts[3 * place + 1],
            "bad_example": texts[3 * place + 2],
        }
        for place, (asked, mark) in enumerate(named)
    ]


def finders_of(vocabulary: Vocabulary) -> SafeString:
    """A list of every label of each long question, once per page: rows borrow it. Kept like the marks."""
    if not vocabulary.digest:
        return finders_in(marks_of(vocabulary))
    return kept_finders(vocabulary.version_id, language=get_language())


@lru_cache(maxsize=256)
def kept_finders(version_id: int, *, language: str | None) -> SafeString:
    """Each language keeps its own: the list has words of ours around the labels."""
    return finders_in(marks_of(vocabulary_of(version_id)))


def finders_in(marks: Marks) -> SafeString:
    return render_to_string("web/grading/_finders.html", {"questions": marks.long_questions})
