"""Which steps get a mechanical twin: free ones first, spread over problems, with and without the feature, and why others not."""

import numpy as np
import pytest

from annotator.analysis.twin_candidates import MOST_CHARACTERS, MOST_TRIED, Candidates, pick_arms, spread
from annotator.assignments.models import Campaign, GoldChain
from annotator.assignments.studies import reject_pair
from annotator.chains.models import Chain, Step
from tests.makers import NOW, import_lines, line, make_assignment, make_campaign, make_dataset, make_user
from tests.twins import draft, pair_of, study_campaign

LISTED = "We need two things:\n\n- {} apples\n- {} pears"
PLAIN = "First take {} apples. Then take {} pears."


def numbered(count: int, template: str = LISTED, *, problem: str = "q", first: int = 0) -> list[bytes]:
    """Chains of one problem, each of one step of its own."""
    return [line(f"{problem}/{problem}{n}", template.format(n, n)) for n in range(first, first + count)]


def pick(campaign: Campaign, *, pairs: int = 10, seed: int = 1, feature: str = "bullets") -> Candidates:
    return pick_arms(campaign=campaign, feature=feature, pairs=pairs, seed=seed)


def texts(candidates: Candidates) -> list[str]:
    return [Step.objects.get(pk=arm.step_id).text for arm in candidates.arms]


# --- The order


def test_each_problem_has_its_turn_before_any_has_a_second() -> None:
    problems = np.array([1] * 50 + [2] * 3 + [3])
    order = spread(problems=problems, tiers=np.zeros(54, dtype=np.int64), seed=1)
    assert sorted(order) == list(range(54))
    assert [set(problems[order[:3]]), set(problems[order[3:5]]), set(problems[order[5:7]])] == [
        {1, 2, 3},
        {1, 2},
        {1, 2},
    ]


def test_the_lower_tier_comes_first() -> None:
    tiers = np.array([1, 0, 1, 0])
    order = spread(problems=np.array([1, 1, 2, 2]), tiers=tiers, seed=1)
    assert tiers[order].tolist() == [0, 0, 1, 1]


