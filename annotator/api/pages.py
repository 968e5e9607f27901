"""Lists page by page. A page begins after the last row of the one before, so that no write between makes it repeat or miss one."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from annotator.api.problems import Unprocessable

PARAMETERS = ("cursor", "limit")
USUAL_LIMIT = 100
MOST_ROWS = 500
LONGEST_CURSOR = 400
# The largest primary key there can be.
LAST_ROW = 2**63 - 1
NOT_A_CURSOR = "cursor is what stands in the address that an earlier answer gave as next."

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Order:
    """By which unique column a list goes, and how its value is read from a cursor; that raises ValueError."""

    column: str
    read: Callable[[str], int | str]
    is_newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[ModelT]):
    """`next` is the address of what follows, None at the end."""

    rows: list[ModelT]
    next: str | None


def row_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LAST_ROW):
        raise ValueError(text)
    return int(text)


def row_key(text: str) -> str:
    if not text or "\0" in text:
        raise ValueError(text)
    return text


def page_of(
    rows: QuerySet[ModelT],
    *,
    request: Request,
    query: dict[str, str],
    order: Order,
    usual_limit: int = USUAL_LIMIT,
) -> Page[ModelT]:
    """The page that `cursor` and `limit` among the parameters ask for. Raises Unprocessable."""
    limit = limit_in(query, usual=usual_limit)
    if "cursor" in query:
        after = cursor_in(query["cursor"], order=order)
        rows = rows.filter(**{f"{order.column}__{'lt' if order.is_newest_first else 'gt'}": after})
    ordered = rows.order_by(f"-{order.column}" if order.is_newest_first else order.column)
    found = list(ordered[: limit + 1])
    shown = found[:limit]
    if len(found) <= limit:
        return Page(shown, None)
    parameters = {**query, "cursor": cursor_of(getattr(shown[-1], order.column))}
    return Page(shown, f"{request.path}?{urlencode(parameters)}")


def limit_in(query: dict[str, str], *, usual: int) -> int:
    text = query.get("limit", str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST_ROWS):
        raise Unprocessable(f"limit is a whole number from 1 to {MOST_ROWS}.")
    return int(text)


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def cursor_in(text: str, *, order: Order) -> int | str:
    """Raises Unprocessable for what `cursor_of` would never have made."""
    try:
        if len(text) > LONGEST_CURSOR or not text.isascii():
            raise ValueError(text)
        padded = text + "=" * (-len(text) % 4)
        value = order.read(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, binascii.Error) as error:
        raise Unprocessable(NOT_A_CURSOR) from error
    if cursor_of(value) != text:
        raise Unprocessable(NOT_A_CURSOR)
    return value
