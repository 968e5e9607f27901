"""A small world of committed-looking rows, and ways to write past our own code with bare SQL."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import psycopg
from django.db import DatabaseError, connection, transaction

from annotator.analysis.models import (
    AgreementReport,
    ChainConsensus,
    StepConsensus,
    StepStyle,
    StyleFlag,
    StyleFlagEvent,
    StyleReport,
)
from annotator.api.tokens import create_token
from annotator.assignments.models import (
    Campaign,
    GoldChain,
    GoldGrade,
    Membership,
    TwinDraw,
    TwinPair,
    TwinStudy,
)
from annotator.chains.models import ChainStep, ImportRun
from annotator.exports.models import ExportRecord, Snapshot, SnapshotPart
from annotator.grading.models import Adjudication, Answer, Grade, GradeRevision, Move, Regrade
from annotator.webhooks.models import AllowedHost, Delivery, Endpoint
from taxonomies.models import Criterion, Label, LabelMapping, TaxonomyVersion
from taxonomies.publishing import clone_version
from tests.makers import (
    NOW,
    grade,
    grade_bad,
    make_assignment,
    make_campaign,
    make_chain,
    make_dataset,
    make_user,
)

DONE = {"state": "done", "requested_at": NOW, "finished_at": NOW}


@dataclass
class World:
    """Primary keys by name."""

    pks: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.pks[name]


Breaking: TypeAlias = Callable[[World], object]


def make_world() -> World:
    """Chain `a` (three steps) of problem `p` and `b` of `q` in one dataset, `z` in another; ada has graded `a`."""
    chain, other_chain = make_chain("a"), make_chain("b", problem_id="q", problem="What is q?")
    campaign = make_campaign(annotators=["ada", "ben"], overlap=2)
    version = campaign.taxonomy_version
    assignment = make_assignment(campaign=campaign)
    grade(assignment, 0, labels={"traits": ["terse"]}, texts={"remark": "so"})
    grade_bad(assignment, 1)
    world = World(
        {
            "chain": chain.pk,
            "other_chain": other_chain.pk,
            "foreign_chain": make_chain("z", dataset=make_dataset("elsewhere")).pk,
            "dataset": chain.dataset_id,
            "elsewhere": make_dataset("elsewhere").pk,
            "problem": chain.problem_id,
            "other_problem": other_chain.problem_id,
            "campaign": campaign.pk,
            "version": version.pk,
            "taxonomy": version.taxonomy_id,
            "ada": make_user("ada").pk,
            "ben": make_user("ben").pk,
            "eve": make_user("eve").pk,
            "next_seat": assignment.seat + 1,
            "assignment": assignment.pk,
            "grade": Grade.objects.get(step__index=0).pk,
            "bad_grade": Grade.objects.get(step__index=1).pk,
            "bad_grade_answer": Answer.objects.get(criterion__key="error").pk,
            "label_answer": Answer.objects.get(criterion__key="traits").pk,
            "text_answer": Answer.objects.get(criterion__key="remark").pk,
            "revision": GradeRevision.objects.get(grade__step__index=0).pk,
            "operation": Grade.objects.get(step__index=0).operation_id,
            "membership": Membership.objects.get(user=make_user("ada")).pk,
            "run": ImportRun.objects.filter(dataset=chain.dataset).order_by("pk")[0].pk,
        }
    )
    add_steps(world)
    add_vocabulary(world, version)
    add_move(world)
    add_adjudication(world)
    add_twins(world)
    add_reports(world, campaign)
    add_flag(world, campaign)
    add_webhooks(world, campaign)
    # What was deferred is checked now, so that a table can be truncated in this transaction.
    execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return world


def add_steps(world: World) -> None:
    for name in ("chain", "other_chain", "foreign_chain"):
        for chain_step in ChainStep.objects.filter(chain=world.pks[name]):
            world.pks[f"{name}_step_{chain_step.index}"] = chain_step.step_id


def add_vocabulary(world: World, version: TaxonomyVersion) -> None:
    """Of the published version under their own keys, of the draft after it with `draft_` before them."""
    draft = clone_version(version=version)
    world.pks["draft"] = draft.pk
    for prefix, owner in (("", version), ("draft_", draft)):
        for criterion in Criterion.objects.filter(version=owner):
            world.pks[f"{prefix}{criterion.key}"] = criterion.pk
        for label in Label.objects.filter(version=owner):
            world.pks[f"{prefix}{label.key}"] = label.pk
    mapping = LabelMapping.objects.create(source_id=world.good, to_version=draft, target_id=world.draft_good)
    world.pks["mapping"] = mapping.pk


def add_move(world: World) -> None:
    # Not to the draft, which a test deletes.
    versions = {"from_version_id": world.version, "to_version_id": world.version}
    move = Move.objects.create(campaign_id=world.campaign, mapping={}, **versions, **DONE)
    regrade = Regrade.objects.create(
        move=move,
        assignment_id=world.assignment,
        step_id=world.chain_step_1,
        former_id=world.bad_grade,
        reason="split",
        keys=["error.sign"],
    )
    world.pks.update(move=move.pk, regrade=regrade.pk)


def add_adjudication(world: World) -> None:
    decided = Adjudication.objects.create(
        campaign_id=world.campaign,
        taxonomy_version_id=world.version,
        step_id=world.chain_step_1,
        reviewer_id=world.eve,
        verdict_id=world.good,
        verdict_criterion_id=world.verdict,
        reason="It follows from step 1.",
        revision=1,
        operation_id=uuid.uuid4(),
        operation_digest=b"d" * 32,
        decided_at=NOW,
    )
    world.pks["adjudication"] = decided.pk
    world.pks["decision"] = decided.revisions.get().pk


def add_twins(world: World) -> None:
    """A running study with one pair, of step 2, of which ada was drawn the stored text; and a draft of another feature."""
    made = {"campaign_id": world.campaign, "seed": 1, "made_by_id": world.ada, "made_at": NOW}
    study = TwinStudy.objects.create(feature="bullets", state="running", started_at=NOW, **made)
    draft = TwinStudy.objects.create(feature="emphasis", **made)
    pair = TwinPair.objects.create(
        study=study,
        campaign_id=world.campaign,
        step_id=world.chain_step_2,
        text="- three",
        stored_has_feature=False,
        origin="mechanical",
        made_by_id=world.ada,
        state="confirmed",
        reviewed_by_id=world.eve,
        reviewed_at=NOW,
    )
    draw = TwinDraw.objects.create(
        pair=pair,
        step_id=world.chain_step_2,
        annotator_id=world.ada,
        assignment_id=world.assignment,
        is_twin=False,
        drawn_at=NOW,
    )
    world.pks.update(study=study.pk, draft_study=draft.pk, pair=pair.pk, draw=draw.pk)


def add_reports(world: World, campaign: Campaign) -> None:
    about = {"campaign": campaign, "taxonomy_version_id": world.version, "figures": {}}
    report = AgreementReport.objects.create(**about, **DONE)
    consensus = StepConsensus.objects.create(
        campaign=campaign,
        taxonomy_version_id=world.version,
        report=report,
        step_id=world.chain_step_0,
        counts=[1, 0, 0],
        verdict_id=world.good,
        tie=False,
        provenance="single",
    )
    whole = ChainConsensus.objects.create(
        campaign=campaign,
        taxonomy_version_id=world.version,
        report=report,
        chain_id=world.chain,
        first_error_index=1,
        first_error_defined=True,
        finding="lucky",
        basis="consensus",
        flawed_index=1,
    )
    snapshot = Snapshot.objects.create(campaign=campaign, query={}, digest="0" * 64, row_count=1, **DONE)
    waiting = Snapshot.objects.create(campaign=campaign, query={}, requested_at=NOW)
    part = SnapshotPart.objects.create(
        snapshot=waiting, attempt=1, number=0, after_chain=0, last_chain=1, requested_at=NOW
    )
    about = {"campaign": campaign, "kind": "live", "begun_at": NOW}
    begun = ExportRecord.objects.create(**about)
    record = ExportRecord.objects.create(**about, ended_at=NOW, outcome="complete", sha256="0" * 64)
    gold = GoldChain.objects.create(campaign=campaign, chain_id=world.chain)
    gold_grade = GoldGrade.objects.create(gold_chain=gold, step_id=world.chain_step_0, label_id=world.good)
    token = create_token(
        name="ci",
        campaigns=[campaign],
        scopes=["export:read"],
        owner=None,
        prefix="abc",
        secret="0" * 43,
        expires_at=None,
        now=NOW,
    ).token
    rows = {
        "report": report,
        "consensus": consensus,
        "whole": whole,
        "snapshot": snapshot,
        "part": part,
        "begun_export": begun,
        "ended_export": record,
        "gold": gold,
        "gold_grade": gold_grade,
        "token": token,
    }
    world.pks.update({name: row.pk for name, row in rows.items()})


def add_flag(world: World, campaign: Campaign) -> None:
    style = StyleReport.objects.create(
        campaign=campaign, taxonomy_version_id=world.version, figures={}, **DONE
    )
    numbers = {"effect": 5.0, "low": 1.0, "high": 9.0, "severity": "medium"}
    flag = StyleFlag.objects.create(
        campaign=campaign,
        taxonomy_version_id=world.version,
        report=style,
        feature="bullets",
        estimator="twins",
        scope="pool",
        status="bias",
        first_seen_at=NOW,
        last_seen_at=NOW,
        **numbers,
    )
    event = StyleFlagEvent.objects.create(flag=flag, kind="opened", happened_at=NOW, report=style, **numbers)
    measured = StepStyle.objects.create(step_id=world.chain_step_0, extractor_version=1, values=[0.0])
    world.pks.update(style=style.pk, flag=flag.pk, event=event.pk, measured=measured.pk)


def add_webhooks(world: World, campaign: Campaign) -> None:
    """An endpoint with its second secret, one event that waits to be sent to it, and one that arrived."""
    host = AllowedHost.objects.create(name="ci.example.org", made_at=NOW)
    endpoint = Endpoint.objects.create(
        campaign=campaign,
        url="https://ci.example.org/hook",
        events=["snapshot.sealed"],
        secret_number=2,
        made_at=NOW,
    )
    about = {"endpoint": endpoint, "event": "snapshot.sealed", "body": b"{}", "made_at": NOW}
    delivery = Delivery.objects.create(**about, key="first", next_attempt_at=NOW)
    delivered = Delivery.objects.create(
        **about, key="second", state="delivered", attempt_count=1, last_status=204, ended_at=NOW
    )
    world.pks.update(host=host.pk, endpoint=endpoint.pk, delivery=delivery.pk, delivered=delivered.pk)


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def insert_like(table: str, pk: int, **changes: Any) -> None:
    """A copy of the row under a fresh id, with some columns changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER' AND column_name <> 'id'",
            [table],
        )
        columns = [row[0] for row in cursor.fetchall()]
        assert changes.keys() <= set(columns), changes
        values = ", ".join("%s" if column in changes else f'"{column}"' for column in columns)
        names = ", ".join(f'"{column}"' for column in columns)
        given = [as_sql(changes[column]) for column in columns if column in changes]
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = %s", [*given, pk]
        )


