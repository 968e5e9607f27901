import json
from pathlib import Path

PROCESSBENCH = Path(__file__).resolve().parents[2] / "shared" / "data" / "processbench" / "math.jsonl"
PROBLEM = r"Solve $\frac{x^2 - 5x + 6}{x - 3} = 2x$ for all $x \neq 3$, and compute $\sum_{k=1}^{n} k^2$."
STEP = (
    r"**Step {n}.** We have $$\left(\frac{{a_{{{n}}} + b}}{{2}}\right)^2 \geq \sqrt{{a_{{{n}}} b}} \cdot \theta$$ so that"
    r" $x_{{{n}}} = \frac{{{n}}}{{{n} + 1}}$, which is at most \( 1 - \pi^{{-{n}}} \) for every $n \leq {n}$."
)


def made_up_steps(count: int) -> list[str]:
    return [STEP.format(n=number) for number in range(1, count + 1)]


def ten_steps() -> tuple[str, list[str]]:
    """Problem and steps of a real chain with LaTeX: ProcessBench's first of ten steps, or one made up where it is not here."""
    if PROCESSBENCH.is_file():
        chains = (json.loads(line) for line in PROCESSBENCH.read_text().splitlines())
        chain = next(chain for chain in chains if len(chain["steps"]) == 10)
        return chain["problem"], chain["steps"]
    return PROBLEM, made_up_steps(10)
