"""A campaign whose graders like lists, made through the real forms: `VAR_DIR=var python -m bench.style_demo`.

It runs beside a `make run` in the same VAR_DIR, or alone, and prints who may look at the style page. With `--picture FOLDER`
it takes the picture of that page for the documentation.
"""

import argparse
import os
from pathlib import Path

from annotator.embedded.environment import environment
from annotator.embedded.programs import WORKER_VARIABLES

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.style_demo", description=__doc__)
    parser.add_argument(
        "--key", default="style-demo", help="of the campaign, which is made unless it is there"
    )
    parser.add_argument("--chains", type=int, default=80)
    parser.add_argument("--picture", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    var_dir = Path(os.environ.get("VAR_DIR", REPOSITORY / "var")).resolve()
    os.environ.update(WORKER_VARIABLES, DJANGO_SETTINGS_MODULE="annotator.settings")
    # As `make run` serves them.
    os.environ.setdefault("STATIC_ROOT", str(var_dir / "static"))
    with environment(var_dir=var_dir):
        # Django reads its settings on import, and they name the servers that are up only now.
        from bench.charmed import demo, take_pictures  # noqa: PLC0415

        reader = demo(key=asked.key, chains=asked.chains)
        if asked.picture is not None:
            take_pictures(key=asked.key, reader=reader, into=asked.picture)


if __name__ == "__main__":
    main()
