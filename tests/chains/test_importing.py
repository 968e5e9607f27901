import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from annotator.chains import importing, storing, tasks
from annotator.chains.models import Chain, ChainStep, ImportRun, Problem, Step
from annotator.jobs import running
from tests.makers import NOW, import_lines, line, make_chain, make_dataset, requested_import
from tests.racing import all_at_once
from tests.samples import shared_data

pytestmark = pytest.mark.django_db
TABLES = (Problem, Step, Chain, ChainStep)
NASTY = {
    "backslashes": "\\ \\\\ \\n \\t \\N \\. \\x41",
    "only the end of COPY": "\\.",
    "only COPY's null": "\\N",
    "end of COPY on a line": "a\n\\.\nb",
    "white space": " \t\n\r\r\n\v\f\u00a0\u2028\u2029 ",
    "quotes": "'\"`''\"\"",
    "emoji": "👩🏽‍🔬 🏳️‍🌈",
    "right to left": "שלום \u202e abc \u202c مرحبا",
    "not normalised": "e\u0301 é \ufb01",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "byte order mark": "\ufeff",
    "not a character": "\ufffe\uffff\U0010ffff",
}


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def texts_of(chain: Chain) -> list[str]:
    return list(
        Step.objects.filter(chain_steps__chain=chain).order_by("index").values_list("text", flat=True)
    )


def refused(run: ImportRun) -> list[tuple[int, str]]:
    assert run.state == "failed"
    assert set(counts().values()) == {0}
    return [(error["line"], error["reason"]) for error in run.line_errors]


def test_a_line_becomes_a_problem_a_chain_and_its_steps() -> None:
    run = import_lines(
        make_dataset(),
        line(
            "a",
            reference_answer="4",
            generator="tutor",
            scores=[0.5, None, -1e300],
            final_answer="5",
            final_answer_correct=False,
            metadata={"b": [1, {"é": None}], "a": 0.1},
        ),
    )
    assert (run.state, run.line_count, run.problems_added, run.steps_added, run.chains_added) == (
        "done",
        1,
        1,
        3,
        1,
    )
    chain = Chain.objects.select_related("problem").get()
    assert (chain.problem.external_id, chain.problem.text, chain.problem.reference_answer) == (
        "p",
        "What is p?",
        "4",
    )
    assert (chain.generator, chain.final_answer, chain.final_answer_correct) == ("tutor", "5", False)
    assert chain.metadata == {"b": [1, {"é": None}], "a": 0.1}
    assert chain.import_run == run
    assert list(ChainStep.objects.values_list("index", "step__text", "score")) == [
        (0, "one", 0.5),
        (1, "two", None),
        (2, "three", -1e300),
    ]


def test_the_same_file_twice_changes_nothing() -> None:
    lines = [line("a"), line("b", "one", "other"), line("c", problem_id=None)]
    first = import_lines(make_dataset(), *lines)
    before = counts()
    second = import_lines(make_dataset(), *lines)
    assert counts() == before
    assert (first.chains_added, first.chains_unchanged) == (3, 0)
    assert (second.state, second.chains_added, second.chains_unchanged) == ("done", 0, 3)
    assert (second.problems_added, second.steps_added) == (0, 0)


@pytest.mark.parametrize("name", ["processbench/gsm8k.jsonl"])
def test_a_published_file_imports_and_imports_again(name: str) -> None:
    lines = shared_data(name).read_bytes().splitlines()
    first = import_lines(make_dataset(), *lines, format_name="processbench")
    before = counts()
    second = import_lines(make_dataset(), *lines, format_name="processbench")
    assert (first.state, first.chains_added) == ("done", len(lines))
    assert (second.state, second.chains_unchanged, counts()) == ("done", len(lines), before)


def test_a_grown_file_adds_only_what_is_new() -> None:
    import_lines(make_dataset(), line("a"))
    run = import_lines(make_dataset(), line("a"), line("b", "one", "two", "other"))
    assert (run.chains_added, run.chains_unchanged, run.problems_added, run.steps_added) == (1, 1, 0, 1)


