"""Makes one script of Vega, Vega-Lite and the interpreter of Vega's expressions, which only comes as an ES module.

The interpreter is what lets plots be drawn without `eval`, which our policy forbids. `bundling.lock.json` is npm's: it names
each package with its hash, so that npm refuses another one. To go to newer versions, change them here, take the lock
away, and run fetch.py; it writes the lock anew.
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

_LOCK = Path(__file__).resolve().parent / "bundling.lock.json"
_BUNDLED = {"vega": "6.4.0", "vega-lite": "6.5.0", "vega-interpreter": "2.3.2"}
_BUNDLER = {"esbuild": "0.28.2"}
# Only what plots.js calls: esbuild leaves out what nothing of it needs.
_ENTRY = """
export { View, parse } from "vega";
export { compile } from "vega-lite";
export { expressionInterpreter } from "vega-interpreter";
"""
_LICENCE_NAMES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "license.md")


def bundle_plots(target: Path) -> dict[str, object]:
    """Writes vega.min.js and LICENSE into the folder; answers what VENDOR.json says of them, apart from the files."""
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _install(folder)
        packages = _bundle(folder, target / "vega.min.js")
        (target / "LICENSE").write_text("\n\n".join(_licence_text(package) for package in packages) + "\n")
        found = [json.loads((package / "package.json").read_text()) for package in packages]
    return {
        "name": "vega",
        "version": _BUNDLED["vega"],
        "licence": " AND ".join(sorted({package["license"] for package in found})),
        "bundles": {package["name"]: package["version"] for package in found},
        "made_with": {name: version for name, version in _BUNDLER.items()},
    }


def _install(folder: Path) -> None:
    package = {"name": "plots", "private": True, "dependencies": _BUNDLED, "devDependencies": _BUNDLER}
    (folder / "package.json").write_text(json.dumps(package))
    lock = folder / "package-lock.json"
    if _LOCK.exists():
        shutil.copy(_LOCK, lock)
    command = "ci" if _LOCK.exists() else "install"
    subprocess.run(["npm", command, "--silent", "--no-audit", "--no-fund"], cwd=folder, check=True)
    shutil.copy(lock, _LOCK)


def _bundle(folder: Path, script: Path) -> list[Path]:
    """Writes the script; answers the folders of the packages of which something is in it, by name."""
    (folder / "entry.js").write_text(_ENTRY)
    settings = ["--bundle", "--minify", "--format=iife", "--global-name=vega", "--target=es2022"]
    subprocess.run(
        [
            "node_modules/.bin/esbuild",
            "entry.js",
            *settings,
            "--legal-comments=none",
            "--metafile=contents.json",
            f"--outfile={script}",
        ],
        cwd=folder,
        check=True,
    )
    (output,) = json.loads((folder / "contents.json").read_text())["outputs"].values()
    used = {name for name, part in output["inputs"].items() if part["bytesInOutput"]}
    packages = {_package_of(Path(name)) for name in used if name.startswith("node_modules/")}
    return [folder / package for package in sorted(packages)]


def _package_of(file: Path) -> Path:
    after = len(file.parts) - 1 - file.parts[::-1].index("node_modules")
    return Path(*file.parts[: after + (3 if file.parts[after + 1].startswith("@") else 2)])


def _licence_text(package: Path) -> str:
    about = json.loads((package / "package.json").read_text())
    words = next((package / name for name in _LICENCE_NAMES if (package / name).exists()), None)
    text = words.read_text().strip() if words else f"{about['license']} ({about['homepage']})"
    return f"{about['name']} {about['version']}\n\n{text}"
