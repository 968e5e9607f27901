"""The campaign that docs/ci.md pulls from, in servers of its own; and the examples of that page, by name.

`prepare` runs within `manage.py shell` of those servers, and prints the token.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.embedded.running import Run, dev, new_var_dir, python_in
from tests.graded import graded_campaign, token_for
from tests.makers import line

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = (REPOSITORY / "docs" / "ci.md", REPOSITORY / "docs" / "formats.md")
EXAMPLE = re.compile(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)

PROBLEMS = 12
RIGHT = ("Add 5 to both sides: 3x = 12.", "Divide by 3.", "So x = 4.")
WRONG = ("Add 5 to both sides: 3x = 12.", "Multiply by 3.", "So x = 36.")


def prepare() -> None:
    """Two chains a problem with the same first step, one of them flawed; one chain is lucky, and of one nothing is decided."""
    lines = []
    words: dict[str, dict[str, list[str]]] = {"ada": {}, "ben": {}}
    for number in range(PROBLEMS):
        problem = {"reference_answer": "4", "generator": "tutor-v2", "metadata": {"source": "pilot"}}
        right, wrong = f"p{number}/right", f"p{number}/wrong"
        lines.append(line(right, *RIGHT, final_answer_correct=True, **problem))
        lines.append(line(wrong, *WRONG, final_answer_correct=number == 0, **problem))
        words["ada"] |= {right: ["good", "good", "good"], wrong: ["good", "bad", "bad"]}
        words["ben"] |= {
            right: ["good", "okay" if number % 2 else "good", "good"],
            wrong: words["ada"][wrong],
        }
    words["ben"]["p1/right"] = ["good", "bad", "good"]
    campaign = graded_campaign(lines, words, overlap=2)
    print(json.dumps({"token": token_for(campaign)}))


@dataclass(frozen=True, slots=True)
class Pulling:
    """Where a pipeline pulls from."""

    run: Run
    token: str

    @property
    def address(self) -> str:
        return f"http://localhost:{self.run.port}/api/v1"

    @property
    def variables(self) -> dict[str, str]:
        """The two that every example begins with."""
        return {"STEPMARK": self.address, "STEPMARK_TOKEN": self.token}


@contextmanager
def pulling() -> Iterator[Pulling]:
    with new_var_dir() as var_dir, dev(var_dir, REFRESH_SECONDS="1") as run:
        done = python_in(var_dir, "from tests.pulling import prepare; prepare()")
        assert done.returncode == 0, done.stderr
        yield Pulling(run=run, token=json.loads(done.stdout.splitlines()[-1])["token"])


def examples() -> dict[str, str]:
    found: dict[str, str] = {}
    for page in PAGES:
        for name, text in EXAMPLE.findall(page.read_text()):
            assert name not in found, f"two examples are called {name}"
            found[name] = text
    return found