def test_chains_that_share_a_prefix_share_its_steps() -> None:
    import_lines(make_dataset(), line("a", "one", "two", "three"), line("b", "one", "two", "other"))
    make_chain("c", steps=["one", "two"])
    paths = {
        chain.external_id: list(chain.chain_steps.order_by("index").values_list("step_id", flat=True))
        for chain in Chain.objects.all()
    }
    assert paths["a"][:2] == paths["b"][:2] == paths["c"]
    assert paths["a"][2] != paths["b"][2]
    assert Step.objects.count() == 4


def test_a_text_that_returns_later_in_a_chain_is_another_step() -> None:
    chain = make_chain(steps=["so", "so", "so"])
    assert texts_of(chain) == ["so", "so", "so"]
    assert Step.objects.count() == 3


def test_the_same_prefix_in_another_problem_or_dataset_is_shared_with_nobody() -> None:
    import_lines(make_dataset(), line("a"), line("b", problem_id="q", problem="What is q?"))
    import_lines(make_dataset("other"), line("a"))
    assert counts() == {"Problem": 3, "Step": 9, "Chain": 3, "ChainStep": 9}


def prm800k(*nodes: dict[str, Any], labeler: str = "l", problem: str = "What?", **question: Any) -> bytes:
    return json.dumps(
        {
            "labeler": labeler,
            "question": {"problem": problem, **question},
            "label": {"steps": list(nodes), "finish_reason": "solution"},
        }
    ).encode()


def node(*texts: str, chosen: int | None = 0) -> dict[str, Any]:
    completions = [{"text": text, "rating": 1, "flagged": None} for text in texts]
    return {"completions": completions, "human_completion": None, "chosen_completion": chosen}


def test_the_alternatives_of_prm800k_are_siblings_of_the_step_that_was_chosen() -> None:
    rated = prm800k(node("one", "uno", "eins"), node("two", "zwei", chosen=1), node("drei", chosen=None))
    run = import_lines(make_dataset(), rated, format_name="prm800k")
    assert (run.state, run.chains_added, run.steps_added) == ("done", 1, 6)
    first = Step.objects.get(text="one")
    second = Step.objects.get(text="zwei")
    assert texts_of(Chain.objects.get()) == ["one", "zwei"]
    assert set(Step.objects.filter(parent=None).values_list("text", flat=True)) == {"one", "uno", "eins"}
    assert set(first.children.values_list("text", flat=True)) == {"two", "zwei"}
    assert list(second.children.values_list("text", "index")) == [("drei", 2)]


def test_a_second_labeler_of_a_chain_adds_alternatives_but_no_chain() -> None:
    run = import_lines(
        make_dataset(),
        prm800k(node("one", "uno")),
        prm800k(node("one", "eins", "uno"), labeler="m"),
        prm800k(node("two", "one"), labeler="n"),
        format_name="prm800k",
    )
    assert (run.chains_added, run.chains_unchanged, run.steps_added) == (2, 1, 4)


def test_a_chain_can_go_where_an_alternative_was() -> None:
    import_lines(make_dataset(), prm800k(node("one", "uno")), format_name="prm800k")
    run = import_lines(make_dataset(), prm800k(node("uno")), format_name="prm800k")
    assert (run.chains_added, run.steps_added) == (1, 0)


def test_one_bad_line_among_many_changes_nothing_and_is_named() -> None:
    lines = [line(str(number), problem_id=str(number)) for number in range(2_500)]
    lines[2_100] = line("bad", "one", "")
    run = import_lines(make_dataset(), *lines)
    assert refused(run) == [(2_101, "steps[1]: empty")]
    assert (run.line_count, run.error_count, run.chains_added) == (2_500, 1, 0)
    assert run.error == "1 of 2500 lines cannot be imported; nothing was stored."


