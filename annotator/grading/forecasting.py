"""A move in numbers: the same whether it is only foreseen or made."""

from collections import Counter
from dataclasses import dataclass, field

from annotator.assignments.models import SEATED, AssignmentStatus
from annotator.grading.models import AskedAgain, GradeState
from annotator.grading.planning import Carried, PersonPlan, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Each grade that counts is one of unchanged, renamed, merged or asked.

    `answers_dropped` are labels and texts that the mapping drops; `steps_asked` are by reason, the whole of a chain
    counted like a step; `chains_returned` were submitted and need their annotator again. While labels are unmapped,
    they count as dropped.
    """

    people: int
    people_asked: int
    chains: int
    chains_returned: int
    grades: int
    grades_unchanged: int
    grades_renamed: int
    grades_merged: int
    grades_asked: int
    answers_dropped: int
    steps_asked: dict[str, int]
    unmapped: tuple[str, ...] = ()

    @property
    def asked(self) -> int:
        return sum(self.steps_asked.values())


@dataclass(kw_only=True)
class Tally:
    """Adds up person by person."""

    route: Route
    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        sources = Counter(targets[0] for targets in self.route.mapping.values() if len(targets) == 1)
        self.shared = {target for target, count in sources.items() if count > 1}

    def add(self, plan: PersonPlan) -> None:
        seated = [chain for chain in plan.chains if chain.status in SEATED]
        reasons = [again.reason for chain in seated for again in chain.again]
        self.reasons.update(reasons)
        self.counts.update(
            people=1,
            people_asked=int(bool(reasons)),
            chains=len(seated),
            chains_returned=sum(
                chain.status == AssignmentStatus.RETURNED
                and chain.assignment.status == AssignmentStatus.SUBMITTED
                for chain in seated
            ),
        )
        for carried in plan.grades:
            if carried.grade.state != GradeState.CLEARED:
                gone = len(carried.translation.gone)
                self.counts.update(["grades", self.fate(carried)])
                self.counts.update(answers_dropped=gone)

    def fate(self, carried: Carried) -> str:
        if carried.translation.asked:
            return "grades_asked"
        targets = {key: self.route.mapping.get(key, ()) for key in carried.said.labels}
        if any(found and found[0] in self.shared for found in targets.values()):
            return "grades_merged"
        if any(found and found[0] != key for key, found in targets.items()):
            return "grades_renamed"
        return "grades_unchanged"

    def forecast(self, *, unmapped: tuple[str, ...] = ()) -> Forecast:
        return Forecast(
            people=self.counts["people"],
            people_asked=self.counts["people_asked"],
            chains=self.counts["chains"],
            chains_returned=self.counts["chains_returned"],
            grades=self.counts["grades"],
            grades_unchanged=self.counts["grades_unchanged"],
            grades_renamed=self.counts["grades_renamed"],
            grades_merged=self.counts["grades_merged"],
            grades_asked=self.counts["grades_asked"],
            answers_dropped=self.counts["answers_dropped"],
            steps_asked={reason.value: self.reasons[reason.value] for reason in AskedAgain},
            unmapped=unmapped,
        )
