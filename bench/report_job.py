"""One report, as a worker computes it: `python -m bench.report_job PK` prints its seconds and the most MB it took."""

import json
import resource
import sys
import time

import django

django.setup()

from annotator.analysis import tasks  # noqa: E402 (settings first)
from annotator.analysis.models import AgreementReport  # noqa: E402


def main() -> None:
    report = AgreementReport.objects.get(pk=int(sys.argv[1]))
    began = time.perf_counter()
    tasks.refresh_agreement(report_id=report.pk)
    seconds = time.perf_counter() - began
    report.refresh_from_db()
    assert report.state == "done", report.error
    # Linux counts in KB.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes}))


if __name__ == "__main__":
    main()