def test_every_bad_line_is_counted_and_the_first_hundred_are_named_in_order() -> None:
    lines = [line(str(number)) if number % 2 else b"{" for number in range(300)]
    lines[299] = line("1", "another")
    run = import_lines(make_dataset(), *lines)
    assert run.error_count == 151
    assert [line for line, _ in refused(run)] == list(range(1, 201, 2))


REFUSED: dict[str, tuple[bytes, str]] = {
    "NUL": (b'{"chain_id": "a", "problem": "x\\u0000", "steps": ["s"]}', "problem: NUL"),
    "a raw NUL": (b'{"chain_id": "a\x00", "problem": "x", "steps": ["s"]}', "NUL byte"),
    "half a surrogate pair": (
        b'{"chain_id": "a", "problem": "x", "steps": ["\\ud83d"]}',
        "steps[0]: lone surrogate",
    ),
    "a surrogate in a key": (line(metadata={"k": 1}).replace(b'"k"', b'"\\udc00"'), "lone surrogate"),
    "NaN": (line(scores=[float("nan"), 1, 1]), "NaN is not a JSON number"),
    "infinity": (line(metadata={"x": float("inf")}), "Infinity is not a JSON number"),
    "a number past infinity": (line().replace(b'"a"', b'"a", "scores": [1e999, 1, 1]'), "number too large"),
    "a huge whole number": (line(metadata={"x": 10**30}), "does not fit 64 bits"),
    "a duplicate key": (line().replace(b'"a"', b'"a", "chain_id": "b"'), "duplicate key"),
    "an unknown key": (line(rating=1), 'unknown key "rating"'),
    "a long id": (line("é" * 251), "chain_id: longer than 500 bytes"),
    "a number for a text": (line(final_answer=4), "final_answer: must be a string, not int"),
    "gold": (line(gold=["good", None, None]), "gold: known grades are not taken"),
    "no object": (b"[]", "must be an object"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), ""),
    "deep nesting": (b"[" * 100_000, "nested deeper"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_line_is_refused_with_words(name: str) -> None:
    bad, words = REFUSED[name]
    errors = refused(import_lines(make_dataset(), line("sound"), bad))
    assert errors[0][0] == 2
    assert words in errors[0][1]


def test_an_empty_file_is_refused() -> None:
    assert refused(import_lines(make_dataset())) == [(1, "the file is empty")]


def test_an_id_that_stands_twice_in_the_file_is_refused_also_across_batches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "BATCH_LINES", 2)
    lines = [line("a"), line("b"), line("a"), line("c"), line("c")]
    errors = refused(import_lines(make_dataset(), *lines))
    assert errors == [
        (3, 'chain_id: "a" stands twice in this file'),
        (5, 'chain_id: "c" stands twice in this file'),
    ]


CHANGED: dict[str, dict[str, Any]] = {
    "steps": {"steps": ["one", "two"]},
    "generator": {"generator": "another"},
    "scores": {"scores": [1, 1, 1]},
    "final_answer": {"final_answer": "5"},
    "final_answer_correct": {"final_answer_correct": True},
    "metadata": {"metadata": {"source": "elsewhere"}},
    "problem_id": {"problem_id": "q"},
}


@pytest.mark.parametrize("key", CHANGED)
def test_an_id_that_exists_with_other_content_is_refused(key: str) -> None:
    make_chain("a")
    before = counts()
    run = import_lines(make_dataset(), line("b"), line("a", **CHANGED[key]))
    assert run.line_errors == [{"line": 2, "reason": 'chain_id: "a" exists with other content'}]
    assert counts() == before


