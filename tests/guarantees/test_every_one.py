"""No constraint or trigger without a test that tries to break it."""

import re

import pytest
from django.apps import apps
from django.db import connection

from tests.guarantees import (
    test_adjudications,
    test_assignments,
    test_chains,
    test_grading,
    test_reports,
    test_taxonomies,
    test_twins,
    test_webhooks,
)

OURS = (
    "accounts",
    "taxonomies",
    "chains",
    "assignments",
    "webhooks",
    "grading",
    "analysis",
    "exports",
    "api",
)
# What Django and PostgreSQL name by themselves.
NAMED_BY_ITSELF = re.compile(r".*(_fk_\w+|_pkey|_key|_uniq|_check)")
# They hold a primary key, so nothing can break them alone; composite foreign keys point at them.
TARGETS = {
    "assignment_with_what_it_is_about",
    "chain_with_its_dataset",
    "criterion_with_its_version",
    "criterion_with_its_version_and_kind",
    "criterion_with_its_version_and_scope",
    "criterion_with_whether_it_is_the_verdict",
    "grade_with_its_version_and_scope",
    "label_with_its_criterion_and_version",
    "pair_with_its_step",
    "problem_with_its_dataset",
    "study_with_its_campaign",
}
# It does something instead of refusing something; test_adjudications and test_grading look at what.
DOERS = {"every_revision_of_a_decision_is_kept", "every_revision_of_a_grade_is_kept"}


@pytest.mark.django_db
def test_every_named_constraint_and_trigger_has_a_case_that_breaks_it() -> None:
    modules = (
        test_adjudications,
        test_assignments,
        test_chains,
        test_grading,
        test_reports,
        test_taxonomies,
        test_twins,
        test_webhooks,
    )
    tested = {name for module in modules for name in module.CASES}
    assert named_in_the_database() == tested | TARGETS | DOERS


def named_in_the_database() -> set[str]:
    tables = [
        model._meta.db_table
        for label in OURS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname FROM pg_constraint WHERE conrelid = ANY(%(tables)s::regclass[]) AND contype <> 'n'
            UNION SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
                WHERE indisunique AND indrelid = ANY(%(tables)s::regclass[])
            UNION SELECT tgname FROM pg_trigger WHERE tgrelid = ANY(%(tables)s::regclass[]) AND NOT tgisinternal
                AND tgname NOT LIKE 'pgtrigger%%'
            """,
            {"tables": tables},
        )
        return {row[0] for row in cursor.fetchall() if not NAMED_BY_ITSELF.fullmatch(row[0])}
