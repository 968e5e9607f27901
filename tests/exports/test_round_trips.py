"""What comes in, is graded as its file says, and goes out again is what came in."""

import io
import json
import random
from collections.abc import Iterable
from itertools import islice
from typing import Any

import pytest

from annotator.assignments.models import Campaign
from annotator.chains.formats import ChainRecord, read_records
from annotator.grading.bringing.bring import bring_grades
from annotator.grading.bringing.labellings import bring_labellings
from annotator.grading.models import Grade
from taxonomies.models import TaxonomyVersion
from tests.decided import decide_step
from tests.exported import exported
from tests.exported_lines import as_bytes, exported_line, vote
from tests.graded import NOT_GRADED, grade_chains, graded_campaign
from tests.makers import (
    NOW,
    WHOLE_CHAIN,
    answer,
    grade,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_dataset,
    make_version,
)
from tests.samples import sample, shared_data

pytestmark = pytest.mark.django_db(transaction=True)


# --- ProcessBench


def words_of(record: ChainRecord) -> list[str]:
    """Grades that say what the file says: sound up to the first wrong step, and nothing after it."""
    first = record.first_wrong_step
    if first is None or first < 0:
        return ["good"] * len(record.steps)
    return [*["good"] * first, "bad", *[NOT_GRADED] * (len(record.steps) - first - 1)]


def processbench_records(content: bytes) -> list[ChainRecord]:
    found = [record for _, record in read_records(io.BytesIO(content), format_name="processbench")]
    return [record for record in found if isinstance(record, ChainRecord)]


def assert_same_lines(returned: bytes, content: bytes) -> None:
    """Equal keys in their order and equal values; bytes differ by white space and escapes alone."""
    there, back = content.splitlines(), returned.splitlines()
    assert [list(json.loads(text).items()) for text in back] == [
        list(json.loads(text).items()) for text in there
    ]
    assert [compact(text) for text in there] == back


def compact(text: bytes) -> bytes:
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")).encode()


def test_processbench_comes_out_as_it_went_in_when_people_grade_what_it_says() -> None:
    content = sample("processbench").read_bytes()
    dataset = make_dataset()
    assert import_lines(dataset, *content.splitlines(), format_name="processbench").state == "done"
    campaign = make_campaign(dataset=dataset, annotators=["ada", "ben"], after_first_error="stop")
    words = {record.chain_id: words_of(record) for record in processbench_records(content)}
    for name in ("ada", "ben"):
        grade_chains(campaign, annotator=name, words=words)
    known = [text for text in content.splitlines() if json.loads(text)["final_answer_correct"] is not None]
    assert_same_lines(exported(campaign, format="processbench"), b"\n".join(known))


@pytest.mark.parametrize("name", ["gsm8k", "math"])
def test_published_processbench_comes_out_as_it_went_in(name: str) -> None:
    with shared_data(f"processbench/{name}.jsonl").open("rb") as published:
        content = b"".join(islice(published, 60))
    campaign = campaign_that_says(processbench_records(content), content=content, format_name="processbench")
    assert_same_lines(exported(campaign, format="processbench"), content)


def campaign_that_says(records: Iterable[ChainRecord], *, content: bytes, format_name: str) -> Campaign:
    """Two people say of each step what the file says, the way exported grades come in."""
    dataset = make_dataset()
    assert import_lines(dataset, *content.splitlines(), format_name=format_name).state == "done"
    campaign = make_campaign(dataset=dataset, annotators=[])
    lines = [votes_line(record, version=campaign.taxonomy_version) for record in records]
    bring_grades(campaign=campaign, stream=io.BytesIO(as_bytes(*lines)), now=NOW)
    return campaign


def votes_line(record: ChainRecord, *, version: TaxonomyVersion) -> dict[str, Any]:
    votes = [
        [] if word == NOT_GRADED else [vote(name, word) for name in ("one", "two")]
        for word in words_of(record)
    ]
    return exported_line(record.chain_id, votes, version=version, steps=record.steps, problem=record.problem)


# --- PRM800K