@pytest.mark.parametrize("chain_id", ["a", "b"])
@pytest.mark.parametrize("key", ["problem", "reference_answer", "reference_solution"])
def test_a_problem_that_exists_with_other_content_is_refused_for_new_and_for_known_chains(
    key: str, chain_id: str
) -> None:
    make_chain("a", reference_answer="4", reference_solution="2 + 2")
    before = counts()
    changed = {"reference_answer": "4", "reference_solution": "2 + 2", key: "Something else"}
    run = import_lines(make_dataset(), line(chain_id, **changed))
    assert run.line_errors == [{"line": 1, "reason": 'problem_id: "p" exists with other content'}]
    assert counts() == before


def test_a_problem_conflict_inside_one_file_names_the_later_line() -> None:
    run = import_lines(make_dataset(), line("a"), line("b", problem="What is q?"))
    assert refused(run) == [(2, 'problem_id: "p" exists with other content')]


def test_a_chain_of_another_format_that_took_the_id_is_a_conflict() -> None:
    rated = prm800k(node("one", "uno"))
    import_lines(make_dataset("elsewhere"), rated, format_name="prm800k")
    taken = Chain.objects.get().external_id
    make_chain(taken, problem_id="native")
    run = import_lines(make_dataset(), rated, format_name="prm800k")
    assert [error["reason"] for error in run.line_errors] == [
        f'chain_id: "{taken}" exists with other content'
    ]


@pytest.mark.parametrize("name", NASTY)
def test_a_text_comes_back_byte_for_byte(name: str) -> None:
    text = NASTY[name]
    chain_id = text[:60]
    chain = make_chain(
        chain_id,
        steps=[text, text + "."],
        problem=text,
        problem_id=chain_id,
        reference_answer=text,
        generator=chain_id,
        final_answer=text,
        metadata={text[:1000]: [text]},
    )
    chain = Chain.objects.select_related("problem").get(pk=chain.pk)
    assert texts_of(chain) == [text, text + "."]
    assert (chain.external_id, chain.generator, chain.final_answer) == (chain_id, chain_id, text)
    assert (chain.problem.text, chain.problem.reference_answer) == (text, text)
    assert chain.metadata == {text[:1000]: [text]}


def test_a_million_bytes_are_the_most_of_a_text() -> None:
    text = "x\\\n\té" * 166_666 + "1234"
    assert len(text.encode()) == 1_000_000
    assert texts_of(make_chain(steps=[text])) == [text]
    run = import_lines(make_dataset(), line("b", steps=[text + "5"]))
    assert run.line_errors == [{"line": 1, "reason": "steps[0]: longer than 1,000,000 bytes"}]


fresh_ids: Iterator[str] = (f"chain {number}" for number in count())
storable = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
copied = st.text("\\.Nntrbvfx0123\n\t\r ", min_size=1, max_size=12)


@hypothesis.given(steps=st.lists(st.one_of(storable, copied), min_size=1, max_size=5))
@hypothesis.settings(max_examples=40, deadline=None)
def test_any_texts_come_back_byte_for_byte(steps: list[str]) -> None:
    chain_id = next(fresh_ids)
    assert texts_of(make_chain(chain_id, steps=steps, problem_id=chain_id)) == steps


def test_a_run_is_seen_at_its_end_with_its_progress() -> None:
    run = import_lines(make_dataset(), line("a"))
    assert run.progress_total
    assert run.progress_done == run.progress_total
    assert run.finished_at is not None
    assert NOW < run.finished_at < NOW + timedelta(minutes=1)


def test_a_run_whose_file_is_gone_fails_with_words() -> None:
    with requested_import(make_dataset(), [line("a")]) as run:
        pass
    tasks.run_import(import_run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "the uploaded file is gone: send it again")


def test_a_file_that_was_changed_after_a_worker_died_on_it_is_not_imported() -> None:
    with requested_import(make_dataset(), [line("a")]) as run:
        assert running.take(ImportRun, pk=run.pk, now=NOW) is not None
        Path(run.file_path).write_bytes(line("b"))
        later = NOW + 2 * running.STALE_AFTER
        taken_over = running.take(ImportRun, pk=run.pk, now=later)
        assert taken_over is not None
        importing.run_import(run=taken_over, now=later)
    run.refresh_from_db()
    assert (run.state, run.attempt_count) == ("failed", 2)
    assert run.error == "the file has changed since this import began: import it again"
    assert not Chain.objects.exists()


