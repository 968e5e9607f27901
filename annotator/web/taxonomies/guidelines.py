"""Everything a version says to its annotators, on one page that can be printed."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from annotator.assignments.models import Assignment, Membership, MembershipState
from annotator.web.grading.marks import Asked, marks_of
from annotator.web.pages import SignedIn, for_members
from annotator.web.rendering import render_texts
from annotator.web.taxonomies.preview import vocabulary_for
from annotator.web.taxonomies.unready import lacks, unready
from taxonomies.models import CriterionKind, Scope, TaxonomyVersion, VersionStatus
from taxonomies.owning import visible_to
from taxonomies.vocabulary import Choice, Question, Vocabulary

TAKES = {
    CriterionKind.ONE: gettext_lazy("takes one label"),
    CriterionKind.MANY: gettext_lazy("takes any number of labels"),
    CriterionKind.TEXT: gettext_lazy("takes a text"),
}
WORTH = {-1: gettext_lazy("−1, flawed"), 0: gettext_lazy("0, neutral"), 1: gettext_lazy("+1, sound")}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLabel:
    title: str
    key: str
    hotkey: str
    tone: str
    worth: str
    definition: SafeString
    good_example: SafeString
    bad_example: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCriterion:
    """`asked` says when, and of what; `hotkey` is that of a text's field."""

    key: str
    text: str
    asked: str
    takes: str
    is_verdict: bool
    required: bool
    hotkey: str
    labels: list[PrintedLabel]


@require_safe
@for_members
def taxonomy_guidelines(request: SignedIn, key: str, number: int) -> HttpResponse:
    version = get_object_or_404(
        readable_by(request).select_related("taxonomy"), taxonomy__key=key, number=number
    )
    gaps = lacks(version)
    if gaps:
        return unready(request, version, gaps=gaps, here=_("Guidelines"))
    vocabulary = vocabulary_for(version)
    may_change = request.user.has_perm("taxonomies.view_taxonomyversion")
    context = {
        "version": version,
        "guidelines": render_texts([vocabulary.guidelines])[0],
        "criteria": printed_criteria(vocabulary),
        "is_researcher": may_change and visible_to(request.user).filter(pk=version.taxonomy_id).exists(),
    }
    return render(request, "web/taxonomies/guidelines.html", context)


def readable_by(request: SignedIn) -> QuerySet[TaxonomyVersion]:
    """For researchers, the versions of their taxonomies; for members, what their campaigns use or they have graded by."""
    memberships = Membership.objects.filter(user=request.user, state=MembershipState.ACTIVE)
    given_out = Assignment.objects.filter(annotator=request.user)
    used = ~Q(status=VersionStatus.DRAFT) & (
        Q(pk__in=memberships.values("campaign__taxonomy_version"))
        | Q(pk__in=given_out.values("taxonomy_version"))
    )
    if request.user.has_perm("taxonomies.view_taxonomyversion"):
        used |= Q(taxonomy__in=visible_to(request.user))
    return TaxonomyVersion.objects.filter(used)


def printed_criteria(vocabulary: Vocabulary) -> list[PrintedCriterion]:
    questions = (vocabulary.verdict, *vocabulary.further)
    choices = [choice for question in questions for choice in question.choices]
    texts = iter(
        render_texts(
            [
                text
                for choice in choices
                for text in (choice.definition, choice.good_example, choice.bad_example)
            ]
        )
    )
    marks = marks_of(vocabulary)
    titles = {
        f"{question.key}.{choice.key}": choice.title for question in questions for choice in question.choices
    }
    return [
        PrintedCriterion(
            key=question.key,
            text=question.text,
            asked=when_asked(question, titles=titles),
            takes=str(TAKES[CriterionKind(question.kind)]),
            is_verdict=question is vocabulary.verdict,
            required=question.required,
            hotkey=asked.hotkey,
            labels=[
                printed_label(choice, asked=asked, texts=(next(texts), next(texts), next(texts)))
                for choice in question.choices
            ],
        )
        for question in questions
        for asked in [marks.question(question.key)]
    ]


def printed_label(
    choice: Choice, *, asked: Asked, texts: tuple[SafeString, SafeString, SafeString]
) -> PrintedLabel:
    mark = asked.mark(choice.key)
    definition, good_example, bad_example = texts
    return PrintedLabel(
        title=choice.title,
        key=choice.key,
        hotkey=mark.hotkey if mark else "",
        tone=choice.tone,
        worth="" if choice.value is None else str(WORTH[choice.value]),
        definition=definition,
        good_example=good_example,
        bad_example=bad_example,
    )


def when_asked(question: Question, *, titles: dict[str, str]) -> str:
    of_chain = question.scope == Scope.CHAIN
    if not question.shown_for:
        return _("Asked of the whole chain, once") if of_chain else _("Asked of every step")
    labels = _(" or ").join(
        _("“{title}”").format(title=title) for key, title in titles.items() if key in question.shown_for
    )
    if of_chain:
        return _("Asked of the whole chain after {labels}").format(labels=labels)
    return _("Asked of every step after {labels}").format(labels=labels)
