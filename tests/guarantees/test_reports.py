from functools import partial

import pytest
from psycopg.types.json import Jsonb

from tests.guarantees.breaking import Breaking, World, broken_by, change, insert_like, remove, truncate
from tests.makers import NOW

SNAPSHOT = "exports_snapshot"
PART = "exports_snapshotpart"
RECORD = "exports_exportrecord"
WHOLE = "analysis_chainconsensus"
FLAG = "analysis_styleflag"
EVENT = "analysis_styleflagevent"


def ask_twice(table: str, name: str) -> Breaking:
    def breaking(world: World) -> None:
        for state in ("queued", "running"):
            insert_like(table, world.pks[name], state=state, finished_at=None)

    return breaking


def cases_of_report(table: str, name: str) -> dict[str, list[Breaking]]:
    kind = table.removeprefix("analysis_")
    return {
        f"{kind}_is_finished_exactly_when_it_says_when": [
            lambda w: change(table, w.pks[name], finished_at=None),
            lambda w: change(table, w.pks[name], state="queued"),
        ],
        f"{kind}_progress_stays_within_its_total": [
            lambda w: change(table, w.pks[name], progress_done=2, progress_total=1),
        ],
        f"{kind}_is_done_only_with_figures": [lambda w: change(table, w.pks[name], figures=None)],
        f"a_campaign_waits_for_one_{kind}": [ask_twice(table, name)],
    }


CASES: dict[str, list[Breaking]] = {
    **cases_of_report("analysis_agreementreport", "report"),
    **cases_of_report("analysis_stylereport", "style"),
    "a_step_has_one_consensus": [lambda w: insert_like("analysis_stepconsensus", w.consensus)],
    "a_tie_has_no_verdict_unless_adjudicated": [
        lambda w: change("analysis_stepconsensus", w.consensus, tie=True),
    ],
    "a_consensus_has_a_provenance_exactly_with_a_verdict": [
        lambda w: change("analysis_stepconsensus", w.consensus, provenance=""),
        lambda w: change("analysis_stepconsensus", w.consensus, verdict_id=None),
    ],
    "a_chain_has_one_consensus": [lambda w: insert_like(WHOLE, w.whole)],
    "a_first_error_is_defined": [lambda w: change(WHOLE, w.whole, first_error_defined=False)],
    "a_finding_says_its_basis": [
        lambda w: change(WHOLE, w.whole, basis=""),
        lambda w: change(WHOLE, w.whole, finding=""),
    ],
    "a_step_is_measured_once_by_a_version": [lambda w: insert_like("analysis_stepstyle", w.measured)],
    "a_feature_is_flagged_once_per_subject": [lambda w: insert_like(FLAG, w.flag)],
    "only_an_experiment_shows_bias": [
        lambda w: change(FLAG, w.flag, estimator="association"),
        lambda w: change(FLAG, w.flag, status="association"),
        lambda w: change(FLAG, w.flag, estimator="peers"),
        lambda w: change(FLAG, w.flag, status="deviation"),
        lambda w: change(FLAG, w.flag, scope="annotator", member_id=w.membership),
    ],
    "a_flag_names_its_subject": [
        lambda w: change(FLAG, w.flag, member_id=w.membership),
        lambda w: change(FLAG, w.flag, scope="label"),
    ],
    "a_flags_interval_holds_its_effect": [
        lambda w: change(FLAG, w.flag, low=6.0),
        lambda w: change(FLAG, w.flag, high=4.0),
    ],
    "a_flag_is_closed_exactly_when_it_says_when": [
        lambda w: change(FLAG, w.flag, state="closed"),
        lambda w: change(FLAG, w.flag, closed_at=NOW),
    ],
    "a_flag_is_resolved_with_a_note": [lambda w: change(FLAG, w.flag, state="resolved")],
    "an_event_of_a_flag_has_one_author": [
        lambda w: insert_like(EVENT, w.event, report_id=None),
        lambda w: insert_like(EVENT, w.event, person_id=w.eve),
        lambda w: insert_like(EVENT, w.event, kind="resolved"),
    ],
    "the_history_of_a_flag_is_append_only": [
        lambda w: change(EVENT, w.event, note="Never mind."),
        lambda w: remove(EVENT, w.event),
    ],
    "analysis_styleflagevent_is_never_truncated": [truncate(EVENT)],
    "snapshot_is_finished_exactly_when_it_says_when": [
        lambda w: insert_like(SNAPSHOT, w.snapshot, finished_at=None),
    ],
    "snapshot_progress_stays_within_its_total": [
        lambda w: insert_like(SNAPSHOT, w.snapshot, progress_done=2, progress_total=1),
    ],
    "a_snapshot_is_done_exactly_when_it_has_a_digest": [
        lambda w: insert_like(SNAPSHOT, w.snapshot, digest=""),
        lambda w: insert_like(SNAPSHOT, w.snapshot, row_count=None),
        lambda w: insert_like(SNAPSHOT, w.snapshot, state="failed"),
    ],
    "a_sealed_snapshot_never_changes": [
        lambda w: change(SNAPSHOT, w.snapshot, digest="1" * 64),
        lambda w: change(SNAPSHOT, w.snapshot, state="failed", digest=""),
        lambda w: remove(SNAPSHOT, w.snapshot),
    ],
    "exports_snapshot_is_never_truncated": [truncate(SNAPSHOT)],
    "snapshotpart_is_finished_exactly_when_it_says_when": [
        lambda w: change(PART, w.part, finished_at=NOW),
    ],
    "snapshotpart_progress_stays_within_its_total": [
        lambda w: change(PART, w.part, progress_done=2, progress_total=1),
    ],
    "a_part_of_an_attempt_has_one_number": [lambda w: insert_like(PART, w.part)],
    "a_part_holds_a_range_of_chains": [lambda w: change(PART, w.part, last_chain=0)],
    "an_export_has_an_outcome_exactly_when_ended": [
        lambda w: change(RECORD, w.begun_export, outcome="cut"),
        lambda w: change(RECORD, w.begun_export, ended_at=NOW),
    ],
    "a_complete_export_has_a_hash": [
        lambda w: change(RECORD, w.begun_export, ended_at=NOW, outcome="complete"),
    ],
    "only_a_snapshot_has_files": [
        lambda w: insert_like(RECORD, w.begun_export, kind="snapshot"),
        lambda w: insert_like(RECORD, w.begun_export, kind="file", file_name="README.md"),
        lambda w: insert_like(RECORD, w.begun_export, snapshot_id=w.snapshot),
        lambda w: insert_like(RECORD, w.begun_export, kind="file", snapshot_id=w.snapshot),
    ],
    "an_export_ends_once": [lambda w: change(RECORD, w.ended_export, row_count=1)],
    "what_was_exported_is_never_changed": [
        lambda w: change(RECORD, w.begun_export, asked_with="abc"),
        lambda w: change(RECORD, w.begun_export, query=Jsonb({"format": "trl"})),
    ],
    "an_export_record_is_never_deleted": [lambda w: remove(RECORD, w.begun_export)],
    "exports_exportrecord_is_never_truncated": [truncate(RECORD)],
    "a_token_has_a_scope": [lambda w: change("api_token", w.token, scopes=[])],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)
