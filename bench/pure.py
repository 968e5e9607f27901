"""Measurements of the pure statistics: they need no database and no server."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bench.agreement import measure_speed
from bench.coverage import measure_coverage
from bench.style_speed import measure_style_speed
from bench.style_texts import measure_style_texts
from bench.style_truth import measure_truth
from bench.table import Row, print_row

PURE: Mapping[str, Callable[[], list[Row]]] = MappingProxyType(
    {
        "agreement": measure_speed,
        "coverage": measure_coverage,
        "style": measure_truth,
        "style_speed": measure_style_speed,
        "style_texts": measure_style_texts,
    }
)


def measure_pure(names: list[str]) -> None:
    """Print the rows of the measurements of these names, of all without any."""
    for name, measurement in PURE.items():
        if names and name not in names:
            continue
        for row in measurement():
            print_row(row)
