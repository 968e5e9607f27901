"""Running the project as a production host would: no DEV, every setting from the environment."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping

from tests.deploy.composing import REPOSITORY

# What a test session, or a developer's shell, may have set for itself.
_OURS = re.compile(
    r"(DATABASE_URL|REDIS_URL|BROKER_URL|CACHE_URL|SECRET_KEY|DEV|DEBUG|VAR_DIR|PORT|DJANGO_\w+|STEPMARK_\w+)"
)


def production_variables(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _OURS.fullmatch(name)}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "annotator.settings",
        "SECRET_KEY": "0Zx4vJ7pQm2Ls9Rt6Wd1Hy8Kb3Ng5Fc0Za4Xs7Te2Uv9Io6Pq1",
        "DATABASE_URL": "postgresql://stepmark:secret@postgres:5432/stepmark",
        "REDIS_URL": "redis://redis:6379/0",
        "ALLOWED_HOSTS": "stepmark.example.org",
        **more,
    }


def run_python(*arguments: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
