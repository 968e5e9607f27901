"""Records of exports: begun before the first byte, ended once, whatever became of the database meanwhile."""

from contextlib import closing

import pytest
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.exports.models import ExportKind, ExportOutcome, ExportRecord
from annotator.exports.queries import read_query
from annotator.exports.recording import LiveExport, begin_record, end_record
from tests.ended_connections import end_all_connections
from tests.graded import graded_campaign
from tests.makers import NOW, line, make_campaign

pytestmark = pytest.mark.django_db(transaction=True)


def begun(campaign: Campaign) -> ExportRecord:
    return begin_record(campaign=campaign, kind=ExportKind.LIVE, query=read_query({"format": "trl"}), now=NOW)


def test_a_record_ends_once() -> None:
    record = begun(make_campaign())
    assert (record.query, record.ended_at, record.outcome) == ({"format": "trl"}, None, "")
    end_record(
        record_id=record.pk, outcome=ExportOutcome.COMPLETE, now=NOW, row_count=2, byte_count=9, sha256="ab"
    )
    end_record(record_id=record.pk, outcome=ExportOutcome.CUT, now=timezone.now())
    record.refresh_from_db()
    assert (record.outcome, record.ended_at, record.row_count) == ("complete", NOW, 2)


def test_a_record_is_ended_also_over_a_connection_that_died() -> None:
    record = begun(make_campaign())
    end_all_connections()
    end_record(record_id=record.pk, outcome=ExportOutcome.FAILED, now=NOW)
    record.refresh_from_db()
    assert record.outcome == "failed"


@pytest.mark.parametrize(("is_read", "outcome"), [(True, "complete"), (False, "cut")])
def test_a_live_export_says_whether_it_was_taken_whole(is_read: bool, outcome: str) -> None:
    campaign = graded_campaign([line("p/a", "one")], {"ada": {"p/a": ["good"]}})
    with closing(
        LiveExport(campaign=campaign, query=read_query({}), with_trailer=False, clock=lambda: NOW)
    ) as export:
        chunks = export.chunks()
        content = b"".join(chunks) if is_read else next(chunks)
    record = ExportRecord.objects.get()
    assert (record.outcome, record.row_count, record.byte_count) == (outcome, 1, len(content))
    assert bool(record.sha256) is is_read
