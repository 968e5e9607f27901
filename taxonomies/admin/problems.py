"""What keeps a draft from being published, put beside the fields of its form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorDict, ErrorList

from taxonomies.checking import Problem, problems_in
from taxonomies.content import VersionContent, content_of
from taxonomies.models import TaxonomyVersion

# criteria[1].labels[0].hotkey, of which every part but the first may be missing.
PATH = re.compile(r"criteria(?:\[(\d+)\](?:\.(labels)(?:\[(\d+)\])?)?(?:\.(\w+)(?:\[\d+\])?)?)?")
FIELDS = {"verdict": "is_verdict"}


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """In words, and the id of the element it stands beside."""

    words: str
    anchor: str


def problems_of(version: TaxonomyVersion) -> list[Problem]:
    return list(problems_in(content_of(version)))


def show_problems(
    *, version: TaxonomyVersion, form: BaseForm, criteria: BaseFormSet[Any]
) -> list[ShownProblem]:
    """Make each problem an error of its field in these unbound forms; where each of them stands."""
    content = content_of(version)
    by_key = {row.instance.key: row for row in criteria.forms}
    for row in every_form(form, criteria):
        row._errors = ErrorDict()  # type: ignore[attr-defined]  # Django's own, unknown to the stubs
    return [
        ShownProblem(
            problem.words, place(problem, content=content, form=form, criteria=criteria, rows=by_key)
        )
        for problem in problems_in(content)
    ]


def every_form(form: BaseForm, criteria: BaseFormSet[Any]) -> Iterable[BaseForm]:
    yield form
    for row in criteria.forms:
        yield row
        for nested in row.nested_formsets:
            yield from nested.formset.forms


def place(
    problem: Problem,
    *,
    content: VersionContent,
    form: BaseForm,
    criteria: BaseFormSet[Any],
    rows: dict[str, Any],
) -> str:
    """Paths count as the content does, which puts the verdict first; rows are found by their keys."""
    found = PATH.fullmatch(problem.path)
    if found is None:
        field = problem.path if problem.path in form.fields else None
        return beside(form, field, problem.words)
    index, labels, label_index, field = found.groups()
    if index is None:
        return above(criteria, problem.words)
    asked = content["criteria"][int(index)]
    row = rows[asked["key"]]
    if labels is None:
        return beside(row, FIELDS.get(field, field), problem.words)
    formset = row.nested_formsets[0].formset
    if label_index is None:
        return above(formset, problem.words)
    key = asked["labels"][int(label_index)]["key"]
    label = next(inner for inner in formset.forms if inner.instance.key == key)
    return beside(label, field, problem.words)


def beside(form: BaseForm, field: str | None, words: str) -> str:
    name = field if field in form.fields else "__all__"
    form.errors.setdefault(name, ErrorList(renderer=form.renderer)).append(words)
    return form[field].auto_id if field in form.fields else f"{form.prefix or 'version'}-row"


def above(formset: BaseFormSet[Any], words: str) -> str:
    formset.non_form_errors().append(words)
    return f"{formset.prefix}-group"
