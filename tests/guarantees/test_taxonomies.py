from functools import partial

import pytest

from taxonomies.models import Label
from tests.guarantees.breaking import (
    Breaking,
    World,
    broken_by,
    change,
    execute,
    insert_like,
    publish_draft,
    remove,
    truncate,
)
from tests.makers import NOW, make_version, small_yaml

VERSION = "taxonomies_taxonomyversion"
CRITERION = "taxonomies_criterion"
LABEL = "taxonomies_label"
MAPPING = "taxonomies_labelmapping"


def publish_after(*breakings: Breaking) -> Breaking:
    def breaking(world: World) -> None:
        for spoil in breakings:
            spoil(world)
        publish_draft(world)

    return breaking


def after_retiring(breaking: Breaking) -> Breaking:
    def both(world: World) -> None:
        change(VERSION, world.version, status="retired")
        breaking(world)

    return both


def without_labels(criterion: str) -> Breaking:
    return lambda world: execute("DELETE FROM taxonomies_label WHERE criterion_id = %s", world.pks[criterion])


def drop_label_twice(world: World) -> None:
    for _ in range(2):
        insert_like(MAPPING, world.mapping, source_id=world.okay, target_id=None)


def drop_and_keep_a_label(world: World) -> None:
    insert_like(MAPPING, world.mapping, source_id=world.okay, target_id=None)
    insert_like(MAPPING, world.mapping, source_id=world.okay)


def map_backwards(world: World) -> None:
    publish_draft(world)
    insert_like(
        MAPPING,
        world.mapping,
        source_id=world.draft_good,
        to_version_id=world.version,
        target_id=world.good,
    )


def map_to_another_taxonomy(world: World) -> None:
    other = make_version(small_yaml())
    label = Label.objects.get(version=other, key="great")
    insert_like(MAPPING, world.mapping, to_version_id=other.pk, target_id=label.pk)


def map_a_label_of_a_step_to_one_of_the_chain(world: World) -> None:
    change(CRITERION, world.draft_traits, scope="chain")
    insert_like(MAPPING, world.mapping, source_id=world.terse, target_id=world.draft_terse)


