"""Features of steps in the database: measured once, whoever asks and however many ask at the same time."""

from unicodedata import lookup

import numpy as np
import pytest

from annotator.analysis import measuring
from annotator.analysis.measuring import measure_steps, styles_of
from annotator.analysis.models import StepStyle
from annotator.analysis.style import EXTRACTOR_VERSION, FEATURES, KEYS, measure
from annotator.chains.models import Step
from tests.makers import import_lines, line, make_dataset
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [
    "- a\n- b",
    "**We** think so!",
    r"\(x\)",
    f"Nice {lookup('PARTY POPPER')}\\n\t\\\\",
    "So 3.5. Is it?",
]


def steps_of(*texts: str) -> dict[str, int]:
    import_lines(make_dataset(), line("p/a", *texts))
    return dict(Step.objects.values_list("text", "pk"))


def test_each_step_gets_what_its_text_measures() -> None:
    steps = steps_of(*TEXTS)
    assert measure_steps(step_ids=steps.values()) == len(TEXTS)
    for text, step in steps.items():
        row = StepStyle.objects.get(step=step)
        assert (row.extractor_version, tuple(row.values)) == (EXTRACTOR_VERSION, measure(text))


def test_what_is_measured_is_not_measured_again() -> None:
    steps = list(steps_of(*TEXTS).values())
    assert measure_steps(step_ids=steps[:2]) == 2
    rows = set(StepStyle.objects.values_list("pk", flat=True))
    assert measure_steps(step_ids=[*steps, *steps]) == len(steps) - 2
    assert measure_steps(step_ids=steps) == 0
    assert rows < set(StepStyle.objects.values_list("pk", flat=True))


def test_rows_of_a_former_version_stay_beside_the_new_ones() -> None:
    steps = steps_of("one")
    former = [7.0] * len(FEATURES)
    StepStyle.objects.create(step_id=steps["one"], extractor_version=EXTRACTOR_VERSION + 1, values=former)
    assert measure_steps(step_ids=steps.values()) == 1
    assert styles_of(np.array([steps["one"]])).tolist() == [list(measure("one"))]


def test_progress_is_shown_batch_by_batch_and_each_batch_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "STEPS_AT_ONCE", 2)
    steps = list(steps_of(*TEXTS).values())
    shown: list[tuple[int, int]] = []
    measure_steps(step_ids=iter(steps), show=lambda seen: shown.append((seen, StepStyle.objects.count())))
    assert shown == [(2, 2), (4, 4), (5, 5)]


def test_a_job_that_was_cut_off_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "STEPS_AT_ONCE", 2)
    steps = list(steps_of(*TEXTS).values())

    def cut_off(seen: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_steps(step_ids=steps, show=cut_off)
    assert measure_steps(step_ids=steps) == len(steps) - 2


def test_several_at_once_measure_each_step_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "STEPS_AT_ONCE", 7)
    steps = list(steps_of(*[f"**Step** {number}" for number in range(60)]).values())
    # From either end, which is how two writers would come to wait for each other.
    orders = [steps, steps[::-1], steps, steps[::-1]]
    added = all_at_once([lambda order=order: measure_steps(step_ids=order) for order in orders])  # type: ignore[misc]
    assert all(isinstance(number, int) for number in added), added
    assert sum(added) == len(steps) == StepStyle.objects.count()  # type: ignore[arg-type]


def test_the_matrix_has_a_row_for_each_step_asked_for_in_that_order() -> None:
    steps = steps_of(*TEXTS)
    measure_steps(step_ids=steps.values())
    wanted = [TEXTS[3], TEXTS[0], TEXTS[3], TEXTS[1]]
    matrix = styles_of(np.array([steps[text] for text in wanted], dtype=np.int64))
    assert matrix.dtype == np.float64
    assert matrix.tolist() == [list(measure(text)) for text in wanted]


def test_no_steps_give_an_empty_matrix() -> None:
    assert measure_steps(step_ids=[]) == 0
    assert styles_of(np.empty(0, dtype=np.int64)).shape == (0, len(KEYS))


def test_a_step_that_was_not_measured_is_missed_by_name() -> None:
    steps = list(steps_of(*TEXTS).values())
    for measured in ([], steps[:2], steps[3:]):
        measure_steps(step_ids=measured)
        missing = steps[2]
        with pytest.raises(KeyError, match=str(missing)):
            styles_of(np.array([missing]))
