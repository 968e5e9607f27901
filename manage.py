#!/usr/bin/env python
"""Django's commands, with the embedded PostgreSQL and Valkey when DATABASE_URL and REDIS_URL are not set."""

import os
import sys
from contextlib import ExitStack

from django.core.management import execute_from_command_line
from django.db import ProgrammingError

from annotator.embedded.environment import environment, placeholder_environment, set_development_defaults
from annotator.embedded.places import Places, default_var_dir
from annotator.embedded.processes import EmbeddedError
from annotator.embedded.schema import is_behind
from annotator.embedded.single_run import only_run

COMMANDS_WITHOUT_SERVERS = {"help", "version", "check", "collectstatic"}
HELP_OPTIONS = {"--help", "-h", "--version"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotator.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    with ExitStack() as stack:
        try:
            if command in COMMANDS_WITHOUT_SERVERS or HELP_OPTIONS.intersection(sys.argv):
                placeholder_environment()
            else:
                var_dir = default_var_dir()
                if command == "dev":
                    stack.enter_context(only_run(var_dir=var_dir))
                    set_development_defaults(Places(var_dir))
                    # What people see is what is deployed: bundled, hashed and compressed.
                    os.environ.setdefault("STATIC_ROOT", str(var_dir / "static"))
                stack.enter_context(environment(var_dir=var_dir))
        except EmbeddedError as error:
            print(error, file=sys.stderr)
            return 1
        try:
            execute_from_command_line(sys.argv)
        except ProgrammingError:
            if not is_behind():
                raise
            print(
                "The database is not up to date: run `manage.py migrate` first, or `make run`.",
                file=sys.stderr,
            )
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
