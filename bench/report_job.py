"""One report, as a worker computes it: `python -m bench.report_job agreement|style PK` prints its seconds and most MB."""

import json
import resource
import sys
import time

import django

django.setup()

from annotator.analysis import tasks  # noqa: E402 (settings first)
from annotator.analysis.models import AgreementReport, StyleReport  # noqa: E402

JOBS = {
    "agreement": (AgreementReport, tasks.refresh_agreement),
    "style": (StyleReport, tasks.refresh_style),
}


def main() -> None:
    report_class, refresh = JOBS[sys.argv[1]]
    report = report_class._default_manager.get(pk=int(sys.argv[2]))
    began = time.perf_counter()
    refresh(report_id=report.pk)
    seconds = time.perf_counter() - began
    report.refresh_from_db()
    assert report.state == "done", report.error
    # Linux counts in KB.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
