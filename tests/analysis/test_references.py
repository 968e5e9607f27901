"""Every value of the published agreement tables, and nothing in their file passed over in silence."""

from typing import Any

import numpy as np
import pytest

from annotator.analysis import agreement, counting, pairs
from annotator.analysis.agreement import Weights
from annotator.analysis.counting import Votes
from annotator.analysis.figures import FEW_CLUSTERS, Figure
from tests.analysis.voting import votes_from
from tests.published import published

NAMES = (
    "krippendorff2011_A",
    "krippendorff2011_B",
    "krippendorff2011_C",
    "gwet_raw4raters",
    "fleiss_wikipedia",
)
WEIGHTS: dict[str, Weights] = {"": "identity", "_linear": "linear", "_quadratic": "quadratic"}
PLAIN = ("percent_agreement", "alpha_nominal", "alpha_interval", "alpha_ordinal")
# What the sources themselves call a figure that has another name here.
PUBLISHED_NAMES = {"pa": "percent_agreement"}


def votes_of_table(table: dict[str, Any]) -> Votes:
    """Where a table counts the grades, any annotators may have given them."""
    if table["layout"] == "raters_x_units":
        return votes_from(table["data"], values=table["values"])
    assert table["layout"] == "units_x_category_counts"
    units = [np.repeat(table["values"], counts).astype(int).tolist() for counts in table["data"]]
    return votes_from(list(zip(*units, strict=True)), values=table["values"])


def repeated(votes: Votes, *, times: int) -> Votes:
    """The same votes on so many copies of the units: enough for two annotators to be compared, to the same kappa."""
    shift = np.repeat(np.arange(times), len(votes.units))
    return counting.votes_of(
        units=np.tile(votes.units, times) + shift * votes.unit_count,
        annotators=np.tile(votes.annotators, times),
        labels=np.tile(votes.labels, times),
        clusters=np.tile(votes.clusters, times) + shift * votes.cluster_count,
        label_count=votes.label_count,
        values=votes.values,
    )


def alpha_ratio(votes: Votes) -> Figure:
    """Alpha takes any distance; this one no campaign needs, as it is undefined between -1 and 1."""
    assert votes.values is not None
    gaps, sums = np.subtract.outer(votes.values, votes.values), np.add.outer(votes.values, votes.values)
    distance = np.divide(gaps, sums, out=np.zeros_like(gaps), where=sums != 0) ** 2
    return agreement.alpha(counting.prepare(counting.count_votes(votes)).paired, distance=distance)


def figure_of_name(name: str, votes: Votes) -> Figure:
    """A figure under its name in the tables; a name that is not known here fails."""
    grades = counting.count_votes(votes)
    if name in PLAIN:
        plain: Figure = getattr(agreement.measure_agreement(grades), name)
        return plain
    if name == "alpha_ratio":
        return alpha_ratio(votes)
    base, _, suffix = name.rpartition("_") if name.endswith(("_linear", "_quadratic")) else (name, "", "")
    weights = WEIGHTS[f"_{suffix}" if suffix else ""]
    if base == "conger_kappa":
        return pairs.conger_kappa(votes, weights=weights)
    if base == "cohen_kappa":
        (pair,) = pairs.measure_pairs(repeated(votes, times=20), weights=weights)
        return Figure(pair.kappa, reason=pair.reason)
    coefficient = {
        "gwet_ac1": "gwet",
        "gwet_ac2": "gwet",
        "fleiss_kappa": "fleiss",
        "brennan_prediger": "brennan_prediger",
    }[base]
    corrected: Figure = getattr(agreement.chance_corrected(grades, weights=weights), coefficient)
    return corrected


def test_the_file_holds_the_tables_known_here_and_no_others() -> None:
    tables = published("agreement.json")
    assert set(tables) == {"about", "tolerance", "datasets", "edge_cases"}
    assert set(tables["datasets"]) == set(NAMES)
    for table in tables["datasets"].values():
        assert set(table) == {"source", "layout", "values", "data", "published", "expected"}


@pytest.mark.parametrize("name", NAMES)
def test_every_expected_value_of_a_table_comes_out(name: str) -> None:
    tables = published("agreement.json")
    table = tables["datasets"][name]
    votes = votes_of_table(table)
    found = {key: figure_of_name(key, votes).value for key in table["expected"]}
    assert found == pytest.approx(table["expected"], abs=tables["tolerance"])


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_that_a_source_prints_comes_out_to_its_digits(name: str) -> None:
    table = published("agreement.json")["datasets"][name]
    votes = votes_of_table(table)
    for key, printed in table["published"].items():
        digits = len(str(printed).partition(".")[2])
        value = figure_of_name(PUBLISHED_NAMES.get(key, key), votes).value
        assert value == pytest.approx(printed, abs=0.6 * 10**-digits), key


def test_every_edge_case_comes_out_with_a_reason_for_what_is_null() -> None:
    cases = published("agreement.json")["edge_cases"]
    for case in cases:
        votes = votes_from(case["data"], values=(1, 2))
        for key, expected in case["expect"].items():
            figure = figure_of_name(key, votes)
            assert figure.value == (None if expected is None else pytest.approx(expected)), (
                case["name"],
                key,
            )
            assert (figure.reason is None) == (expected is not None), (case["name"], key)
    assert {case["name"] for case in cases} == {
        "all ratings identical",
        "no overlap",
        "one rare disagreement",
        "single unit",
        "empty",
    }


def test_the_edge_cases_say_why() -> None:
    cases = {
        case["name"]: votes_from(case["data"], values=(1, 2))
        for case in published("agreement.json")["edge_cases"]
    }
    alike = cases["all ratings identical"]
    assert figure_of_name("alpha_nominal", alike).reason == agreement.ALL_ALIKE
    assert figure_of_name("fleiss_kappa", alike).reason == agreement.ALL_ALIKE
    assert figure_of_name("cohen_kappa", alike).reason == pairs.PAIR_ALIKE
    for name in ("alpha_nominal", "gwet_ac1", "conger_kappa"):
        assert figure_of_name(name, cases["no overlap"]).reason == agreement.NOT_GRADED_TWICE
        assert figure_of_name(name, cases["empty"]).reason == agreement.NOT_GRADED_TWICE
    assert figure_of_name("cohen_kappa", cases["no overlap"]).reason == pairs.FEW_COMMON_UNITS
    assert figure_of_name("alpha_nominal", cases["single unit"]).interval_reason == FEW_CLUSTERS
