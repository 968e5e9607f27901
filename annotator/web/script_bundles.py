"""One script a page: an ES module and all that it imports, as one file (docs/decisions/0011).

Reads our own style and nothing else: `import { a, b } from "./x.js";`, `import "./x.js";` and `export function | async
function | const | class`, each at the beginning of a line. Whatever else imports or exports is refused, with its file
and line, for a script that fails in a browser fails silently.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

_IMPORT = re.compile(r'^import (?:\{([\s\w$,]*)\} from )?"\./([a-z_]+\.js)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) ([\w$]+))", re.MULTILINE)
_REFUSED = re.compile(
    r"^[ \t]*(?:import|export)\b|\bimport\s*[(.]|^(?:const .* = |for )?\(?await\b|^[^`\n]*`(?:[^`\n]*`[^`\n]*`)*[^`\n]*$",
    re.MULTILINE,
)
_IDLE = re.compile(r"^[ \t]*(?://.*|/\*[\s\S]*?\*/[ \t]*)?\n|^[ \t]+", re.MULTILINE)


class CannotBundle(Exception):
    """Words for a script that is not in our style, with its file and line."""


@dataclass(frozen=True, slots=True)
class Import:
    place: str
    script: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Script:
    imports: tuple[Import, ...]
    exports: tuple[str, ...]
    body: str


def bundle(entry: str, *, read: Callable[[str], str]) -> str:
    """The script `entry` with its imports, in the order in which a browser would run them, each in a scope of its own.

    `read` gives the source of a script by its name, and raises FileNotFoundError for one that is not there.
    """
    scripts: dict[str, Script] = {}
    collect(entry, read=read, scripts=scripts, importers=(entry,))
    return "".join(in_its_scope(name, script) for name, script in scripts.items())


def collect(
    name: str, *, read: Callable[[str], str], scripts: dict[str, Script], importers: tuple[str, ...]
) -> None:
    """Put what it imports into `scripts`, and then the script itself."""
    script = read_script(name, read(name))
    for asked in script.imports:
        if asked.script in importers:
            raise CannotBundle(f"{asked.place}: {asked.script} is imported in a circle.")
        if asked.script not in scripts:
            try:
                collect(asked.script, read=read, scripts=scripts, importers=(*importers, asked.script))
            except FileNotFoundError:
                raise CannotBundle(f"{asked.place}: there is no {asked.script}.") from None
        for missing in sorted(asked.names - set(scripts[asked.script].exports)):
            raise CannotBundle(f"{asked.place}: {asked.script} exports no {missing}.")
    scripts[name] = script


def read_script(name: str, source: str) -> Script:
    imports = tuple(
        Import(
            place=f"{name}:{line_of(source, found.start())}",
            script=found.group(2),
            names=frozenset(filter(None, map(str.strip, (found.group(1) or "").split(",")))),
        )
        for found in _IMPORT.finditer(source)
    )
    # Both keep the line breaks, so that a refused line is still that of the file.
    body = _EXPORT.sub("", _IMPORT.sub(as_constants, source))
    # A text over several lines is refused too: what looks like a comment in it would be left out below.
    if refused := _REFUSED.search(body):
        line = line_of(body, refused.end() - 1)
        raise CannotBundle(f"{name}:{line}: this cannot be bundled: {body.splitlines()[line - 1].strip()}")
    return Script(imports=imports, exports=tuple(_EXPORT.findall(source)), body=_IDLE.sub("", body))


def as_constants(found: re.Match[str]) -> str:
    return f"const {{{found.group(1)}}} = {scope_name(found.group(2))};" if found.group(1) else ""


def in_its_scope(name: str, script: Script) -> str:
    answer = f"return {{ {', '.join(script.exports)} }};\n" if script.exports else ""
    return f"const {scope_name(name)} = (() => {{\n{script.body}{answer}}})();\n"


def scope_name(script: str) -> str:
    return f"${script.removesuffix('.js')}"


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
