"""YAML as plain nodes with line numbers. What can surprise a reviewer is refused: aliases, tags, repeated keys, depth."""

from dataclasses import dataclass
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db.models import Field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

BYTES_LIMIT = 1_000_000
# A taxonomy needs seven.
DEPTH_LIMIT = 20
# Nobody reads more of them at once.
MOST_PROBLEMS = 100
BYTE_ORDER_MARK = "\ufeff"

STRING = "tag:yaml.org,2002:str"
INTEGER = "tag:yaml.org,2002:int"
BOOLEAN = "tag:yaml.org,2002:bool"
PLAIN_TAGS = {STRING, INTEGER, BOOLEAN, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
FOUND = {
    INTEGER: "a number",
    BOOLEAN: "yes or no (true, false, yes, no, on, off)",
    "tag:yaml.org,2002:null": "nothing",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a date",
    "tag:yaml.org,2002:map": "a mapping",
    "tag:yaml.org,2002:seq": "a list",
    STRING: "text",
}


@dataclass(frozen=True, slots=True)
class LineProblem:
    line: int
    path: str
    words: str

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.path}: {self.words}" if self.path else f"line {self.line}: {self.words}"
        )


class NotLoadable(Exception):
    """Every problem of a file, in words only the first hundred."""

    def __init__(self, problems: list[LineProblem]) -> None:
        words = [str(problem) for problem in problems[:MOST_PROBLEMS]]
        more = len(problems) - len(words)
        super().__init__("\n".join([*words, *([f"and {more} more"] if more else [])]))
        self.problems = problems


class StrictLoader(yaml.SafeLoader):
    """Composes nodes only; nothing is constructed, so no tag can do anything."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # left open by types-PyYAML
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) is not None:
            raise NotLoadable([LineProblem(line, "", "anchors (&) and aliases (*) are not allowed")])
        if getattr(event, "tag", None) is not None:
            raise NotLoadable(
                [LineProblem(line, "", f"found the tag {event.tag[:80]}; tags (!) are not allowed")]
            )
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise NotLoadable([LineProblem(line, "", f"nested deeper than {DEPTH_LIMIT} levels")])
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_document(text: str) -> Node:
    """The one document in the text. Raises NotLoadable with the line when it is too large, broken or not plain."""
    try:
        byte_count = len(text.encode())
    except UnicodeEncodeError as error:
        raise NotLoadable(
            [LineProblem(line_at(text, error.start), "", "a lone surrogate is no text")]
        ) from error
    if byte_count > BYTES_LIMIT:
        raise NotLoadable([LineProblem(1, "", f"{byte_count} bytes; the limit is {BYTES_LIMIT}")])
    # At the start it only says that this is UTF-8, as some editors do; elsewhere nobody would see it.
    position = text.find(BYTE_ORDER_MARK, 1)
    if position > 0:
        raise NotLoadable([LineProblem(line_at(text, position), "", "the character U+FEFF is not allowed")])
    loader = None
    try:
        loader = StrictLoader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = ", ".join(part for part in (error.context, error.problem) if part)
        raise NotLoadable([LineProblem(mark.line + 1 if mark else 1, "", words)]) from error
    except yaml.reader.ReaderError as error:
        words = f"the character U+{error.character:04X} is not allowed"
        raise NotLoadable([LineProblem(line_at(text, error.position), "", words)]) from error
    except (OverflowError, ValueError) as error:
        # PyYAML takes any eight digits behind \\U for a character.
        line = loader.get_mark().line + 1 if loader else 1
        raise NotLoadable([LineProblem(line, "", "found a number that is no character's")]) from error
    if node is None:
        raise NotLoadable([LineProblem(1, "", "the file is empty")])
    return node


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


class Reading:
    """Reads nodes into plain values, collecting every problem and the line of every path."""

    def __init__(self) -> None:
        self.problems: list[LineProblem] = []
        self.lines: dict[str, int] = {}

    def refuse(self, node: Node, path: str, words: str) -> None:
        self.problems.append(LineProblem(node.start_mark.line + 1, path, words))

    def line_of(self, path: str) -> int:
        """The line of the path, or of the nearest part above it that stands in the file."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)

    def mapping(self, node: Node, path: str, *, allowed: set[str], required: set[str]) -> dict[str, Node]:
        self.lines[path] = node.start_mark.line + 1
        if not isinstance(node, MappingNode):
            self.refuse(node, path, f"expected a mapping, found {found(node)}")
            return {}
        fields: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else found(key_node)
            if key_node.tag != STRING or key not in allowed:
                self.refuse(
                    key_node, path, f"unknown key {str(key)[:80]!r}; known are {', '.join(sorted(allowed))}"
                )
            elif key in fields:
                self.refuse(key_node, path, f"the key {key!r} stands here twice")
            else:
                fields[key] = value_node
                self.lines[joined(path, key)] = key_node.start_mark.line + 1
        for key in sorted(required - fields.keys()):
            self.refuse(node, path, f"the key {key!r} is missing")
        return fields

    def entries(self, node: Node | None, path: str) -> list[tuple[str, Node]]:
        """The paths and nodes of a list; empty when there is none."""
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.refuse(node, path, f"expected a list, found {found(node)}")
            return []
        numbered = [(f"{path}[{position}]", entry) for position, entry in enumerate(node.value)]
        self.lines.update({entry_path: entry.start_mark.line + 1 for entry_path, entry in numbered})
        return numbered

    def texts(self, node: Node | None, path: str, *, field: "Field[Any, Any]") -> list[str]:
        """A list of texts of which none stands there twice."""
        texts: dict[str, None] = {}
        for entry_path, entry in self.entries(node, path):
            text = self.text(entry, entry_path, field=field)
            if text in texts:
                self.refuse(entry, entry_path, f"{text[:80]!r} stands here twice")
            texts[text] = None
        return list(texts)

    def text(self, node: Node | None, path: str, *, field: "Field[Any, Any]") -> str:
        """The text as the field would take it: its limit, choices and pattern; its default when there is no node."""
        if node is None:
            return str(field.get_default())
        if node.tag != STRING or not isinstance(node, ScalarNode):
            self.refuse(node, path, f"expected text, found {found(node)}{quoted_hint(node)}")
            return ""
        value = str(node.value)
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            self.refuse(node, path, "NUL and lone surrogates are no text")
            return ""
        try:
            field.clean(value, None)
        except ValidationError as error:
            self.refuse(node, path, " ".join(error.messages))
        return value

    def flag(self, node: Node | None, path: str) -> bool:
        if node is None:
            return False
        if node.tag != BOOLEAN or not isinstance(node, ScalarNode):
            self.refuse(node, path, f"expected true or false, found {found(node)}")
            return False
        return str(node.value).lower() in {"true", "yes", "on"}

    def whole_number(self, node: Node | None, path: str, *, allowed: set[int]) -> int | None:
        if node is None:
            return None
        wanted = {str(number): number for number in allowed}
        if node.tag != INTEGER or node.value not in wanted:
            self.refuse(node, path, f"expected one of {', '.join(map(str, sorted(allowed)))}")
            return None
        return wanted[node.value]


def found(node: Node) -> str:
    return FOUND.get(node.tag, f"the tag {str(node.tag)[:80]}")


def quoted_hint(node: Node) -> str:
    if isinstance(node, ScalarNode) and node.tag in FOUND and node.value:
        return f'; to mean text, put it in quotes: "{node.value[:40]}"'
    return ""


def joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
