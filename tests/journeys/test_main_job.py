"""The whole main job as its people do it: two commands, two browsers, a worker, curl, and a crash of everything."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.embedded.running import (
    Run,
    at_work_in,
    dev,
    fresh_variables,
    kill_all,
    manage,
    new_var_dir,
    wait_for,
)
from tests.samples import SHARED_DATA, sample

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MOST_CHAINS = 5


def test_a_chain_goes_in_experts_grade_it_and_a_labelled_line_comes_out(chromium_browser: Browser) -> None:
    with new_var_dir() as var_dir:
        with dev(var_dir, REFRESH_SECONDS="1") as run:
            imported = import_all(var_dir)
            chains = min(MOST_CHAINS, imported["chains_added"])
            people = set_up(var_dir)
            for name, password in people.items():
                grade_chains(chromium_browser, run=run, name=name, password=password, chains=chains)
            token = ask(
                var_dir,
                "create_token",
                "--campaign",
                "pilot",
                "--scope",
                "export:read",
                "--scope",
                "report:read",
            )
            assert wait_for(lambda: figures_cover_all(run, token, chains=chains), seconds=60), curl(
                run, "agreement/", token
            )
            before = {
                name: curl(run, f"export/?format={name}&trailer=1", token)
                for name in ("native", "trl", "processbench")
            }
            check_exports(before, chains=chains)
            kill_all(at_work_in(var_dir))
        with dev(var_dir) as run:
            after = {name: curl(run, f"export/?format={name}&trailer=1", token) for name in before}
            assert after == before
            assert import_all(var_dir) == {"chains_added": 0, "chains_unchanged": imported["chains_added"]}
            refuse_a_bad_line(var_dir)


def import_all(var_dir: Path) -> dict[str, int]:
    """All of the published files where they are at hand, else the small sample; the sums of what they added."""
    shared = [SHARED_DATA / "processbench" / name for name in ("gsm8k.jsonl", "math.jsonl")]
    files = shared if all(file.is_file() for file in shared) else [sample("processbench")]
    sums = {"chains_added": 0, "chains_unchanged": 0}
    for file in files:
        run = json.loads(
            ask(
                var_dir,
                "import_chains",
                str(file),
                "--dataset",
                "pilot",
                "--format",
                "processbench",
                "--json",
            )
        )
        for name in sums:
            sums[name] += run[name]
    return sums


def set_up(var_dir: Path) -> dict[str, str]:
    people = {
        name: json.loads(ask(var_dir, "create_user", name, "--json"))["password"] for name in ("dora", "emil")
    }
    members = [word for name in people for word in ("--annotator", name)]
    ask(
        var_dir,
        "create_campaign",
        "pilot",
        "--dataset",
        "pilot",
        "--taxonomy",
        "prm800k",
        "--overlap",
        "2",
        *members,
    )
    return people


def ask(var_dir: Path, *arguments: str) -> str:
    done = manage(*arguments, variables=fresh_variables(var_dir))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def grade_chains(chromium: Browser, *, run: Run, name: str, password: str, chains: int) -> None:
    """From sign-in to the last submit without the mouse; the third chain has a flawed step."""
    page = chromium.new_context(base_url=f"http://localhost:{run.port}").new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    press_button_by_keyboard(page, "Start grading")
    for number in range(chains):
        grade_chain(page, is_flawed=number == 2)
    assert complaints == []


def press_button_by_keyboard(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def grade_chain(page: Page, *, is_flawed: bool) -> None:
    # Keys that are pressed before the page's script has come are nobody's.
    expect(page.locator(".step.is-current")).to_be_visible()
    address, steps = page.url, page.locator("form.grade").count()
    if is_flawed:
        page.keyboard.press("3")
        expect(page.locator(".is-saved")).to_have_count(1)
        page.keyboard.press("5")
    else:
        for _ in range(steps):
            page.keyboard.press("1")
        expect(page.locator(".is-saved")).to_have_count(steps)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address)


def figures_cover_all(run: Run, token: str, *, chains: int) -> bool:
    answer = json.loads(curl(run, "agreement/", token))
    figures = answer["figures"]
    return bool(
        figures
        and not answer["is_stale"]
        and figures["first_error"]["counts"]["units_graded_twice"] == chains
        and figures["verdict"]["percent_agreement"]["value"] == 1.0
        and figures["verdict"]["alpha_ordinal"]["value"] is not None
        and figures["consensus"]["decided"] > 0
    )


def curl(run: Run, path: str, token: str) -> bytes:
    program = shutil.which("curl")
    assert program is not None, "this journey pulls with curl, as CI does"
    url = f"http://localhost:{run.port}/api/v1/campaigns/pilot/{path}"
    done = subprocess.run(
        [program, "-fsS", "-H", f"Authorization: Bearer {token}", url],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def check_exports(exports: dict[str, bytes], *, chains: int) -> None:
    lines = {name: [json.loads(line) for line in body.splitlines()] for name, body in exports.items()}
    for rows in lines.values():
        trailer = rows.pop()["trailer"]
        assert trailer["rows"] == len(rows) == chains
    flawed = lines["native"][2]
    assert flawed["first_error_index"] == 0
    assert flawed["steps"][0]["counts"] == {"great": 0, "okay": 0, "bad": 2}
    assert flawed["steps"][0]["labels"] == {"error_type": {"sign_error": 2}}
    assert {step["state"] for step in flawed["steps"][1:]} <= {"not_graded_after_error"}
    assert lines["trl"][2]["labels"] == [False]
    assert lines["trl"][0]["labels"] == [True] * len(lines["native"][0]["steps"])
    assert [line["label"] for line in lines["processbench"]] == [-1, -1, 0, -1, -1][:chains]
    assert b"dora" not in exports["native"]


def refuse_a_bad_line(var_dir: Path) -> None:
    bad = var_dir.parent / "bad.jsonl"
    bad.write_text(
        '{"problem": "p", "chain_id": "new", "steps": ["a"]}\n{"problem": "p", "chain_id": "x", "steps": []}\n'
    )
    done = manage("import_chains", str(bad), "--dataset", "pilot", variables=fresh_variables(var_dir))
    assert done.returncode == 1
    assert "line 2: steps: empty" in done.stderr
    new = "from annotator.chains.models import Chain; print(Chain.objects.filter(external_id='new').count())"
    assert ask(var_dir, "shell", "--no-imports", "--command", new) == "0"
