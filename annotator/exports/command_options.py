"""The options of an export for commands, made from their declarations. No Django, no database."""

from argparse import ArgumentParser
from collections.abc import Mapping

from annotator.exports.options import FORMATS, NAMES, OPTIONS, SWITCH, Option

# Django's commands have a `--version` already, which tells that of Django.
FLAGS = {"version": "--taxonomy-version"}


def add_query_arguments(parser: ArgumentParser) -> None:
    """One argument per option. Whether they go together is `read_query`'s to say."""
    for option in OPTIONS:
        flag = FLAGS.get(option.name, f"--{option.name.replace('_', '-')}")
        if option.choices == SWITCH:
            parser.add_argument(
                flag,
                dest=dest_of(option.name),
                action="store_const",
                const="1",
                default="",
                help=help_of(option),
            )
        else:
            parser.add_argument(
                flag,
                dest=dest_of(option.name),
                choices=option.choices or None,
                metavar=None if option.choices else option.name.upper(),
                default="",
                help=help_of(option),
            )


def query_texts(options: Mapping[str, object]) -> dict[str, str]:
    """What `read_query` reads: the options that were given."""
    given = {name: options.get(dest_of(name)) for name in NAMES}
    return {name: str(text) for name, text in given.items() if text}


def dest_of(name: str) -> str:
    return f"query_{name}"


def help_of(option: Option) -> str:
    words = [option.help]
    if option.formats != FORMATS:
        words.append(f"For {', '.join(option.formats)}.")
    if option.default and option.choices != SWITCH:
        words.append(f"Without it: {option.default}.")
    return " ".join(words).replace("%", "%%")
