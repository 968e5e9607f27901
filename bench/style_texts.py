"""How long the style of a step takes to measure, of real steps and of hostile ones, beside parsing the same texts."""

from collections.abc import Callable
from time import thread_time

from annotator.analysis.style import measure
from annotator.chains.markup import parsed
from bench.table import Row
from tests.texts import HOSTILE, real_texts

REAL_STEPS = 2_000
HOSTILE_CHARACTERS = 28_000
GOAL_MICROSECONDS = 150
# Four times the text: linear work takes four times as long, quadratic sixteen times.
MOST_GROWTH = 9


def measure_style_texts() -> list[Row]:
    texts = real_texts(at_most=REAL_STEPS)
    own = sum(seconds(measure, text) for text in texts) / len(texts) * 1e6
    parsing = sum(seconds(parsed, text) for text in texts) / len(texts) * 1e6
    growths = {name: growth(unit) for name, unit in HOSTILE.items()}
    worst = max(growths, key=lambda name: growths[name])
    characters = sum(map(len, texts)) / len(texts)
    return [
        Row(
            name=f"style features of a step, {characters:.0f} characters",
            figure=f"{own:.0f} us",
            goal=f"<= {GOAL_MICROSECONDS} us",
            reference=f"parsing its Markdown alone {parsing:.0f} us; ratio {own / parsing:.1f}",
            reached=own <= GOAL_MICROSECONDS,
        ),
        Row(
            name="style features of four times a hostile text",
            figure=f"{growths[worst]:.1f} x ({worst})",
            goal=f"<= {MOST_GROWTH} x",
            reference=f"the worst of {len(HOSTILE)}; linear is 4 x, quadratic 16 x",
            reached=growths[worst] <= MOST_GROWTH,
        ),
    ]


def growth(unit: str) -> float:
    text = (unit * HOSTILE_CHARACTERS)[:HOSTILE_CHARACTERS]
    return seconds(measure, text) / seconds(measure, text[: HOSTILE_CHARACTERS // 4])


def seconds(work: Callable[[str], object], text: str) -> float:
    """The fastest of three."""
    return min(timed(work, text) for _ in range(3))


def timed(work: Callable[[str], object], text: str) -> float:
    begun = thread_time()
    work(text)
    return thread_time() - begun
