import pytest

from taxonomies.mapping import (
    MappingRefused,
    Targets,
    allowed_targets,
    read_mapping,
    save_mapping,
    suggest_mapping,
    unmapped,
)
from taxonomies.models import Criterion, Label, LabelMapping, TaxonomyVersion
from taxonomies.publishing import clone_version
from tests.makers import make_version, small_yaml

pytestmark = pytest.mark.django_db
LABELS = ["verdict.great", "verdict.okay", "verdict.bad", "error_type.sign_error", "error_type.other"]
ASKED_OF_THE_CHAIN = """
  - key: overall
    question: As a whole?
    scope: chain
    labels: [{key: clear, title: Clear, definition: Easy to follow.}]
"""


@pytest.fixture
def old() -> TaxonomyVersion:
    return make_version(small_yaml())


@pytest.fixture
def new(old: TaxonomyVersion) -> TaxonomyVersion:
    """A draft in which a label has another key and one was added."""
    draft = clone_version(version=old)
    Label.objects.filter(version=draft, key="sign_error").update(key="sign")
    error_type = Criterion.objects.get(version=draft, key="error_type")
    Label.objects.create(criterion=error_type, version=draft, key="slip", title="Slip", position=9)
    return draft


def save(old: TaxonomyVersion, new: TaxonomyVersion, targets: Targets) -> None:
    save_mapping(source=old, target=new, targets=targets)


def refusal(old: TaxonomyVersion, new: TaxonomyVersion, targets: Targets) -> MappingRefused:
    with pytest.raises(MappingRefused) as refused:
        save(old, new, targets)
    assert not LabelMapping.objects.exists()
    return refused.value


def test_labels_of_the_same_keys_are_suggested_to_stay(old: TaxonomyVersion, new: TaxonomyVersion) -> None:
    assert suggest_mapping(source=old, target=new) == {
        key: (key,) for key in LABELS if key != "error_type.sign_error"
    }
    assert read_mapping(source=old, target=new) == {}


def test_a_label_that_asks_of_something_else_now_is_not_suggested(
    old: TaxonomyVersion, new: TaxonomyVersion
) -> None:
    Criterion.objects.filter(version=new, key="error_type").update(scope="chain", shown_for=[])
    assert list(suggest_mapping(source=old, target=new)) == LABELS[:3]


def test_kept_renamed_merged_split_and_dropped_are_read_as_they_were_saved(
    old: TaxonomyVersion, new: TaxonomyVersion
) -> None:
    targets = {
        "verdict.great": ("verdict.great",),
        "verdict.okay": ("verdict.great",),
        "verdict.bad": (),
        "error_type.sign_error": ("error_type.sign",),
        "error_type.other": ("error_type.other", "error_type.slip"),
    }
    save(old, new, targets)
    assert read_mapping(source=old, target=new) == targets
    assert unmapped(source=old, target=new) == []


def test_what_is_absent_is_not_decided(old: TaxonomyVersion, new: TaxonomyVersion) -> None:
    save(old, new, {"verdict.bad": ("verdict.bad",), "verdict.okay": ()})
    assert unmapped(source=old, target=new) == [
        "verdict.great",
        "error_type.sign_error",
        "error_type.other",
    ]


def test_saving_again_replaces_the_mapping(old: TaxonomyVersion, new: TaxonomyVersion) -> None:
    save(old, new, {"verdict.great": (), "verdict.bad": ("verdict.bad", "verdict.okay"), "verdict.okay": ()})
    kept = LabelMapping.objects.get(target__key="bad").pk
    save(old, new, {"verdict.great": ("verdict.great",), "verdict.bad": ("verdict.bad",)})
    assert read_mapping(source=old, target=new) == {
        "verdict.great": ("verdict.great",),
        "verdict.bad": ("verdict.bad",),
    }
    assert LabelMapping.objects.get(target__key="bad").pk == kept
    save(old, new, {"verdict.bad": ()})
    assert read_mapping(source=old, target=new) == {"verdict.bad": ()}


def test_a_verdict_becomes_a_verdict_and_a_label_of_the_chain_one_of_the_chain() -> None:
    old = make_version(small_yaml() + ASKED_OF_THE_CHAIN)
    new = clone_version(version=old)
    assert allowed_targets(source=old, target=new) == {
        **dict.fromkeys(LABELS[:3], tuple(LABELS[:3])),
        **dict.fromkeys(LABELS[3:], tuple(LABELS[3:])),
        "overall.clear": ("overall.clear",),
    }


@pytest.mark.parametrize(
    ("key", "targets", "words"),
    [
        ("verdict.bad", ["error_type.sign"], "cannot become 'error_type.sign'"),
        ("error_type.other", ["verdict.bad"], "cannot become"),
        ("error_type.other", ["error_type.sign_error"], "cannot become"),
        ("error_type.other", ["error_type.slip\x00"], "cannot become"),
        ("error_type.other", ["error_type.slip", "error_type.slip"], "chosen twice"),
        ("error_type.slip", ["error_type.slip"], "no such label"),
    ],
)
def test_a_label_cannot_become_anything(
    old: TaxonomyVersion, new: TaxonomyVersion, key: str, targets: list[str], words: str
) -> None:
    refused = refusal(old, new, {key: targets, "verdict.okay": ["verdict.okay"]})
    assert list(refused.problems) == [key]
    assert words in refused.problems[key]


def test_nothing_is_mapped_backwards_or_from_a_draft_or_to_another_taxonomy(
    old: TaxonomyVersion, new: TaxonomyVersion
) -> None:
    assert "not a later version" in str(refusal(new, old, {}))
    assert "not a later version" in str(refusal(old, old, {}))
    assert "not a later version" in str(refusal(old, make_version(small_yaml(key="other")), {}))


def test_a_draft_that_was_edited_since_leaves_its_labels_to_be_decided(
    old: TaxonomyVersion, new: TaxonomyVersion
) -> None:
    save(old, new, {"error_type.other": ("error_type.other",), "error_type.sign_error": ("error_type.sign",)})
    Label.objects.get(version=new, key="sign").delete()
    Criterion.objects.filter(version=new, key="error_type").update(scope="chain", shown_for=[])
    assert read_mapping(source=old, target=new) == {}
    assert len(unmapped(source=old, target=new)) == len(LABELS)
