import pytest
from django.db import IntegrityError, transaction

from taxonomies.content import content_of, digest_of
from taxonomies.models import Criterion, Label, TaxonomyVersion
from taxonomies.publishing import (
    NotPublishable,
    VersionRefused,
    clone_version,
    latest_published,
    publish,
    retire,
)
from tests.makers import NOW, make_version, small_yaml


@pytest.mark.django_db
def test_publishing_freezes_the_content_under_its_digest() -> None:
    draft = make_version(small_yaml(), publish=False)
    version = publish(version=draft, now=NOW)
    assert (version.status, version.published_at) == ("published", NOW)
    assert version.digest == digest_of(content_of(version))
    with pytest.raises(IntegrityError, match="it can be retired, nothing else"), transaction.atomic():
        TaxonomyVersion.objects.filter(pk=version.pk).update(guidelines="Other.")
    with pytest.raises(IntegrityError, match="clone it"), transaction.atomic():
        Label.objects.filter(version=version).update(title="Other")


@pytest.mark.django_db
def test_an_unfinished_draft_stays_a_draft_and_says_all_that_is_missing() -> None:
    draft = make_version(small_yaml(), publish=False)
    Label.objects.filter(version=draft).update(definition="", hotkey="")
    with pytest.raises(NotPublishable) as refused:
        publish(version=draft, now=NOW)
    assert len(refused.value.problems) == 5 + 3
    draft.refresh_from_db()
    assert (draft.status, draft.digest) == ("draft", "")


@pytest.mark.django_db
def test_a_version_is_published_once() -> None:
    with pytest.raises(NotPublishable, match="already published"):
        publish(version=make_version(small_yaml()), now=NOW)


@pytest.mark.django_db
def test_a_clone_is_the_next_draft_with_the_same_content() -> None:
    version = make_version(small_yaml())
    draft = clone_version(version=version)
    assert (draft.number, draft.status) == (2, "draft")
    assert content_of(draft) == content_of(version)
    assert not set(Criterion.objects.filter(version=draft)) & set(Criterion.objects.filter(version=version))


@pytest.mark.django_db
def test_a_taxonomy_has_one_draft_at_a_time() -> None:
    version = make_version(small_yaml())
    clone_version(version=version)
    with pytest.raises(VersionRefused, match="has a draft, version 2"):
        clone_version(version=version)


@pytest.mark.django_db
def test_only_a_published_version_is_retired() -> None:
    draft = make_version(small_yaml(), publish=False)
    with pytest.raises(VersionRefused, match="is draft"):
        retire(version=draft)
    version = retire(version=publish(version=draft, now=NOW))
    assert version.status == "retired"
    with pytest.raises(VersionRefused, match="is retired"):
        retire(version=version)


@pytest.mark.django_db
def test_campaigns_get_the_latest_published_version() -> None:
    with pytest.raises(VersionRefused, match="no taxonomy 'small'"):
        latest_published(key="small")
    draft = make_version(small_yaml(), publish=False)
    with pytest.raises(VersionRefused, match="no published version"):
        latest_published(key="small")
    first = publish(version=draft, now=NOW)
    second = publish(version=clone_version(version=first), now=NOW)
    assert latest_published(key="small") == second
    retire(version=second)
    assert latest_published(key="small") == first
