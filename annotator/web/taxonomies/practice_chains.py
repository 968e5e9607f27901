"""Chains to practise on, some for each domain of the presets. Each has an error on purpose, and says which and why.

They belong to no dataset: nobody is ever given one of them to grade.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from annotator.web.taxonomies.trial_chains import TrialChain, usual_choice

TEXTS = Path(__file__).with_name("practice_chains.jsonl")


@dataclass(frozen=True, slots=True)
class Note:
    """What most would say of a step, as a verdict's value -1, 0 or +1, and why."""

    value: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeChain:
    """`about` is one of the subjects of the built-in samples; a note for each step."""

    name: str
    about: str
    title: str
    chain: TrialChain
    notes: tuple[Note, ...]

    @property
    def query(self) -> str:
        return f"?{urlencode({'sample': self.name})}"


def practice_chain(name: str, *, domain: str) -> PracticeChain | None:
    """The one of that name, for an empty name the first that suits the domain; None for one that there is not."""
    if name:
        return practice_chains().get(name)
    about = usual_choice(domain).sample
    return next(chain for chain in practice_chains().values() if chain.about == about)


def following(chain: PracticeChain) -> list[PracticeChain]:
    """The others about the same subject, the next one first."""
    alike = [other for other in practice_chains().values() if other.about == chain.about]
    at = alike.index(chain)
    return [*alike[at + 1 :], *alike[:at]]


@cache
def practice_chains() -> dict[str, PracticeChain]:
    return {chain.name: chain for chain in map(read_line, TEXTS.read_text(encoding="utf-8").splitlines())}


def read_line(line: str) -> PracticeChain:
    entry = json.loads(line)
    return PracticeChain(
        name=entry["name"],
        about=entry["about"],
        title=entry["title"],
        chain=TrialChain(
            title=entry["title"],
            problem=entry["problem"],
            reference_answer=entry["reference_answer"],
            final_answer=entry["final_answer"],
            texts=[step["text"] for step in entry["steps"]],
        ),
        notes=tuple(Note(value=step["value"], words=step["note"]) for step in entry["steps"]),
    )
