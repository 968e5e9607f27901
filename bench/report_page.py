"""How long the agreement page takes to open in a real Chromium: 20 annotators over 1,000 chains of ten steps."""

from django.utils import timezone
from playwright.sync_api import Browser

from annotator.analysis import refreshing, tasks
from bench import made_up
from bench.browsing import signed_in_context, started_browser
from bench.made_up_grades import ANNOTATORS, OVERLAP, STEPS, graded_campaign
from bench.server import Server, signed_in_headers
from bench.table import Row, percentile

CHAINS = 1_000
ROUNDS = 7
# Seconds from asking for the page: until all of it has come, and until it and what it needs has been loaded.
TIMES = """
() => {
  const [{ requestStart, responseEnd, loadEventEnd }] = performance.getEntriesByType("navigation");
  return loadEventEnd && [responseEnd - requestStart, loadEventEnd - requestStart].map((ms) => ms / 1000);
}
"""


def measure_report_page(server: Server) -> Row:
    campaign = graded_campaign(key="figures", grades=CHAINS * STEPS * OVERLAP)
    report = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    tasks.refresh_agreement(report_id=report.pk)
    [reader] = made_up.people(prefix="reader", count=1)
    reader.is_superuser = True
    reader.save()
    origin = f"http://127.0.0.1:{server.port}"
    cookies = signed_in_headers(reader)["Cookie"]
    with started_browser() as browser:
        home = [opened(browser, origin=origin, cookies=cookies, path="/") for _ in range(ROUNDS)]
        path = f"/campaigns/{campaign.key}/agreement/"
        times = [opened(browser, origin=origin, cookies=cookies, path=path) for _ in range(ROUNDS)]
    answered = [answer for answer, _ in times]
    loaded = [load for _, load in times]
    return Row(
        name=f"opening the agreement page, {ANNOTATORS} annotators over {CHAINS:,} chains",
        figure=f"p50 {percentile(loaded, 0.5):.0f} ms, the slowest of {ROUNDS} {percentile(loaded, 1):.0f} ms",
        goal="< 1,000 ms each",
        reference=f"the server p50 {percentile(answered, 0.5):.0f} ms; "
        f"the first page p50 {percentile([load for _, load in home], 0.5):.0f} ms",
        reached=max(loaded) < 1,
    )


def opened(browser: Browser, *, origin: str, cookies: str, path: str) -> tuple[float, float]:
    """Seconds until the page has been answered and loaded, with an empty cache."""
    context = signed_in_context(browser, origin=origin, cookies=cookies)
    page = context.new_page()
    page.goto(origin + path)
    answered, loaded = page.wait_for_function(TIMES).json_value()
    context.close()
    return answered, loaded
