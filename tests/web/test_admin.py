"""The admin as researchers use it: through its forms, with what the database and the rights allow."""

from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.forms import MultipleChoiceField
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.accounts.models import User
from annotator.assignments.models import Campaign, Membership
from annotator.chains.models import Chain, Dataset, ImportRun, Problem, Step
from taxonomies.content import content_of, digest_of
from taxonomies.models import Criterion, Label, Taxonomy, TaxonomyVersion
from taxonomies.publishing import clone_version
from tests.makers import make_assignment, make_campaign, make_chain, make_user, make_version, small_yaml

pytestmark = pytest.mark.django_db
Fields = dict[str, Any]


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", researcher=True)


@pytest.fixture
def researcher(rosa: User) -> Client:
    client = Client()
    client.force_login(rosa)
    return client


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(User.objects.create(username="root", is_staff=True, is_superuser=True))
    return client


def version_url(version: TaxonomyVersion, view: str = "change") -> str:
    return reverse(f"admin:taxonomies_taxonomyversion_{view}", args=[version.pk])


def posted(form: Any) -> Fields:
    """What a browser would send back for a bound or unbound form or formset as it stands."""
    if hasattr(form, "management_form"):
        fields = posted(form.management_form)
        for inner in form.forms:
            fields |= posted(inner)
            for nested in getattr(inner, "nested_formsets", []):
                fields |= posted(nested.formset)
        return fields
    values = {bound.html_name: sent(bound) for bound in form}
    # An empty choice and an unticked box send nothing. 0 is a value.
    return {name: value for name, value in values.items() if value is not None and value is not False}


def sent(bound: Any) -> Any:
    value = bound.value()
    if isinstance(bound.field, MultipleChoiceField):
        return value or None
    return ",".join(value) if isinstance(value, list) else value


