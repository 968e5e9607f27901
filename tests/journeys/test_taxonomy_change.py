"""A researcher changes a taxonomy while people grade with it: in the admin, by mapping, by a move; nothing is lost."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.embedded.running import Run, dev, fresh_variables, manage, new_var_dir, python_in

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CAMPAIGN = "demo-algebra"
CARRIED = [
    "lost_or_false_solution",
    "unjustified_step",
    "misread_problem",
    "notation",
    "goes_nowhere",
    "other",
]


def test_a_taxonomy_is_revised_and_its_campaign_goes_on_with_every_grade(chromium_browser: Browser) -> None:
    with new_var_dir() as var_dir, dev(var_dir, REFRESH_SECONDS="1") as run:
        token = new_token(run)
        before = export(run, token)
        rosa = signed_in(chromium_browser, run=run, name="rosa")
        clone_and_revise(rosa)
        publish(rosa)
        map_labels(rosa)
        move(rosa)
        see_worklist(rosa, answered=0)
        assert export(run, token, version=1) == before
        check_translations(before, export(run, token, version=2))
        ada = signed_in(chromium_browser, run=run, name="ada")
        decide_again(ada)
        see_worklist(rosa, answered=2)
        chosen = [error_types(chain) for chain in export(run, token)]
        assert sum(types.get("false_rule", 0) for types in chosen) == 1
        assert sum(types.get("misused_rule", 0) for types in chosen) == 1
        assert export(run, token, version=1) == before
        refuse_to_truncate(run)
        assert export(run, token, version=1) == before


def new_token(run: Run) -> str:
    done = manage(
        *("create_token", "--campaign", CAMPAIGN, "--scope", "export:read"),
        variables=fresh_variables(run.var_dir),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def export(run: Run, token: str, *, version: int | None = None) -> list[dict[str, Any]]:
    program = shutil.which("curl")
    assert program is not None, "this journey pulls with curl, as CI does"
    query = "" if version is None else f"?version={version}"
    url = f"http://localhost:{run.port}/api/v1/campaigns/{CAMPAIGN}/export/{query}"
    command = [program, "-fsS", "-H", f"Authorization: Bearer {token}", url]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def signed_in(chromium: Browser, *, run: Run, name: str) -> Page:
    [password] = [found[1] for line in run.lines if (found := re.match(rf" +{name} +(\S+)", line))]
    page = chromium.new_context(base_url=f"http://localhost:{run.port}").new_page()
    page.goto("/")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My campaigns")).to_be_visible()
    return page


def clone_and_revise(page: Page) -> None:
    """Reword one label, merge two, split one."""
    page.goto("/admin/taxonomies/taxonomyversion/?q=algebra")
    page.get_by_role("link", name="Algebra tutor").first.click()
    page.get_by_role("link", name="Clone").click()
    page.get_by_role("button", name="Clone").click()
    expect(page.get_by_text("A draft with the content of version 1.")).to_be_visible()
    change_label(page, "sign_error", title="Slip", key="slip")
    page.get_by_role("checkbox", name="Remove Arithmetic slip").check()
    change_label(page, "wrong_rule", title="Rule that does not hold", key="false_rule")
    change_label(page, "notation", title="Misleading notation", key="notation")
    page.locator("#criteria-1-labels-group .add-row").click()
    new = row_of_new_label(page)
    new.get_by_label("Title").fill("Rule in the wrong place")
    new.get_by_label("Key", exact=True).fill("misused_rule")
    new.get_by_label("Hotkey").fill("5")
    new.get_by_label("Definition").fill("A true rule is used where its conditions do not hold.")
    condition = page.get_by_label("Shown for").nth(2)
    condition.fill("error_type.slip, error_type.unjustified_step, error_type.notation")
    page.get_by_role("button", name="Save and check").click()
    expect(page.get_by_text("Nothing is missing")).to_be_visible()


def change_label(page: Page, former: str, *, title: str, key: str) -> None:
    row = page.locator(f".draft-label:has(code[data-shows=key]:text-is('{former}'))")
    row.locator("summary").click()
    row.get_by_label("Title").fill(title)
    row.get_by_label("Key", exact=True).fill(key)


def row_of_new_label(page: Page) -> Any:
    return page.locator("#criteria-1-labels-group .draft-label:not(.empty-form)").last


def publish(page: Page) -> None:
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published. Campaigns can use it now.")).to_be_visible()


def map_labels(page: Page) -> None:
    page.goto("/taxonomies/algebra_tutor/1/compare/2/")
    expect(page.get_by_text("Misleading notation").first).to_be_visible()
    page.goto("/taxonomies/algebra_tutor/1/mapping/2/")
    for merged in ("sign_error", "arithmetic_slip"):
        becomes(page, merged).select_option("error_type.slip")
    becomes(page, "wrong_rule").select_option("*")
    row = page.locator("[id='row-error_type.wrong_rule']")
    row.get_by_role("checkbox", name="Rule that does not hold").check()
    row.get_by_role("checkbox", name="Rule in the wrong place").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The mapping is complete.")).to_be_visible()
    expect(page.locator("[id='row-error_type.sign_error'] .mapping-outcome")).to_contain_text("merged")


def becomes(page: Page, label: str) -> Any:
    return page.locator(f"[id='becomes-error_type.{label}']")


def move(page: Page) -> None:
    page.goto(f"/campaigns/{CAMPAIGN}/move/")
    page.get_by_label("I have read what happens").check()
    page.get_by_role("button", name="Move the campaign").click()
    # A real worker does it.
    expect(page.get_by_role("heading", name="Moved to version 2")).to_be_visible(timeout=60_000)


def see_worklist(page: Page, *, answered: int) -> None:
    page.goto(f"/campaigns/{CAMPAIGN}/worklist/")
    progress = page.get_by_role("progressbar", name="Answered")
    expect(progress).to_have_attribute("max", "5")
    expect(progress).to_have_attribute("value", str(answered))
    expect(page.get_by_text("“Wrong rule” was split: choose again.").first).to_be_visible()


def check_translations(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """What was kept, renamed or merged counts as before; what was split waits."""
    assert [chain["chain_id"] for chain in after] == [chain["chain_id"] for chain in before]
    for old, new in zip(before, after, strict=True):
        assert (old["taxonomy"]["number"], new["taxonomy"]["number"]) == (1, 2)
        for former, later in zip(old["steps"], new["steps"], strict=True):
            assert later["counts"] == former["counts"]
            said, says = former["labels"].get("error_type", {}), later["labels"].get("error_type", {})
            slips = said.get("sign_error", 0) + said.get("arithmetic_slip", 0)
            assert says.get("slip", 0) == slips
            assert {key: says[key] for key in CARRIED if key in says} == {
                key: said[key] for key in CARRIED if key in said
            }
            assert "false_rule" not in says
            assert "misused_rule" not in says


def error_types(chain: dict[str, Any]) -> dict[str, int]:
    """Votes of all steps of a chain by error type."""
    counts: dict[str, int] = {}
    for step in chain["steps"]:
        for key, votes in step["labels"].get("error_type", {}).items():
            counts[key] = counts.get(key, 0) + votes
    return counts


def decide_again(page: Page) -> None:
    """By keyboard: first the chain that was open when the campaign moved, then the two that came back."""
    card = page.locator(".card", has_text="algebra")
    expect(card).to_contain_text("2 chains to look at again")
    card.get_by_role("link", name="Go on where you were").press("Enter")
    expect(page.locator(".step.is-current")).to_be_visible()
    steps = page.locator("form.grade").count()
    for _ in range(steps):
        page.keyboard.press("1")
    expect(page.locator(".is-saved")).to_have_count(steps)
    for key in ("6", "5"):
        submit(page)
        expect(page.get_by_text("1 step needs your decision")).to_be_visible()
        page.keyboard.press(".")
        page.keyboard.press(key)
        expect(page.get_by_text("1 step needs your decision")).not_to_be_visible()
    submit(page)


def submit(page: Page) -> None:
    address = page.url
    expect(page.locator(".row-state.is-waiting")).to_have_count(0)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address)
    expect(page.locator(".step.is-current")).to_be_visible()


def refuse_to_truncate(run: Run) -> None:
    """Outside a test database no setting opens the guard."""
    tables = "taxonomies_label, taxonomies_criterion, taxonomies_taxonomyversion"
    sql = f"SET stepmark.truncate = 'allowed'; TRUNCATE {tables} CASCADE"
    done = python_in(run.var_dir, f"from django.db import connection; connection.cursor().execute({sql!r})")
    assert done.returncode != 0
    assert "are never truncated" in done.stderr
