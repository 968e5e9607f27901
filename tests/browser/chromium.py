"""The Chromium that the browser tests drive: found, or installed. `python -m tests.browser.chromium` prints it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# It should ask nothing of the network by itself, and its sandbox does not start under root.
QUIET = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ARGUMENTS = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class NoBrowserError(Exception):
    """No Chromium, and why none could be installed."""


def find_or_install() -> Path:
    """$CHROMIUM, one on the PATH, Playwright's own, else installed: by apt as root on Debian, or by Playwright."""
    return find() or _install()


def find() -> Path | None:
    """A Chromium that is already here; NoBrowserError when $CHROMIUM names none."""
    if named := os.environ.get("CHROMIUM"):
        found = shutil.which(named)
        if found is None:
            raise NoBrowserError(f"CHROMIUM is {named!r}, which is no program.")
        return Path(found)
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    return _of_playwright()


def _install() -> Path:
    words = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        words.append(_run(["apt-get", "--quiet", "update"], environment))
        words.append(
            _run(
                ["apt-get", "--quiet", "install", "--yes", "--no-install-recommends", "chromium"], environment
            )
        )
        if found := find():
            return found
    words.append(_run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ)))
    if found := find():
        return found
    raise NoBrowserError(
        "No Chromium was found and none could be installed. Set CHROMIUM.\n" + "\n".join(words)
    )


def _of_playwright() -> Path | None:
    # Asked in a process of its own: Playwright's loop must not run in the one that runs the tests.
    code = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    path = Path(done.stdout.strip())
    return path if done.returncode == 0 and path.is_file() else None


def _run(arguments: list[str], environment: dict[str, str]) -> str:
    """The end of what a failing installer said, empty when it did well."""
    print(" ".join(arguments), file=sys.stderr, flush=True)
    done = subprocess.run(
        arguments, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else f"{arguments[0]}: {(done.stdout + done.stderr)[-1000:]}"


if __name__ == "__main__":
    try:
        print(find_or_install())
    except NoBrowserError as error:
        sys.exit(str(error))