def version_form(client: Client, version: TaxonomyVersion) -> Fields:
    response = client.get(version_url(version))
    assert response.status_code == 200
    fields = posted(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        fields |= posted(inline.formset)
    return fields | {"_continue": "1"}


def test_only_staff_reaches_the_admin(client: Client) -> None:
    client.force_login(make_user("ann"))
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(url).status_code in (302, 403)


def test_every_list_opens_for_a_researcher(researcher: Client) -> None:
    version = make_version(small_yaml())
    make_chain()
    make_campaign(version=version)
    for model in (Taxonomy, TaxonomyVersion, Dataset, ImportRun, Problem, Chain, Step, Campaign, User):
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert researcher.get(url, {"q": "x"}).status_code == 200, url


def test_the_admin_has_its_own_content_policy(researcher: Client) -> None:
    policy = researcher.get("/admin/")["Content-Security-Policy"]
    assert "'unsafe-eval'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in researcher.get("/nowhere/")["Content-Security-Policy"]


def test_a_draft_is_edited_with_its_criteria_and_labels_in_one_form(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft)
    fields |= {
        "guidelines": "Look.\r\nTwice.",
        "criteria-0-question": "Right?",
        "criteria-1-labels-0-title": "Sign",
    }
    fields |= {
        "criteria-1-labels-TOTAL_FORMS": 3,
        "criteria-1-labels-2-key": "units",
        "criteria-1-labels-2-title": "Units",
    }
    fields |= {"criteria-1-labels-2-position": 0, "criteria-1-labels-2-tone": "neutral"}
    assert researcher.post(version_url(draft), fields).status_code == 302
    content = content_of(TaxonomyVersion.objects.get())
    assert content["guidelines"] == "Look.\nTwice."
    assert content["criteria"][0]["question"] == "Right?"
    assert [label["title"] for label in content["criteria"][1]["labels"]] == ["Sign", "Other", "Units"]


def test_saving_an_untouched_draft_changes_nothing(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    before = digest_of(content_of(draft))
    assert researcher.post(version_url(draft), version_form(researcher, draft)).status_code == 302
    draft.refresh_from_db()
    assert digest_of(content_of(draft)) == before


def test_a_new_criterion_comes_with_its_labels(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft)
    fields |= {"criteria-TOTAL_FORMS": 3, "criteria-2-question": "How bad?", "criteria-2-key": "severity"}
    fields |= {"criteria-2-kind": "one", "criteria-2-position": 0, "criteria-2-shown_for": "verdict.bad"}
    fields |= {"criteria-2-scope": "step"}
    fields |= {"criteria-2-labels-TOTAL_FORMS": 1, "criteria-2-labels-INITIAL_FORMS": 0}
    fields |= {"criteria-2-labels-0-key": "high", "criteria-2-labels-0-title": "High"}
    fields |= {"criteria-2-labels-0-tone": "bad", "criteria-2-labels-0-position": 0}
    assert researcher.post(version_url(draft), fields).status_code == 302
    label = Label.objects.get(key="high")
    assert (label.criterion.key, label.version) == ("severity", draft)
    assert [criterion.key for criterion in draft.criteria.all()] == ["verdict", "error_type", "severity"]


def test_labels_and_criteria_of_a_draft_can_be_removed(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft) | {"criteria-0-labels-1-DELETE": "on", "criteria-1-DELETE": "on"}
    assert researcher.post(version_url(draft), fields).status_code == 302
    assert sorted(Label.objects.values_list("key", flat=True)) == ["bad", "great"]


def test_the_verdict_can_move_to_another_criterion(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft) | {
        "criteria-1-is_verdict": "on",
        "criteria-1-required": "on",
        "criteria-1-shown_for": "",
    }
    del fields["criteria-0-is_verdict"]
    assert researcher.post(version_url(draft), fields).status_code == 302
    assert Criterion.objects.get(is_verdict=True).key == "error_type"
    # And back: now the new verdict is saved before the old one.
    fields = version_form(researcher, draft) | {"criteria-0-is_verdict": "on"}
    del fields["criteria-1-is_verdict"]
    assert researcher.post(version_url(draft), fields).status_code == 302
    assert Criterion.objects.get(is_verdict=True).key == "verdict"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"criteria-1-is_verdict": "on", "criteria-1-required": "on", "criteria-1-shown_for": ""}, "Only one criterion is the verdict"),
        ({"criteria-0-kind": "many"}, "The verdict asks for one label."),
        ({"criteria-0-shown_for": "error_type.other"}, "The verdict is asked of every step"),
        ({"criteria-1-key": "verdict"}, "Please correct the duplicate"),
        ({"criteria-1-key": "Error type"}, "Use small letters, digits and underscores"),
        ({"criteria-0-labels-0-key": "bad"}, "Please correct the duplicate"),
        ({"criteria-0-labels-0-hotkey": "?"}, "One small letter or digit."),
        ({"criteria-0-labels-0-value": "7"}, "Select a valid choice"),
        ({"criteria-0-labels-0-position": "x"}, "Enter a whole number"),
        ({"criteria-0-labels-0-title": "\x00"}, "Null characters are not allowed"),
        ({"criteria-0-labels-0-tone": ""}, "This field is required"),
    ],
)  # fmt: skip
def test_what_a_draft_cannot_be_is_said_in_the_form(researcher: Client, change: Fields, words: str) -> None:
    draft = make_version(small_yaml(), publish=False)
    response = researcher.post(version_url(draft), version_form(researcher, draft) | change)
    assert response.status_code == 200
    assert words in unescape(response.content.decode())


@pytest.mark.parametrize(
    "change", [{"criteria-TOTAL_FORMS": "x"}, {"criteria-0-id": "x"}, {"criteria-0-labels-TOTAL_FORMS": ""}]
)
def test_a_broken_form_is_no_server_error(researcher: Client, change: Fields) -> None:
    draft = make_version(small_yaml(), publish=False)
    response = researcher.post(version_url(draft), version_form(researcher, draft) | change)
    assert response.status_code in (200, 400)


def test_a_published_version_is_shown_and_not_edited(researcher: Client) -> None:
    version = make_version(small_yaml())
    page = researcher.get(version_url(version))
    assert page.status_code == 200
    assert "Sign error" in page.content.decode()
    assert researcher.post(version_url(version), {"guidelines": "Other."}).status_code == 403
    assert researcher.post(version_url(version, "delete"), {"post": "yes"}).status_code == 403


