"""docs/formats.md and docs/ci.md say what can be asked and what becomes of it: no option, reason or condition is forgotten."""

import re
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from annotator.exports.formats import LeftOut
from annotator.exports.gate.conditions import CONDITIONS
from annotator.exports.options import BINARY_FORMATS, CONSENSUS_FORMATS, FORMATS, OPTIONS, SPLITS, Option
from annotator.exports.splits import split_of
from annotator.webhooks.signing import derived_secret, signed_headers
from tests.pulling import examples

DOCS = Path(__file__).resolve().parents[2] / "docs"
GROUPS = {FORMATS: "all", CONSENSUS_FORMATS: "all but `prm800k`"}


def option_row(option: Option) -> str:
    values = ", ".join(f"`{choice}`" for choice in option.choices)
    usual = f"`{option.default}`" if option.default else ""
    formats = GROUPS.get(option.formats) or ", ".join(f"`{name}`" for name in option.formats)
    return f"| `{option.name}` | {option.help} | {values} | {usual} | {formats} |"


def options_table() -> str:
    head = "| option | what it does | values | without it | formats |\n|---|---|---|---|---|\n"
    return head + "\n".join(option_row(option) for option in OPTIONS)


def rows_of_table(text: str, *, first: str) -> dict[str, str]:
    """The rows whose first cell is a name in backquotes, of the table that begins with this cell."""
    table = text[text.index(f"| {first} |") :].partition("\n\n")[0]
    rows = table.partition("\n")[2]
    return {match[1]: match[0] for match in re.finditer(r"^\| `(\w+)`.*$", rows, re.MULTILINE)}


def test_the_table_of_options_is_that_of_the_declarations() -> None:
    written = re.search(r"<!-- options -->\n(.*)\n<!-- /options -->", formats_page(), re.DOTALL)
    assert written is not None
    assert written[1] == options_table()


def test_every_format_has_a_row_and_says_which_of_them_take_neutral_and_after_error() -> None:
    rows = rows_of_table(formats_page(), first="`format`")
    assert list(rows) == list(FORMATS)
    assert {name for name, row in rows.items() if "| `neutral` |" in row} == set(BINARY_FORMATS)


def test_every_reason_for_leaving_a_chain_out_is_explained() -> None:
    table = formats_page().partition("| reason | the chain |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`(?:,| \|)", table)) >= set(LeftOut)


def test_the_example_accepts_what_is_signed_here_and_nothing_else() -> None:
    known: dict[str, Any] = {}
    exec(examples()["verify.py"], known)
    secret = derived_secret(server_key="key", endpoint=uuid.UUID(int=7), number=1)
    other = derived_secret(server_key="key", endpoint=uuid.UUID(int=7), number=2)
    body, now = b'{"type": "ping"}', int(time.time())
    headers = signed_headers(secrets=[other, secret], webhook_id="7", timestamp=now, body=body)
    old = signed_headers(secrets=[secret], webhook_id="7", timestamp=now - 3600, body=body)
    is_ours = known["is_from_stepmark"]
    assert is_ours(headers, body, secret=secret)
    assert not is_ours(headers, body + b" ", secret=secret)
    assert not is_ours(headers | {"webhook-id": "8"}, body, secret=secret)
    assert not is_ours(old, body, secret=secret)


def test_every_condition_of_the_gate_is_explained() -> None:
    text = (DOCS / "ci.md").read_text()
    assert [each.name for each in CONDITIONS if f"`{each.name}`" not in text] == []


@pytest.mark.parametrize("percents", [(80, 10, 10), (0, 0, 100), (33, 34, 33)])
def test_the_example_splits_as_exports_do(percents: tuple[int, int, int]) -> None:
    known: dict[str, object] = {}
    exec(examples()["split_of.py"], known)
    shown = known["split_of"]
    assert callable(shown)
    ids = [f"problem {number} ü" for number in range(500)]
    assert [shown(each, percents) for each in ids] == [split_of(each, percents=percents) for each in ids]
    assert {shown(each) for each in ids} == set(SPLITS)


def formats_page() -> str:
    return (DOCS / "formats.md").read_text()
