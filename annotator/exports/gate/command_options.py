"""The conditions of a gate as options of commands, made from their declarations. No Django, no database."""

from argparse import ArgumentParser
from collections.abc import Mapping

from annotator.exports.gate.conditions import CONDITIONS, NAMES, BadGate, Condition, Kind, choices_of


def add_gate_arguments(parser: ArgumentParser) -> None:
    """One option per condition, all below one heading of the help."""
    group = parser.add_argument_group("conditions")
    for condition in CONDITIONS:
        flag = f"--{condition.name.replace('_', '-')}"
        words = condition.help.replace("%", "%%")
        if condition.kind == Kind.SWITCH:
            group.add_argument(
                flag, dest=dest_of(condition.name), action="append_const", const="1", help=words
            )
        else:
            group.add_argument(
                flag, dest=dest_of(condition.name), action="append", metavar=metavar_of(condition), help=words
            )


def metavar_of(condition: Condition) -> str:
    choices = choices_of(condition)
    return "|".join(choices) if choices else "N" if condition.kind == Kind.COUNT else "X"


def gate_texts(options: Mapping[str, object]) -> dict[str, str]:
    """What `read_gate` reads: the conditions that were given. Raises BadGate for one that was given twice."""
    texts = {}
    for name in NAMES:
        given = options.get(dest_of(name))
        if not given:
            continue
        assert isinstance(given, list)
        if len(given) > 1:
            raise BadGate(f"{name} is given twice.")
        texts[name] = str(given[0])
    return texts


def dest_of(name: str) -> str:
    return f"gate_{name}"