def change(table: str, pk: int, **changes: Any) -> None:
    assignments = ", ".join(f'"{column}" = %s' for column in changes)
    execute(f"UPDATE {table} SET {assignments} WHERE id = %s", *map(as_sql, changes.values()), pk)


def remove(table: str, pk: int) -> None:
    execute(f"DELETE FROM {table} WHERE id = %s", pk)


def truncate(table: str) -> Breaking:
    def breaking(world: World) -> None:
        execute("SET LOCAL stepmark.truncate = ''")
        execute(f"TRUNCATE {table} CASCADE")

    return breaking


def as_sql(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def insert_assignment(world: World, **changes: Any) -> None:
    """Like ada's open one, but ben's in the next seat unless changed."""
    usual = {"annotator_id": world.ben, "seat": 1, "public_id": uuid.uuid4()}
    insert_like("assignments_assignment", world.assignment, **{**usual, **changes})


def insert_grade(world: World, **changes: Any) -> None:
    """Like ada's good grade of step 0, but of step 2 and with an operation of its own unless changed."""
    usual = {"step_id": world.chain_step_2, "operation_id": uuid.uuid4()}
    insert_like("grading_grade", world.grade, **{**usual, **changes})


def insert_whole_chain_grade(world: World, **changes: Any) -> None:
    """What ada answered about the whole of chain `a`."""
    usual = {"step_id": None, "state": "answered", "verdict_id": None}
    insert_grade(world, **{**usual, **changes})


def publish_draft(world: World) -> None:
    change("taxonomies_taxonomyversion", world.draft, status="published", published_at=NOW, digest="0" * 64)


def map_draft(world: World) -> None:
    """Completely: every label of the published version becomes the one of its key."""
    execute(
        "INSERT INTO taxonomies_labelmapping (source_id, to_version_id, target_id)"
        " SELECT l.id, %s, t.id FROM taxonomies_label l JOIN taxonomies_label t ON t.key = l.key AND t.version_id = %s"
        " WHERE l.version_id = %s ON CONFLICT DO NOTHING",
        world.draft,
        world.draft,
        world.version,
    )


def broken_by(breaking: Callable[[], object]) -> str:
    """The name of the constraint or trigger that refuses it, at once or when its transaction would end; never done."""
    try:
        with transaction.atomic():
            breaking()
            execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError as error:
        cause = error.__cause__
        return (isinstance(cause, psycopg.Error) and cause.diag.constraint_name) or str(error)
    return "nothing refused it"


def wait_until_blocked() -> None:
    """Returns once some other session of this database waits for a lock."""
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                " AND pg_sleep(0.01) IS NOT NULL"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")
