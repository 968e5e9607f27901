"""Twins made by machine: a step's own words, formulas and code in their order, with one piece of markup taken away or
put in.

Each transform proposes a text and `restyled` accepts it only where the markup's own parser finds that nothing else has
changed; in doubt there is no twin.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from markdown_it.token import Token

from annotator.analysis.style import FEATURES, KEYS, measure
from annotator.analysis.style_prose import shown
from annotator.analysis.style_sentences import NUMBERED_LABEL, stretches
from annotator.chains.markup import parsed, visible

# A list of more is no way to tell something, nor is a paragraph of more points.
MOST_ITEMS = 12
_WORD = re.compile(r"[^\W_]+")
_ENDS_ITSELF = re.compile(r"[.!?…:;,][)\"'”’*_]*$")
# "Step 3." and "The final answer:" in front of what they name.
_LABEL = re.compile(rf"(?:{NUMBERED_LABEL}\.|(?:[^\W_]+ ){{0,4}}[^\W_]+:)(?= \S)")
_TITLE = re.compile(r"[^\W\d_](?:[^.!?\n]|\.(?! )){0,60}[^\s.!?:,;…]")
_HARD_BREAK = "\\\n"
_BINARY = [place for place, feature in enumerate(FEATURES) if feature.kind == "binary"]

Transform = Callable[[str, Sequence[Token]], str | None]


def restyled(text: str, *, feature: str) -> str | None:
    """The text with the feature taken away, or put in where it is not there; None where that is not safely done."""
    transform = twins_for.get(feature)
    tokens = parsed(text) if visible(text) == text else None
    if transform is None or tokens is None:
        return None
    twin = transform(text, tokens)
    return twin if twin is not None and _differ_in(feature, text, twin) else None


def _differ_in(feature: str, text: str, twin: str) -> bool:
    """Whether words, formulas and code are the same, and of all that is there or not, just the one feature differs."""
    before, after = shown(text), shown(twin)
    if (before.formulas, before.code) != (after.formulas, after.code):
        return False
    if _WORD.findall(text) != _WORD.findall(twin):
        return False
    values, others = measure(text), measure(twin)
    return [KEYS[place] for place in _BINARY if values[place] != others[place]] == [feature]


# --- bullets


def _bullets(text: str, tokens: Sequence[Token]) -> str | None:
    return _without_lists(text, tokens) if _opens_list(tokens) else _as_list(text, tokens)


def _opens_list(tokens: Sequence[Token]) -> bool:
    return any(token.type in {"bullet_list_open", "ordered_list_open"} for token in tokens)


def _without_lists(text: str, tokens: Sequence[Token]) -> str | None:
    """Each list as a paragraph, with its numbers in brackets; behind a colon in the same one."""
    lines = text.split("\n")
    parts: list[str] = []
    done = 0
    for place, token in enumerate(tokens):
        if token.level or token.type not in {"bullet_list_open", "ordered_list_open"} or token.map is None:
            continue
        items = _items(tokens, place)
        if items is None:
            return None
        before = "\n".join(lines[done : token.map[0]]).rstrip()
        follows_colon = before.endswith(":")
        paragraph = " ".join(items)
        parts.append(f"{before} {paragraph}" if follows_colon else f"{before}\n\n{paragraph}".lstrip("\n"))
        done = token.map[1]
    rest = "\n".join(lines[done:]).strip("\n")
    return "\n\n".join([*filter(None, parts), *filter(None, [rest])])


def _items(tokens: Sequence[Token], place: int) -> list[str] | None:
    """The items of the list that opens there, each ended by a mark; None unless each is just one paragraph."""
    items: list[str] = []
    number = ""
    for token in tokens[place + 1 :]:
        if token.level == 0:
            break
        if token.type == "list_item_open":
            number = f"({token.info}) " if token.info else ""
            items.append("")
        elif token.type == "inline" and not items[-1] and _HARD_BREAK not in token.content:
            items[-1] = number + " ".join(token.content.split())
        elif token.type not in {"paragraph_open", "paragraph_close", "list_item_close"}:
            return None
    # A backslash at the end would swallow the mark put behind it.
    if not all(items) or any(item.endswith("\\") for item in items):
        return None
    ends = [";"] * (len(items) - 1) + ["."]
    return [item if _ENDS_ITSELF.search(item) else item + end for item, end in zip(items, ends, strict=True)]


def _as_list(text: str, tokens: Sequence[Token]) -> str | None:
    """A point for each sentence of a text that is nothing but paragraphs."""
    if any(token.type not in {"paragraph_open", "inline", "paragraph_close"} for token in tokens):
        return None
    if _HARD_BREAK in text:
        return None
    sentences = [text[begin:end].strip() for begin, end in stretches(text)]
    items = [" ".join(sentence.split()) for sentence in sentences if sentence]
    if not 2 <= len(items) <= MOST_ITEMS:
        return None
    twin = "\n".join(f"- {item}" for item in items)
    # A sentence of figures alone would be the line of a subtraction.
    points = [token for token in parsed(twin) or () if token.type == "list_item_open"]
    return twin if len(points) == len(items) else None


# --- emphasis


def _emphasis(text: str, tokens: Sequence[Token]) -> str | None:
    if any(_delimiters(token) for token in tokens):
        return _without_emphasis(text, tokens)
    label = _LABEL.match(text)
    return None if label is None else f"**{label[0]}**{text[label.end() :]}"


def _without_emphasis(text: str, tokens: Sequence[Token]) -> str | None:
    lines = text.split("\n")
    for token in tokens:
        delimiters = _delimiters(token)
        if not delimiters:
            continue
        if token.map is None:
            return None
        bare = "".join(
            "" if at in delimiters else character for at, character in enumerate(token.content)
        ).split("\n")
        for number, (line, kept) in enumerate(
            zip(token.content.split("\n"), bare, strict=True), start=token.map[0]
        ):
            if lines[number].count(line) != 1:
                return None
            lines[number] = lines[number].replace(line, kept)
    return "\n".join(lines)


def _delimiters(token: Token) -> set[int]:
    """Where in the token's content the characters stand that make emphasis."""
    places: set[int] = set()
    for child in token.children or ():
        if child.type in {"em_open", "em_close"}:
            places.add(child.meta["at"])
        elif child.type == "strong_open":
            places |= {child.meta["at"] - 1, child.meta["at"]}
        elif child.type == "strong_close":
            places |= {child.meta["at"], child.meta["at"] + 1}
    return places


# --- headings


def _headings(text: str, tokens: Sequence[Token]) -> str | None:
    lines = text.split("\n")
    headings = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    if not headings:
        return _with_heading(lines)
    for place in headings:
        extent = tokens[place].map
        if tokens[place].level or extent is None:
            return None
        lines[extent[0]] = f"\n{tokens[place + 1].content}\n"
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _with_heading(lines: Sequence[str]) -> str | None:
    """The first line as a heading where it is a paragraph of its own, short and no sentence."""
    if len(lines) < 3 or lines[1].strip() or not _TITLE.fullmatch(lines[0]):
        return None
    return "\n".join([f"## {lines[0]}", *lines[1:]])


twins_for: Mapping[str, Transform] = {
    "bullets": _bullets,
    "emphasis": _emphasis,
    "heading": _headings,
}
"""The features of which twins are made, each in both directions."""