def test_the_seed_decides_and_nothing_is_an_order_too() -> None:
    problems, tiers = np.arange(30), np.zeros(30, dtype=np.int64)
    orders = [spread(problems=problems, tiers=tiers, seed=seed).tolist() for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    nothing = np.empty(0, dtype=np.int64)
    assert spread(problems=nothing, tiers=nothing, seed=1).tolist() == []


# --- Arms


@pytest.mark.django_db
def test_half_of_the_stored_texts_have_the_feature() -> None:
    campaign = study_campaign([*numbered(9), *numbered(9, PLAIN, first=20)])
    found = pick(campaign, pairs=6)
    assert [arm.stored_has_feature for arm in found.arms] == [True] * 3 + [False] * 3
    for arm, text in zip(found.arms, texts(found), strict=True):
        assert arm.text != text
        assert ("- " in text) == arm.stored_has_feature != ("- " in arm.text)


@pytest.mark.django_db
def test_where_one_kind_is_rare_there_are_more_of_the_other() -> None:
    campaign = study_campaign([*numbered(9), *numbered(1, PLAIN, first=20)])
    assert [arm.stored_has_feature for arm in pick(campaign, pairs=6).arms] == [True] * 5 + [False]
    campaign = make_campaign(key="rest", annotators=[])
    assert [arm.stored_has_feature for arm in pick(campaign, pairs=99).arms] == [True] * 9 + [False]


@pytest.mark.django_db
def test_the_same_seed_picks_the_same_steps() -> None:
    campaign = study_campaign(numbered(40))
    first, again, other = (texts(pick(campaign, pairs=5, seed=seed)) for seed in (7, 7, 8))
    assert first == again != other


@pytest.mark.django_db
def test_pairs_are_spread_over_problems() -> None:
    campaign = study_campaign([*numbered(30), *numbered(2, problem="r"), *numbered(1, problem="s")])
    found = pick(campaign, pairs=4)
    problems = [Step.objects.get(pk=arm.step_id).problem.external_id for arm in found.arms]
    assert sorted(problems) in (["q", "q", "r", "s"], ["q", "r", "r", "s"])


@pytest.mark.django_db
def test_steps_that_nobody_was_given_come_first() -> None:
    campaign = study_campaign(numbered(6), overlap=4)
    claimed = [make_assignment(campaign=campaign, annotator=name).chain for name in ("ada", "ben")]
    given = {chain.chain_steps.get().step.text for chain in claimed}
    assert len(given) == 1
    assert not given & set(texts(pick(campaign, pairs=5)))
    # With seats left for others, they come last.
    assert given < set(texts(pick(campaign, pairs=6)))


@pytest.mark.django_db
def test_a_step_without_two_free_seats_gives_no_pair() -> None:
    campaign = study_campaign(numbered(3))
    make_assignment(campaign=campaign)
    found = pick(campaign)
    assert (len(found.arms), found.pool, found.left_out) == (2, 2, {"taken": 1})


@pytest.mark.django_db
def test_whom_another_campaign_gave_a_step_has_seen_it() -> None:
    campaign = study_campaign(numbered(3))
    elsewhere = make_campaign(key="elsewhere", annotators=["eve"], version=campaign.taxonomy_version)
    seen = make_assignment(campaign=elsewhere, annotator="eve").chain.chain_steps.get().step.text
    assert seen not in texts(pick(campaign, pairs=2))
    assert seen in texts(pick(campaign, pairs=3))


@pytest.mark.django_db
def test_a_shared_step_counts_as_given_with_any_of_its_chains() -> None:
    campaign = study_campaign(
        [line("q/a", LISTED, "one"), line("q/b", LISTED, "two"), *numbered(1)], overlap=3
    )
    make_assignment(campaign=campaign)
    assert texts(pick(campaign, pairs=1)) == [LISTED.format(0, 0)]
    assert len(pick(campaign).arms) == 2


@pytest.mark.django_db
def test_what_cannot_be_used_is_counted_by_reason() -> None:
    lines = [
        *numbered(3),
        line("q/x", "4"),
        line("q/y", "x" * (MOST_CHARACTERS + 1)),
        line("q/z", LISTED + "!"),
    ]
    campaign = study_campaign(lines)
    study = draft(campaign, *pick(campaign, pairs=1).arms)
    GoldChain.objects.create(campaign=campaign, chain=Chain.objects.get(external_id="q/z"))
    found = pick(campaign)
    assert found.left_out == {"twinned": 1, "gold": 1, "not_mechanical": 1, "too_long": 1}
    assert (len(found.arms), found.pool, found.tried) == (2, 4, 4)
    # A twin that was rejected leaves its step to another.
    reject_pair(pair=pair_of(study), person=make_user("rita"), now=NOW)
    assert "twinned" not in pick(campaign).left_out


@pytest.mark.django_db
def test_a_feature_that_no_machine_can_change_has_no_arms() -> None:
    campaign = study_campaign(numbered(3))
    found = pick(campaign, feature="hedge")
    assert (found.arms, found.left_out) == ((), {"not_mechanical": 3})


@pytest.mark.django_db
def test_a_dataset_without_chains_has_no_arms() -> None:
    campaign = make_campaign(annotators=[])
    assert pick(campaign) == Candidates(arms=(), pool=0, tried=0)


@pytest.mark.django_db
@pytest.mark.slow
def test_of_a_large_dataset_a_sample_is_looked_at() -> None:
    half = MOST_TRIED // 2 + 25
    campaign = study_campaign([line(f"p/{name}", *[f"step {name}{n}" for n in range(half)]) for name in "ab"])
    found = pick(campaign)
    assert (found.pool, found.tried) == (2 * half, MOST_TRIED)
    assert found.left_out == {"not_mechanical": MOST_TRIED}


@pytest.mark.django_db
def test_the_chains_of_other_datasets_are_left_alone() -> None:
    campaign = study_campaign(numbered(1))
    import_lines(make_dataset("elsewhere"), line("q/b", LISTED))
    assert pick(campaign).pool == 1