def test_publishing_asks_first_and_then_freezes(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    url = version_url(draft, "publish_version")
    asked = researcher.get(url)
    assert "Publish Small, version 1?" in asked.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert researcher.post(url).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "published"
    assert researcher.post(url).status_code == 403


def test_publishing_an_unfinished_draft_says_what_is_missing(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    Label.objects.filter(key="bad").update(definition="", hotkey="n")
    for response in (
        researcher.get(version_url(draft, "publish_version"), follow=True),
        researcher.post(version_url(draft, "publish_version"), follow=True),
    ):
        page = unescape(response.content.decode())
        assert "verdict.bad has no definition" in page
        assert "verdict.bad is a verdict and needs a key from 1 to 9" in page
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_version_is_cloned_and_retired_after_asking(researcher: Client) -> None:
    version = make_version(small_yaml())
    assert "next draft" in researcher.get(version_url(version, "clone")).content.decode()
    assert researcher.post(version_url(version, "clone")).status_code == 302
    draft = TaxonomyVersion.objects.get(status="draft")
    assert draft.number == 2
    again = researcher.post(version_url(version, "clone"), follow=True)
    assert "has a draft, version 2" in again.content.decode()
    assert "No new campaign" in researcher.get(version_url(version, "retire_version")).content.decode()
    assert researcher.post(version_url(version, "retire_version")).status_code == 302
    version.refresh_from_db()
    assert version.status == "retired"


@pytest.mark.parametrize("view", ["publish_version", "retire_version", "clone"])
@pytest.mark.parametrize("pk", ["abc", "999999", "99999999999999999999"])
def test_actions_on_a_version_that_is_not_there_are_refused(researcher: Client, view: str, pk: str) -> None:
    assert researcher.get(f"/admin/taxonomies/taxonomyversion/{pk}/{view}/").status_code in (403, 404)


def test_a_new_taxonomy_starts_with_a_draft(researcher: Client) -> None:
    url = reverse("admin:taxonomies_taxonomy_add")
    response = researcher.post(url, {"title": "Law", "key": "law", "domain": "law", "description": ""})
    draft = TaxonomyVersion.objects.get()
    assert (draft.taxonomy.key, draft.number, draft.status) == ("law", 1, "draft")
    assert response["Location"] == version_url(draft)
    assert researcher.get(version_url(draft)).status_code == 200


def test_a_draft_can_be_deleted_and_started_again(researcher: Client) -> None:
    draft = make_version(small_yaml(), publish=False)
    assert researcher.post(version_url(draft, "delete"), {"post": "yes"}).status_code == 302
    assert not TaxonomyVersion.objects.exists()
    url = reverse("admin:taxonomies_taxonomy_new_draft", args=[draft.taxonomy_id])
    assert researcher.get(url).status_code == 200
    assert not TaxonomyVersion.objects.exists()
    assert researcher.post(url).status_code == 302
    assert TaxonomyVersion.objects.get().status == "draft"


def test_the_next_draft_of_a_published_taxonomy_is_a_clone(researcher: Client) -> None:
    version = make_version(small_yaml())
    url = reverse("admin:taxonomies_taxonomy_new_draft", args=[version.taxonomy_id])
    assert researcher.get(url)["Location"] == version_url(version, "clone")
    clone_version(version=version)
    assert researcher.get(url).status_code == 403


def campaign_fields(version: TaxonomyVersion, *members: Fields) -> Fields:
    dataset = Dataset.objects.get_or_create(key="chains", title="Chains")[0]
    fields: Fields = {"title": "Run", "key": "run", "dataset": dataset.pk, "taxonomy_version": version.pk}
    fields |= {"status": "active", "overlap": 2, "lease_minutes": 240, "plain_share": 0}
    fields |= {"contested_below": 0.75}
    fields |= {"after_first_error": "stop", "reveal": "all", "reference": "hidden", "alternatives": "none"}
    return {f"campaign-{name}": value for name, value in fields.items()} | member_fields(*members)


def member_fields(*members: Fields, initial: int = 0) -> Fields:
    fields: Fields = {"memberships-TOTAL_FORMS": len(members), "memberships-INITIAL_FORMS": initial}
    for position, member in enumerate(members):
        usual = {"role": "annotator", "state": "active", "pseudonym": ""}
        fields |= {f"memberships-{position}-{name}": value for name, value in (usual | member).items()}
    return fields


def test_a_researcher_makes_a_campaign_and_is_its_researcher(researcher: Client, rosa: User) -> None:
    ann, bob = make_user("ann"), make_user("bob")
    fields = campaign_fields(make_version(small_yaml()), {"user": ann.pk}, {"user": bob.pk, "pseudonym": "B"})
    assert researcher.post(reverse("admin:assignments_campaign_add"), fields).status_code == 302
    members = {member.user: member for member in Membership.objects.all()}
    assert {user.username: member.role for user, member in members.items()} == {
        "ann": "annotator",
        "bob": "annotator",
        "rosa": "researcher",
    }
    assert members[ann].pseudonym.startswith("annotator-")
    assert members[bob].pseudonym == "B"
    made = Campaign.objects.get()
    assert (made.contested_below, made.dawid_skene) == (0.75, False)
    url = reverse("admin:assignments_campaign_change", args=[Campaign.objects.get().pk])
    answer = researcher.get(url)
    assert answer.status_code == 200
    assert "A step goes to adjudication when it is tied" in answer.content.decode()


def test_researchers_see_their_own_campaigns_only(researcher: Client, superuser: Client, rosa: User) -> None:
    version = make_version(small_yaml())
    own = make_campaign(key="own", version=version, researchers=["rosa"])
    others = make_campaign(key="others", version=version, annotators=["rosa"])
    page = researcher.get(reverse("admin:assignments_campaign_changelist"))
    assert [campaign.key for campaign in page.context["cl"].result_list] == ["own"]
    assert researcher.get(reverse("admin:assignments_campaign_change", args=[own.pk])).status_code == 200
    assert researcher.get(reverse("admin:assignments_campaign_change", args=[others.pk])).status_code == 302
    assert superuser.get(reverse("admin:assignments_campaign_change", args=[others.pk])).status_code == 200


def test_a_campaign_cannot_be_made_with_a_draft(researcher: Client) -> None:
    fields = campaign_fields(make_version(small_yaml(), publish=False))
    response = researcher.post(reverse("admin:assignments_campaign_add"), fields)
    assert response.status_code == 200
    assert "Select a valid choice" in response.content.decode()


def test_a_member_who_was_given_chains_is_suspended_instead_of_removed(
    researcher: Client, rosa: User
) -> None:
    ann = make_user("ann")
    make_chain()
    campaign = make_campaign(annotators=["ann"], researchers=["rosa"])
    make_assignment(campaign=campaign, annotator="ann")
    member = campaign.memberships.get(user=ann)
    url = reverse("admin:assignments_campaign_change", args=[campaign.pk])
    row: Fields = {"id": member.pk, "campaign": campaign.pk, "user": ann.pk, "pseudonym": member.pseudonym}
    fields = campaign_fields(campaign.taxonomy_version)
    removed = researcher.post(url, fields | member_fields(row | {"DELETE": "on"}, initial=1))
    assert "set the state to suspended" in removed.content.decode()
    assert (
        researcher.post(url, fields | member_fields(row | {"state": "suspended"}, initial=1)).status_code
        == 302
    )
    member.refresh_from_db()
    assert member.state == "suspended"


def test_a_campaign_with_claimed_chains_keeps_dataset_and_version(researcher: Client, rosa: User) -> None:
    make_chain()
    campaign = make_campaign(annotators=["ann"], researchers=["rosa"])
    make_assignment(campaign=campaign, annotator="ann")
    other = make_version(small_yaml(key="other"))
    url = reverse("admin:assignments_campaign_change", args=[campaign.pk])
    fields = campaign_fields(other) | {"campaign-title": "New title"}
    assert researcher.post(url, fields).status_code == 302
    campaign.refresh_from_db()
    assert campaign.title == "New title"
    assert campaign.taxonomy_version != other


def test_imported_text_is_shown_as_text_and_never_changed(superuser: Client) -> None:
    chain = make_chain(steps=["It is\n<i>4</i>."], problem="What is <b>2 + 2</b>?")
    page = superuser.get(reverse("admin:chains_chain_change", args=[chain.pk])).content.decode()
    assert "It is\n&lt;i&gt;4&lt;/i&gt;." in page
    for model, pk in (("chain", chain.pk), ("problem", chain.problem_id), ("step", Step.objects.get().pk)):
        assert superuser.post(reverse(f"admin:chains_{model}_change", args=[pk]), {}).status_code == 403
        assert (
            superuser.post(reverse(f"admin:chains_{model}_delete", args=[pk]), {"post": "yes"}).status_code
            == 403
        )


def test_an_import_shows_its_state_and_bad_lines(researcher: Client) -> None:
    dataset = Dataset.objects.create(key="chains", title="Chains")
    run = ImportRun.objects.create(
        dataset=dataset,
        format="native",
        file_name="bad.jsonl",
        requested_at=timezone.now(),
        finished_at=timezone.now(),
        state="failed",
        error_count=1,
        line_errors=[{"line": 17, "reason": "steps[2]: <empty>"}],
    )
    page = researcher.get(reverse("admin:chains_importrun_change", args=[run.pk])).content.decode()
    assert "steps[2]: &lt;empty&gt;" in page


def test_a_dataset_says_how_chains_come_in(researcher: Client) -> None:
    dataset = Dataset.objects.create(key="chains", title="Chains")
    page = researcher.get(reverse("admin:chains_dataset_change", args=[dataset.pk])).content.decode()
    assert "manage.py import_chains FILE --dataset chains" in page
    assert "/api/v1/datasets/chains/imports/" in page
    assert "--dataset KEY" in researcher.get(reverse("admin:chains_dataset_add")).content.decode()


def test_a_campaign_says_which_of_its_choices_do_nothing_yet(researcher: Client) -> None:
    page = researcher.get(reverse("admin:assignments_campaign_add")).content.decode()
    assert "Repair still behaves like continue." in page
    assert "The grading page still shows all steps at once." in page


@pytest.mark.parametrize(
    "address",
    [
        "/admin/chains/importrun/?state__exact=%00",
        "/admin/autocomplete/?app_label=assignments&model_name=membership&field_name=user&term=%00",
    ],
)
def test_nul_in_an_address_is_no_server_error(researcher: Client, address: str) -> None:
    assert researcher.get(address).status_code == 400


def test_what_is_in_use_cannot_be_deleted(superuser: Client) -> None:
    ann = make_user("ann")
    make_chain()
    campaign = make_campaign(annotators=["ann"])
    make_assignment(campaign=campaign, annotator="ann")
    version = campaign.taxonomy_version
    for thing in (campaign, campaign.dataset, version, version.taxonomy, ann):
        url = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_delete", args=[thing.pk])
        assert superuser.get(url).status_code == 403
        assert superuser.post(url, {"post": "yes"}).status_code == 403
        type(thing)._default_manager.get(pk=thing.pk)


def test_an_unused_dataset_can_be_deleted(superuser: Client) -> None:
    dataset = Dataset.objects.create(key="mistake", title="Mistake")
    url = reverse("admin:chains_dataset_delete", args=[dataset.pk])
    assert superuser.post(url, {"post": "yes"}).status_code == 302
    assert not Dataset.objects.exists()


def test_what_the_database_refuses_is_a_sentence_and_no_server_error(
    researcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if another tab had changed the labels between this form's check and its save."""
    draft = make_version(small_yaml(), publish=False)
    fields = version_form(researcher, draft) | {
        "criteria-0-labels-0-key": "okay",
        "criteria-0-labels-1-key": "great",
    }
    monkeypatch.setattr(
        "taxonomies.admin.forms.LabelForm._get_validation_exclusions", lambda form: {"key", "criterion"}
    )
    response = researcher.post(version_url(draft), fields, follow=True)
    page = unescape(response.content.decode())
    assert "Nothing was changed: a label key is used once in a criterion." in page


def test_a_new_person_gets_a_drawn_password_that_is_shown_once(researcher: Client) -> None:
    page = researcher.post(reverse("admin:accounts_user_add"), {"username": "ann"})
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    password = page.context["password"]
    assert password in page.content.decode()
    assert User.objects.get(username="ann").check_password(password)
    assert all(password not in cookie.value for cookie in page.cookies.values())


def test_a_researcher_gives_nobody_rights(researcher: Client) -> None:
    escalation = {"username": "ann", "researcher": "on", "is_staff": "on", "is_superuser": "on"}
    assert researcher.post(reverse("admin:accounts_user_add"), escalation).status_code == 200
    ann = User.objects.get(username="ann")
    assert (ann.is_staff, ann.is_superuser) == (False, False)
    change = reverse("admin:accounts_user_change", args=[ann.pk])
    page = researcher.get(change)
    assert ann.password not in page.content.decode()
    assert "is_superuser" not in page.content.decode()
    assert researcher.post(change, escalation).status_code == 403
    assert researcher.post(reverse("admin:auth_user_password_change", args=[ann.pk]), {}).status_code == 403


def test_a_superuser_makes_researchers_and_sets_passwords(superuser: Client) -> None:
    assert (
        superuser.post(
            reverse("admin:accounts_user_add"), {"username": "rosa", "researcher": "on"}
        ).status_code
        == 200
    )
    rosa = User.objects.get(username="rosa")
    assert rosa.is_staff
    assert superuser.get(reverse("admin:accounts_user_change", args=[rosa.pk])).status_code == 200
    url = reverse("admin:auth_user_password_change", args=[rosa.pk])
    assert superuser.get(url).status_code == 200
    new = {"password1": "a fresh long one", "password2": "a fresh long one"}
    assert superuser.post(url, new).status_code == 302
    rosa.refresh_from_db()
    assert rosa.check_password("a fresh long one")


def test_a_taken_name_is_said_in_the_form(researcher: Client) -> None:
    make_user("ann")
    page = researcher.post(reverse("admin:accounts_user_add"), {"username": "ann"})
    assert "already exists" in page.content.decode()


def test_signing_in_to_the_admin_is_signing_in(client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
