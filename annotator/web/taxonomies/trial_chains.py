"""The chain on which a version is tried out: a built-in one that suits its domain, or one of the researcher's own."""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotator.accounts.models import User
from annotator.assignments.models import AfterFirstError, MembershipState, Role
from annotator.chains.models import Chain, ChainStep, Dataset
from annotator.grading.checking import storable

DEMO_CHAINS = Path(__file__).parent.parent / "demo" / "chains.jsonl"
# Built-in chains: what they are about, their id in the demo, and words of the domains that they suit.
SAMPLES = {
    "algebra": ("algebra-1-a", {"algebra", "mathematics", "maths", "arithmetic"}),
    "code": ("debug-1-b", {"code", "debugging", "programming", "software"}),
    "law": ("law-1-b", {"law", "legal"}),
    "essay": ("essay-1-b", {"essay", "essays", "writing", "language"}),
}
SUBJECTS = {
    "algebra": gettext_lazy("algebra"),
    "code": gettext_lazy("code"),
    "law": gettext_lazy("law"),
    "essay": gettext_lazy("essay"),
}
USUAL_SAMPLE = "algebra"
POLICIES = (AfterFirstError.CONTINUE, AfterFirstError.STOP)
PARAMETERS = ("sample", "dataset", "chain", "after_first_error")
MOST_FOUND = 10


class NoSuchChain(Exception):
    """Words for a choice that leads to no chain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the form above a preview holds: a sample, or a dataset with (a part of) a chain's id, and the policy."""

    sample: str
    dataset: str = ""
    chain: str = ""
    after_first_error: str = AfterFirstError.CONTINUE

    @property
    def query(self) -> str:
        """As an address has it."""
        chain = {"dataset": self.dataset, "chain": self.chain} if self.dataset else {"sample": self.sample}
        policy = {"after_first_error": self.after_first_error}
        return f"?{urlencode({name: text for name, text in (chain | policy).items() if text})}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialChain:
    """A chain to try a version on. `others` are the ids of further chains that the search found."""

    title: str
    problem: str
    reference_answer: str | None
    final_answer: str
    texts: list[str]
    others: tuple[str, ...] = ()


def usual_choice(domain: str) -> Choice:
    words = set(domain.lower().replace(",", " ").split())
    suited = (name for name, (_chain, domains) in SAMPLES.items() if words & domains)
    return Choice(sample=next(suited, USUAL_SAMPLE))


def read_choice(asked: QueryDict, *, domain: str) -> Choice:
    """Raises NoSuchChain, also for a policy that there is not."""
    given = {name: str(asked.get(name, "")).strip() for name in PARAMETERS}
    choice = replace(usual_choice(domain), **{name: text for name, text in given.items() if text})
    if choice.sample not in SAMPLES:
        raise NoSuchChain(_("There is no such sample chain."))
    if choice.after_first_error not in POLICIES:
        raise NoSuchChain(_("After the first error a preview can stop or go on."))
    if choice.chain and not choice.dataset:
        raise NoSuchChain(_("Choose the dataset in which to look for this chain."))
    return choice


def chain_of(choice: Choice, *, user: User) -> TrialChain:
    """Raises NoSuchChain."""
    if choice.dataset:
        return own_chain(choice, user=user)
    title = _("a sample about {subject}").format(subject=SUBJECTS[choice.sample])
    return replace(samples()[choice.sample], title=title)


def datasets_of(user: User) -> QuerySet[Dataset]:
    """Those of the campaigns in which this person is a researcher; all for a superuser."""
    if user.is_superuser:
        return Dataset.objects.order_by("title")
    own = user.memberships.filter(role=Role.RESEARCHER, state=MembershipState.ACTIVE)
    return Dataset.objects.filter(campaigns__in=own.values("campaign")).distinct().order_by("title")


def own_chain(choice: Choice, *, user: User) -> TrialChain:
    if not storable(choice.dataset + choice.chain):
        raise NoSuchChain(_("An id holds neither NUL nor half a character."))
    dataset = datasets_of(user).filter(key=choice.dataset).first()
    if dataset is None:
        raise NoSuchChain(_("None of your campaigns has such a dataset."))
    chains = Chain.objects.filter(dataset=dataset).select_related("problem").order_by("pk")
    exact = chains.filter(external_id=choice.chain).first()
    alike = list(chains.filter(external_id__icontains=choice.chain)[: MOST_FOUND + 1])
    if exact is None and not alike:
        raise NoSuchChain(
            _("{dataset} has no chain whose id contains {part}.").format(
                dataset=dataset.title, part=repr(choice.chain)
            )
            if choice.chain
            else _("{dataset} has no chains yet.").format(dataset=dataset.title)
        )
    shown = exact or alike[0]
    steps = ChainStep.objects.filter(chain=shown).select_related("step").order_by("index")
    return TrialChain(
        title=_("{chain} of {dataset}").format(chain=shown.external_id, dataset=dataset.title),
        problem=shown.problem.text,
        reference_answer=shown.problem.reference_answer,
        final_answer=shown.final_answer or "",
        texts=[chain_step.step.text for chain_step in steps],
        others=tuple(found.external_id for found in alike if found != shown)[:MOST_FOUND],
    )


@cache
def samples() -> dict[str, TrialChain]:
    lines = [json.loads(line) for line in DEMO_CHAINS.read_text().splitlines()]
    by_id = {line["chain_id"]: line for line in lines}
    return {
        name: TrialChain(
            title=name,
            problem=by_id[chain_id]["problem"],
            reference_answer=by_id[chain_id]["reference_answer"],
            final_answer=by_id[chain_id]["final_answer"],
            texts=by_id[chain_id]["steps"],
        )
        for name, (chain_id, _domains) in SAMPLES.items()
    }