CASES: dict[str, list[Breaking]] = {
    "a_taxonomy_key_is_a_plain_word": [
        lambda w: insert_like("taxonomies_taxonomy", w.taxonomy, key="Every kind"),
    ],
    "a_version_number_is_used_once": [lambda w: change(VERSION, w.draft, number=1)],
    "a_taxonomy_has_one_draft": [lambda w: insert_like(VERSION, w.draft, number=9)],
    "a_version_has_digest_and_date_unless_draft": [
        lambda w: change(VERSION, w.draft, digest="0" * 64),
        lambda w: change(VERSION, w.draft, published_at=NOW),
        lambda w: change(VERSION, w.draft, status="published", published_at=NOW),
    ],
    "a_published_version_is_frozen": [
        lambda w: change(VERSION, w.version, guidelines="Anything goes."),
        lambda w: change(VERSION, w.version, number=7),
        lambda w: change(VERSION, w.version, content_features=["bullets"]),
        lambda w: change(VERSION, w.version, status="retired", content_features=["bullets"]),
        lambda w: change(VERSION, w.version, status="draft", published_at=None, digest=""),
        lambda w: change(VERSION, w.version, status="retired", guidelines="Anything goes."),
        lambda w: remove(VERSION, w.version),
        lambda w: insert_like(VERSION, w.version, number=9),
        after_retiring(lambda w: change(VERSION, w.version, status="published")),
        after_retiring(lambda w: change(VERSION, w.version, guidelines="Anything goes.")),
    ],
    "a_version_is_whole_when_published": [
        publish_after(without_labels("draft_verdict"), lambda w: remove(CRITERION, w.draft_verdict)),
        publish_after(without_labels("draft_verdict")),
        publish_after(without_labels("draft_error")),
        publish_after(lambda w: remove(LABEL, w.draft_good), lambda w: remove(LABEL, w.draft_bad)),
        publish_after(lambda w: change(LABEL, w.draft_good, value=None)),
        publish_after(lambda w: change(LABEL, w.draft_sign, value=0)),
        publish_after(lambda w: change(LABEL, w.draft_terse, criterion_id=w.draft_remark)),
    ],
    "a_criterion_key_is_used_once_in_a_version": [lambda w: insert_like(CRITERION, w.draft_error)],
    "a_version_has_at_most_one_verdict": [lambda w: insert_like(CRITERION, w.draft_verdict, key="second")],
    "a_criterion_key_is_a_plain_word": [lambda w: change(CRITERION, w.draft_error, key="error.type")],
    "a_verdict_asks_for_one_required_label_of_every_step": [
        lambda w: change(CRITERION, w.draft_verdict, kind="many"),
        lambda w: change(CRITERION, w.draft_verdict, required=False),
        lambda w: change(CRITERION, w.draft_verdict, shown_for=["error.sign"]),
        lambda w: change(CRITERION, w.draft_verdict, scope="chain"),
    ],
    "a_published_criterion_is_frozen": [
        lambda w: change(CRITERION, w.error, question="Which?"),
        lambda w: remove(CRITERION, w.error),
        lambda w: insert_like(CRITERION, w.error, key="another"),
        lambda w: change(CRITERION, w.draft_error, version_id=w.version),
        lambda w: change(CRITERION, w.error, version_id=w.draft),
        after_retiring(lambda w: insert_like(CRITERION, w.error, key="another")),
    ],
    "a_published_label_is_frozen": [
        lambda w: change(LABEL, w.good, value=-1),
        lambda w: remove(LABEL, w.good),
        lambda w: insert_like(LABEL, w.good, key="another"),
        lambda w: change(LABEL, w.draft_sign, version_id=w.version, criterion_id=w.error, key="another"),
        lambda w: change(LABEL, w.sign, version_id=w.draft, criterion_id=w.draft_error, key="another"),
        after_retiring(lambda w: insert_like(LABEL, w.good, key="another")),
    ],
    "a_label_has_the_version_of_its_criterion": [
        lambda w: change(LABEL, w.draft_sign, criterion_id=w.error, key="another"),
        lambda w: insert_like(LABEL, w.draft_sign, criterion_id=w.error, key="another"),
    ],
    "a_label_key_is_used_once_in_a_criterion": [lambda w: insert_like(LABEL, w.draft_sign)],
    "a_label_key_is_a_plain_word": [lambda w: change(LABEL, w.draft_sign, key="Sign")],
    "a_label_value_is_minus_one_zero_or_one": [lambda w: change(LABEL, w.draft_good, value=2)],
    "a_hotkey_is_one_letter_or_digit": [lambda w: change(LABEL, w.draft_good, hotkey="!")],
    "a_label_maps_to_a_target_once": [
        lambda w: insert_like(MAPPING, w.mapping),
        drop_label_twice,
    ],
    "a_mapping_fits_both_versions": [
        lambda w: insert_like(MAPPING, w.mapping, source_id=w.draft_good),
        lambda w: insert_like(MAPPING, w.mapping, target_id=w.good),
        lambda w: insert_like(MAPPING, w.mapping, target_id=w.draft_sign),
        lambda w: insert_like(MAPPING, w.mapping, source_id=w.sign, target_id=w.draft_good),
        lambda w: insert_like(MAPPING, w.mapping, target_id=None),
        lambda w: change(MAPPING, w.mapping, source_id=w.sign),
        drop_and_keep_a_label,
        map_backwards,
        map_to_another_taxonomy,
        map_a_label_of_a_step_to_one_of_the_chain,
    ],
    **{f"{table}_is_never_truncated": [truncate(table)] for table in (VERSION, CRITERION, LABEL)},
    **{
        f"history_of_{model}_is_never_truncated": [truncate(f"taxonomies_{model}event")]
        for model in ("taxonomy", "taxonomyversion", "criterion", "label", "labelmapping")
    },
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)


def test_a_published_version_can_be_retired_and_a_draft_changed_and_deleted(world: World) -> None:
    assert broken_by(partial(retire_and_delete_draft, world)) == "nothing refused it"


def retire_and_delete_draft(world: World) -> None:
    change(VERSION, world.version, status="retired")
    change(LABEL, world.draft_good, title="Fine")
    remove(MAPPING, world.mapping)
    execute("DELETE FROM taxonomies_label WHERE version_id = %s", world.draft)
    execute("DELETE FROM taxonomies_criterion WHERE version_id = %s", world.draft)
    remove(VERSION, world.draft)
