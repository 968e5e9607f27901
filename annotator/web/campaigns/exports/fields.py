"""The form of what would be exported: one field for each option, those of the chosen format shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from annotator.assignments.models import Campaign, Role
from annotator.chains.models import Chain
from annotator.exports.options import BY_NAME, FORMATS, SWITCH, Option
from annotator.grading.versions import versions_of
from annotator.web.campaigns.exports import words

# A longer list is no list to choose from.
MOST_CHOICES = 100
TEXTS_OF_NUMBERS = ("min_votes", "min_agreement")
Kind = Literal["choice", "switch", "number", "time", "text"]


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FormatChoice:
    key: str
    title: str
    line: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """`formats` as classes, for the style sheet shows only those of the chosen format. `error` is empty when it is right."""

    name: str
    kind: Kind
    title: str
    help: str
    formats: str
    value: str
    choices: tuple[Choice, ...]
    error: str

    @property
    def is_on(self) -> bool:
        return self.value == SWITCH[1]


@dataclass(frozen=True, slots=True)
class Group:
    """Shown with any of these formats."""

    name: str
    title: str
    formats: str
    fields: tuple[Field, ...]


GROUPS: Mapping[str, tuple[str, ...]] = {
    "labels": ("labels", "annotator", "neutral", "after_error", "soft", "version"),
    "line": ("votes", "comments", "gold", "style", "debias"),
    "chains": (
        "split",
        "splits",
        "generator",
        "domain",
        "luck",
        "min_votes",
        "min_agreement",
        "changed_since",
    ),
}


def formats_of_form(*, chosen: str) -> list[FormatChoice]:
    return [
        FormatChoice(name, str(words.FORMATS[name].title), str(words.FORMATS[name].line), name == chosen)
        for name in FORMATS
    ]


def groups_of_form(*, campaign: Campaign, typed: Mapping[str, str], errors: Mapping[str, str]) -> list[Group]:
    titles = {"labels": _("Labels"), "line": _("More in each line"), "chains": _("Which chains")}
    offered = offered_in(campaign)
    groups = []
    for name, members in GROUPS.items():
        fields = tuple(
            field_of(BY_NAME[member], typed=typed, error=errors.get(member, ""), offered=offered.get(member))
            for member in members
        )
        formats = {each for member in members for each in BY_NAME[member].formats}
        groups.append(Group(name, titles[name], classes_of(formats), fields))
    return groups


def classes_of(formats: Sequence[str] | set[str]) -> str:
    return " ".join(f"for-{name}" for name in FORMATS if name in formats)


def field_of(
    option: Option, *, typed: Mapping[str, str], error: str, offered: Sequence[tuple[str, str]] | None
) -> Field:
    said = words.OPTIONS[option.name]
    value = typed.get(option.name, option.default)
    kind = kind_of(option, is_offered=offered is not None)
    return Field(
        name=option.name,
        kind=kind,
        title=str(said.title),
        help=str(said.help),
        formats=classes_of(option.formats),
        value=local_time(value) if kind == "time" else value,
        choices=choices_of(option, value=value, offered=offered),
        error=error,
    )


def local_time(text: str) -> str:
    """As a browser's field has it: in the server's time, without its zone. What is no time stays as it is."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    if time.tzinfo is not None:
        time = timezone.localtime(time).replace(tzinfo=None)
    return time.isoformat(timespec="minutes")


def kind_of(option: Option, *, is_offered: bool) -> Kind:
    if option.choices == SWITCH:
        return "switch"
    if option.choices or is_offered:
        return "choice"
    if option.name in TEXTS_OF_NUMBERS:
        return "number"
    return "time" if option.name == "changed_since" else "text"


def choices_of(
    option: Option, *, value: str, offered: Sequence[tuple[str, str]] | None
) -> tuple[Choice, ...]:
    """What can be chosen; a value that is not among it stays chosen, so that its error stands beside it."""
    if option.choices == SWITCH or not (option.choices or offered):
        return ()
    if offered is None:
        none = () if option.default else ("",)
        offered = [(each, words.title_of_choice(option.name, each)) for each in (*none, *option.choices)]
    known = {each for each, _title in offered}
    strange = [] if value in known else [(value, value)]
    return tuple(Choice(each, title, each == value) for each, title in (*offered, *strange))


def offered_in(campaign: Campaign) -> dict[str, list[tuple[str, str]]]:
    """What this campaign has: its versions, its annotators, its generators unless they are many. The first is none."""
    current = campaign.taxonomy_version_id
    versions = [
        (
            "" if version.pk == current else str(version.number),
            title_of_version(version.number, version.pk == current),
        )
        for version in versions_of(campaign)
    ]
    annotators = campaign.memberships.filter(role=Role.ANNOTATOR).order_by("pseudonym")
    offered = {
        "version": versions,
        "annotator": [
            ("", _("choose one")),
            *((name, name) for name in annotators.values_list("pseudonym", flat=True)),
        ],
    }
    generators = generators_of(campaign)
    if len(generators) <= MOST_CHOICES:
        offered["generator"] = [("", _("all")), *((name, name) for name in generators)]
    return offered


def title_of_version(number: int, is_current: bool) -> str:  # noqa: FBT001
    words_of_it = _("{number} (now)") if is_current else "{number}"
    return words_of_it.format(number=number)


def generators_of(campaign: Campaign) -> list[str]:
    """Sorted, and at most one more than can be listed."""
    named = Chain.objects.filter(dataset=campaign.dataset_id).exclude(generator="")
    found = named.order_by("generator").values_list("generator", flat=True).distinct()
    return list(found[: MOST_CHOICES + 1])
