"""Makes this folder again from npm, then look at the difference: `uv run --with 'fonttools[woff]' static/vendor/fetch.py`.

Files are taken as published, with two exceptions. From KaTeX's style sheet we cut the woff and ttf fallbacks: every
browser that knows our CSS knows woff2, and the manifest storage refuses a style sheet that names missing files. And its
larger fonts are split, see splitting.py. What draws plots is made of several packages, see bundling.py.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bundling import bundle_plots
from splitting import split_fonts

VENDOR = Path(__file__).resolve().parent
_FALLBACK_FONTS = re.compile(r",url\(fonts/[\w-]+\.(?:woff|ttf)\) format\(\"(?:woff|truetype)\"\)")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    folder: str
    globs: tuple[str, ...]


PACKAGES = [
    Package(name="htmx.org", version="4.0.1", folder="htmx", globs=("dist/htmx.min.js", "LICENSE")),
    Package(
        name="katex",
        version="0.19.1",
        folder="katex",
        globs=("dist/katex.min.js", "dist/katex.min.css", "dist/fonts/*.woff2", "LICENSE"),
    ),
]


def main() -> None:
    vendored = [*(_vendor(package) for package in PACKAGES), _vendor_plots()]
    (VENDOR / "VENDOR.json").write_text(json.dumps(vendored, indent=2) + "\n")


def _vendor(package: Package) -> dict[str, object]:
    target = VENDOR / package.folder
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as unpacked:
        source = _unpack(package, Path(unpacked))
        licence = json.loads((source / "package.json").read_text())["license"]
        for pattern in package.globs:
            for file in sorted(source.glob(pattern)):
                _copy(file, target / file.relative_to(source).as_posix().removeprefix("dist/"))
    if package.name == "katex":
        split_fonts(target)
    return {
        "name": package.name,
        "version": package.version,
        "licence": licence,
        "files": _files_in(target),
    }


def _vendor_plots() -> dict[str, object]:
    target = VENDOR / "vega"
    shutil.rmtree(target, ignore_errors=True)
    return {**bundle_plots(target), "files": _files_in(target)}


def _files_in(target: Path) -> dict[str, str]:
    return {
        file.relative_to(VENDOR).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(target.rglob("*"))
        if file.is_file()
    }


def _unpack(package: Package, folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = folder.glob("*.tgz")
    shutil.unpack_archive(archive, folder, filter="data")
    return folder / "package"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.name == "katex.min.css":
        target.write_text(_FALLBACK_FONTS.sub("", source.read_text()))
    else:
        target.write_bytes(source.read_bytes())


if __name__ == "__main__":
    main()