def brought_labellings(content: bytes, **policy: Any) -> Campaign:
    dataset = make_dataset()
    run = import_lines(dataset, *content.splitlines(), format_name="prm800k")
    assert run.state == "done", run.line_errors
    campaign = make_campaign(dataset=dataset, annotators=[], **policy)
    bring_labellings(campaign=campaign, stream=io.BytesIO(content), now=NOW)
    return campaign


def by_labeler(content: bytes) -> list[tuple[str, bytes]]:
    """Lines in an order of their own: an export goes by chain."""
    return sorted((json.loads(text)["labeler"], compact(text)) for text in content.splitlines())


@pytest.mark.parametrize("policy", ["stop", "continue"])
def test_every_labelers_line_of_prm800k_comes_out_as_it_went_in(policy: str) -> None:
    content = shared_data("prm800k_samples/raw_rows.jsonl").read_bytes()
    campaign = brought_labellings(content, after_first_error=policy)
    assert by_labeler(exported(campaign, format="prm800k", gold="1")) == by_labeler(content)
    ratings = Grade.objects.values_list("verdict__value", flat=True)
    assert {rating: list(ratings).count(rating) for rating in (-1, 0, 1)} == graded_in(content)


def graded_in(content: bytes) -> dict[int, int]:
    """How often each rating is given to a step, one that was offered twice at its node counted once."""
    counts = {-1: 0, 0: 0, 1: 0}
    for text in content.splitlines():
        for node in json.loads(text)["label"]["steps"]:
            for rating in {each["text"]: each["rating"] for each in node["completions"] or ()}.values():
                if rating is not None:
                    counts[rating] += 1
    return counts


def test_prm800ks_own_marks_are_told_only_with_gold() -> None:
    content = sample("prm800k").read_bytes()
    campaign = brought_labellings(content)
    for text in exported(campaign, format="prm800k").splitlines():
        assert json.loads(text).get("is_quality_control_question") is None


def test_the_small_sample_of_prm800k_comes_out_as_it_went_in() -> None:
    content = sample("prm800k").read_bytes()
    campaign = brought_labellings(content)
    with_a_chain = [
        text
        for text, (_, record) in zip(
            content.splitlines(), read_records(io.BytesIO(content), format_name="prm800k"), strict=True
        )
        if isinstance(record, ChainRecord)
    ]
    assert by_labeler(exported(campaign, format="prm800k", gold="1")) == by_labeler(b"\n".join(with_a_chain))


def test_a_file_of_prm800k_that_comes_in_again_changes_nothing() -> None:
    content = sample("prm800k").read_bytes()
    campaign = brought_labellings(content)
    before = exported(campaign, format="prm800k"), Grade.objects.count()
    again = bring_labellings(campaign=campaign, stream=io.BytesIO(content), now=NOW)
    assert (again.chains, again.grades, again.people) == (0, 0, 0)
    assert (exported(campaign, format="prm800k"), Grade.objects.count()) == before


# --- Native


def brought_elsewhere(campaign: Campaign, content: bytes, **policy: Any) -> Campaign:
    """A second campaign over the chains of an export, with what it says that people graded and decided."""
    dataset = make_dataset("second")
    run = import_lines(dataset, *content.splitlines())
    assert run.state == "done", run.line_errors
    second = make_campaign(
        key="second",
        dataset=dataset,
        version=campaign.taxonomy_version,
        annotators=[],
        **{
            "overlap": campaign.overlap,
            "after_first_error": campaign.after_first_error,
            **policy,
        },
    )
    bring_grades(campaign=second, stream=io.BytesIO(content), now=NOW)
    return second


def everything(campaign: Campaign, **more: str) -> bytes:
    options = {"format": "native", "votes": "1", "comments": "1", **more}
    return exported(campaign, with_trailer=False, **options)


