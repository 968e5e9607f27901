"""What the form asks for, as a query; and which of its fields is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.exports.checking import check_query
from annotator.exports.options import BY_NAME, NAMES, SWITCH
from annotator.exports.queries import BadQuery, ExportQuery, as_texts, read_query
from annotator.web.campaigns.exports import words

# What an option cannot do without: asked for together when one of them alone is looked at.
COMPANIONS: Mapping[str, Mapping[str, str]] = {
    "annotator": {"labels": "annotator"},
    "comments": {"votes": SWITCH[1]},
}
LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`typed`: what stands in the form; `query` is None when it cannot be answered, and `errors` say why, by field.

    `refused`: the words for what no single field is to blame for, in English.
    """

    typed: dict[str, str]
    query: ExportQuery | None
    errors: dict[str, str]
    refused: str = ""

    @property
    def format(self) -> str:
        return self.typed["format"]

    @property
    def texts(self) -> dict[str, str]:
        return {} if self.query is None else as_texts(self.query)

    @property
    def url_query(self) -> str:
        return urlencode(self.texts)


def read_form(form: QueryDict, *, campaign: Campaign) -> Asked:
    """Fields that the chosen format does not have keep their values and ask nothing."""
    typed = typed_in(form)
    texts = texts_asked(typed)
    try:
        query = read_query(texts)
        check_query(campaign=campaign, query=query)
    except BadQuery as refused:
        errors = {
            name: words.refusal_of(name) for name in texts if is_refused(name, texts=texts, campaign=campaign)
        }
        return Asked(typed, None, errors, "" if errors else str(refused))
    return Asked(typed, query, {})


def typed_in(form: QueryDict) -> dict[str, str]:
    """By option; a format that there is not is the usual one."""
    typed = {name: form.get(name, "").strip()[:LONGEST_TEXT] or BY_NAME[name].default for name in NAMES}
    if typed["format"] not in BY_NAME["format"].choices:
        typed["format"] = BY_NAME["format"].default
    return typed


def texts_asked(typed: Mapping[str, str]) -> dict[str, str]:
    """Without what is not shown, or is as it always is."""
    texts = {
        name: text
        for name, text in typed.items()
        if typed["format"] in BY_NAME[name].formats and (text != BY_NAME[name].default or name == "format")
    }
    if typed["labels"] != "annotator":
        texts.pop("annotator", None)
    elif "labels" in texts:
        texts.setdefault("annotator", "")
    if "votes" not in texts:
        texts.pop("comments", None)
    if "min_agreement" in texts:
        # As it is written in German.
        texts["min_agreement"] = texts["min_agreement"].replace(",", ".")
    if "changed_since" in texts:
        texts["changed_since"] = with_zone(texts["changed_since"])
    return texts


def with_zone(text: str) -> str:
    """A time without a zone is one of the server's; what is no time stays as it is."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return time.isoformat() if time.tzinfo else timezone.make_aware(time).isoformat()


def is_refused(name: str, *, texts: Mapping[str, str], campaign: Campaign) -> bool:
    """Whether the option is wrong by itself, whatever else is asked."""
    if name == "format" or (name == "labels" and texts[name] == "annotator"):
        return False
    alone = {"format": texts["format"], name: texts[name], **COMPANIONS.get(name, {})}
    try:
        check_query(campaign=campaign, query=read_query(alone))
    except BadQuery:
        return True
    return False