def test_an_upload_is_removed_once_read_but_never_a_file_of_somebody_else(settings: Any) -> None:
    with requested_import(make_dataset(), [line("a")]) as run:
        tasks.run_import(import_run_id=run.pk)
        assert Path(run.file_path).is_file()
        again = ImportRun.objects.create(
            dataset=run.dataset, format="native", file_path=run.file_path, requested_at=NOW
        )
        settings.IMPORT_DIR = Path(run.file_path).parent
        tasks.run_import(import_run_id=again.pk)
        assert not Path(run.file_path).is_file()
    again.refresh_from_db()
    assert (again.state, again.file_path) == ("done", "")


class Killed(BaseException):
    """What a worker dies of, as far as its own code can tell."""


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_and_its_run_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_LINES", 1)
    with requested_import(make_dataset(), [line("a"), line("b")]) as asked:
        first = running.take(ImportRun, pk=asked.pk, now=NOW)
        assert first is not None
        with monkeypatch.context() as patch:
            patch.setattr(storing, "store_problems", die_when_there_is_a_chain(storing.store_problems))
            with pytest.raises(Killed):
                importing.run_import(run=first, now=NOW)
        assert set(counts().values()) == {0}
        # The dying worker showed a heartbeat by the real clock.
        ImportRun.objects.filter(pk=asked.pk).update(heartbeat_at=NOW)
        soon, later = NOW + running.STALE_AFTER, NOW + running.STALE_AFTER + timedelta(seconds=1)
        assert running.take(ImportRun, pk=asked.pk, now=soon) is None
        assert running.waiting(ImportRun, now=later) == [asked.pk]
        second = running.take(ImportRun, pk=asked.pk, now=later)
        assert second is not None
        importing.run_import(run=second, now=later)
    asked.refresh_from_db()
    assert (asked.state, asked.attempt_count, asked.chains_added) == ("done", 2, 2)


def die_when_there_is_a_chain(store: Callable[..., Any]) -> Callable[..., Any]:
    def die(*args: Any, **kwargs: Any) -> Any:
        if Chain.objects.exists():
            raise Killed
        return store(*args, **kwargs)

    return die


@pytest.mark.django_db(transaction=True)
def test_a_run_that_was_taken_over_while_it_waited_is_done_once() -> None:
    with requested_import(make_dataset(), [line("a")]) as asked:
        slow = running.take(ImportRun, pk=asked.pk, now=NOW)
        quick = running.take(ImportRun, pk=asked.pk, now=NOW + 2 * running.STALE_AFTER)
        assert slow is not None
        assert quick is not None
        importing.run_import(run=slow, now=NOW)
        assert Chain.objects.count() == 0
        importing.run_import(run=quick, now=NOW)
        importing.run_import(run=slow, now=NOW)
    asked.refresh_from_db()
    assert (asked.state, asked.chains_added, asked.error_count) == ("done", 1, 0)


@pytest.mark.django_db(transaction=True)
def test_imports_of_one_file_at_the_same_time_give_one_set_of_chains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH_LINES", 20)
    dataset = make_dataset()
    lines = [
        line(f"{n}", problem_id=f"{n % 7}", problem=f"{n % 7}", steps=["one", f"{n}"]) for n in range(100)
    ]
    runs = all_at_once([partial(import_lines, dataset, *lines) for _ in range(4)])
    assert all(isinstance(run, ImportRun) and run.state == "done" for run in runs), runs
    assert counts() == {"Problem": 7, "Step": 107, "Chain": 100, "ChainStep": 200}
    assert sorted(run.chains_added for run in ImportRun.objects.all()) == [0, 0, 0, 100]