def test_a_native_export_is_the_same_after_a_way_through_a_second_campaign() -> None:
    campaign = graded_campaign(
        [
            line("p/a", "1", "2", "3", final_answer_correct=True, metadata={"n": 1.5, "k": None}),
            line(
                "p/b", "1", "2", "4", final_answer_correct=False, generator="g", scores=[0.25, None, 1e-300]
            ),
            line(
                "q/a",
                *[" x\t", "é\u2028"],
                final_answer="4",
                reference_answer="4",
                reference_solution="2 + 2",
                scores=[-1, 1],
            ),
            line("r/a", "lonely"),
            line("s/a", "nobody grades this"),
        ],
        {
            "ada": {"p/a": ["good", "bad:sign", "good>1"], "q/a": ["okay", "bad:logic"], "r/a": ["good"]},
            "ben": {"p/b": ["bad", "good", "good"], "q/a": ["unsure", NOT_GRADED]},
            "cyd": {"p/a": ["okay", "good", "bad"], "p/b": ["okay", "good", "unsure"]},
        },
        reviewers=["rita"],
    )
    eve = make_assignment(campaign=campaign, annotator="ada")
    grade(eve, 0, comment="Hm.", labels={"traits": ["clear", "terse"]}, texts={"remark": "Look: «é»"})
    step = Grade.objects.filter(step__text="2").first()
    assert step is not None
    assert step.step is not None
    decide_step(campaign, step=step.step, verdict="okay")
    content = everything(campaign)
    assert content.count(b"\n") == 5
    assert b'"scores":[0.25,null,1e-300],' in content
    assert import_lines(campaign.dataset, *content.splitlines()).state == "done"
    second = brought_elsewhere(campaign, content)
    assert everything(second) == content
    assert everything(second, comments="0") == everything(campaign, comments="0")
    assert exported(second) == exported(campaign)
    for format_name in ("trl", "processbench", "math_shepherd", "openrlhf", "rlhflow", "orm"):
        assert exported(second, format=format_name) == exported(campaign, format=format_name)


def test_an_export_without_comments_comes_back_without_them() -> None:
    campaign = graded_campaign([line("p/a", "1", "2")], {"ada": {"p/a": ["good", "bad"]}}, reviewers=["rita"])
    for grade_of_step in Grade.objects.select_related("step"):
        assert grade_of_step.step is not None
        decide_step(campaign, step=grade_of_step.step, verdict="okay", reviewer="rita")
    # One who is a member no more has no pseudonym.
    campaign.memberships.get(user__username="rita").delete()
    content = everything(campaign, comments="0")
    second = brought_elsewhere(campaign, content)
    assert everything(second, comments="0") == content


def test_what_was_said_of_whole_chains_comes_back_too() -> None:
    dataset = make_dataset()
    import_lines(dataset, line("p/a", "1", "2"), line("q/a", "1"))
    campaign = make_campaign(dataset=dataset, version=make_version(WHOLE_CHAIN), annotators=["ada", "ben"])
    for name in ("ada", "ben"):
        assignment = make_assignment(campaign=campaign, annotator=name)
        grade(assignment, 0)
        answer(
            assignment,
            labels={"approach": ["unsound"], "reason": ["circular"], "style": ["clear", "short"]},
            texts={"advice": "Begin anew."},
            comment="So so.",
        )
    content = everything(campaign)
    assert everything(brought_elsewhere(campaign, content)) == content


@pytest.mark.parametrize("seed", range(4))
def test_whatever_people_said_of_chains_with_common_beginnings_comes_back(seed: int) -> None:
    drawn = random.Random(seed)
    ids = [f"p/{number}" for number in range(5)]
    texts = [[f"{drawn.choice('ab')}{index}" for index in range(3)] for _ in ids]
    said: dict[str, dict[str, list[str]]] = {}
    words = ["good", "okay", "bad:logic", "unsure", NOT_GRADED]
    for name in ("ada", "ben", "cyd"):
        by_step: dict[tuple[str, ...], str] = {}
        said[name] = {
            chain_id: [
                by_step.setdefault(tuple(steps[: index + 1]), drawn.choice(words)) for index in range(3)
            ]
            for chain_id, steps in drawn.sample(list(zip(ids, texts, strict=True)), 3)
        }
    lines = [
        line(chain_id, *steps, final_answer_correct=drawn.random() < 0.5)
        for chain_id, steps in zip(ids, texts, strict=True)
    ]
    campaign = graded_campaign(lines, said)
    content = everything(campaign)
    second = brought_elsewhere(campaign, content, after_first_error=drawn.choice(["stop", "repair"]))
    assert everything(second) == content
