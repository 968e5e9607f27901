"""The rows of the mapping form: what each label may become, what was chosen, what that amounts to; and reading them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.http import QueryDict
from django.utils.translation import gettext as _

from taxonomies.mapping import allowed_targets, labels_of, suggest_mapping
from taxonomies.models import Label, TaxonomyVersion

# Values of the select beside the labels' own keys, which never look like this.
UNDECIDED, DROPPED, SPLIT = "", "-", "*"

Mapped = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """The labels of one criterion of the newer version."""

    question: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One label of the older version. `becomes` and `among` are what the form shows chosen."""

    question: str
    key: str
    title: str
    given_count: int
    groups: Sequence[OptionGroup]
    becomes: str
    among: Sequence[str]
    is_decided: bool
    outcome: str
    problem: str = ""

    @property
    def is_suggested(self) -> bool:
        return not self.is_decided and self.becomes not in (UNDECIDED, SPLIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a form asks for: the labels it decides, those it leaves open, and what it says that makes no sense."""

    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    undecided: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)


def read_form(form: QueryDict) -> Chosen:
    """`becomes.<label>` holds one value, `among.<label>` the labels of a split; other fields are not ours."""
    chosen = Chosen()
    for name, values in form.lists():
        kind, dot, key = name.partition(".")
        if kind != "becomes" or not dot:
            continue
        among = form.getlist(f"among.{key}")
        if len(values) != 1:
            chosen.problems[key] = _("one answer is wanted here, and several came")
        elif values[0] == SPLIT and len(among) < 2:
            chosen.problems[key] = _("tick at least two labels among which people choose again")
        elif values[0] == UNDECIDED:
            chosen.undecided.add(key)
        else:
            usual = () if values[0] == DROPPED else (values[0],)
            chosen.targets[key] = tuple(among) if values[0] == SPLIT else usual
    return chosen


def rows_of(
    *,
    source: TaxonomyVersion,
    target: TaxonomyVersion,
    saved: Mapped,
    given: Mapping[int, int],
    form: QueryDict | None = None,
    problems: Mapping[str, str] | None = None,
) -> list[Row]:
    """A row for each label; a refused `form` is shown as it was sent, else the saved mapping and suggestions."""
    suggested = suggest_mapping(source=source, target=target)
    allowed = allowed_targets(source=source, target=target)
    labels, destinations = labels_of(source), labels_of(target)
    groups: dict[tuple[str, ...], list[OptionGroup]] = {}
    outcomes = outcomes_of(labels, saved, destinations=destinations)
    rows = []
    for key, label in labels.items():
        if allowed[key] not in groups:
            groups[allowed[key]] = list(groups_of(allowed[key], destinations))
        becomes, among = shown_choice(saved.get(key, suggested.get(key)))
        if form is not None and f"becomes.{key}" in form:
            becomes, among = form.get(f"becomes.{key}", UNDECIDED), tuple(form.getlist(f"among.{key}"))
        rows.append(
            Row(
                question=label.criterion.question,
                key=key,
                title=label.title,
                given_count=given.get(label.pk, 0),
                groups=groups[allowed[key]],
                becomes=becomes,
                among=among,
                is_decided=key in saved,
                outcome=outcomes.get(key, ""),
                problem=(problems or {}).get(key, ""),
            )
        )
    return rows


def shown_choice(targets: tuple[str, ...] | None) -> tuple[str, tuple[str, ...]]:
    """What the select and the boxes show for a decision; None is no decision."""
    match targets:
        case None:
            return UNDECIDED, ()
        case ():
            return DROPPED, ()
        case (only,):
            return only, ()
        case _:
            return SPLIT, targets


def groups_of(keys: Iterable[str], labels: Mapping[str, Label]) -> Iterable[OptionGroup]:
    for criterion, members in groupby((labels[key] for key in keys), key=lambda label: label.criterion):
        options = tuple(Option(f"{criterion.key}.{label.key}", label.title) for label in members)
        yield OptionGroup(criterion.question, options)


def outcomes_of(
    labels: Mapping[str, Label], saved: Mapped, *, destinations: Mapping[str, Label]
) -> dict[str, str]:
    """What each decision amounts to, in a few words: kept, renamed, merged, split, dropped."""
    sources: dict[str, list[Label]] = {}
    for key, targets in saved.items():
        if len(targets) == 1:
            sources.setdefault(targets[0], []).append(labels[key])
    found = {}
    for key, targets in saved.items():
        if len(targets) == 1:
            others = [label for label in sources[targets[0]] if label != labels[key]]
            found[key] = single_outcome(labels[key], destinations[targets[0]], others=others)
        else:
            found[key] = _("split among {count}").format(count=len(targets)) if targets else _("dropped")
    return found


def single_outcome(old: Label, new: Label, *, others: Sequence[Label]) -> str:
    if others:
        words = _("merged with {titles}").format(titles=", ".join(other.title for other in others))
    elif (old.criterion.key, old.key, old.title) == (new.criterion.key, new.key, new.title):
        words = _("kept")
    else:
        words = _("renamed")
    if old.value == new.value:
        return words
    values = [str(label.value or 0).replace("-", "−") for label in (old, new)]
    return _("{outcome}, its value changes from {old} to {new}").format(
        outcome=words, old=values[0], new=values[1]
    )
