"""The rules of the house that no linter knows: where things may point, who may come in, how large a part may grow."""

import ast
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from django.apps import apps
from django.db.models import Model
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings

from annotator.accounts.models import User
from annotator.assignments.models import Origin, TwinStudy
from tests.access import ACCESS, ANONYMOUS, MEMBERS, PREFIXES, TOKEN
from tests.graded import bearer, token_for
from tests.makers import (
    NOW,
    WHOLE_CHAIN,
    import_lines,
    line,
    make_assignment,
    make_campaign,
    make_dataset,
    make_user,
    make_version,
)
from tests.stored_snapshots import keep_snapshots_in, stored_snapshot
from tests.style_figures import stored_flag, stored_style

REPOSITORY = Path(__file__).resolve().parent.parent
# Upstream first; a stored relation points to its own stage or to one further up.
STAGES = [
    "annotator.accounts",
    "taxonomies",
    "annotator.jobs",
    "annotator.chains",
    "annotator.assignments",
    "annotator.webhooks",
    "annotator.grading",
    "annotator.analysis",
    "annotator.exports",
    "annotator.web",
    "annotator.api",
]
DOMAIN = ["taxonomies", *(stage for stage in STAGES if stage.endswith(("jobs", "chains", "assignments")))]
DOMAIN += ["annotator.webhooks", "annotator.grading", "annotator.analysis", "annotator.exports"]
# An admin is a door; so are a command and a task.
DOORS = ("admin.py", "admin", "tasks.py", "commands")

MOST_FUNCTION_LINES = 60
MOST_MODULE_LINES = 600
# path::function or path, each with the reason why it may be longer.
LONGER: dict[str, str] = {}

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


# --- Stored relations


def test_every_app_of_ours_is_a_stage() -> None:
    ours = [config.name for config in apps.get_app_configs() if config.name.startswith("annotator.")]
    assert set(ours) - set(STAGES) == {"annotator.embedded"}
    assert set(STAGES) - set(ours) == {"taxonomies"}


@pytest.mark.parametrize(
    ("model", "target"),
    [
        pytest.param(model, field.related_model, id=f"{model._meta.label}.{field.name}")
        for model in apps.get_models()
        if model._meta.app_config.name in STAGES
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model is not None
    ],
)
def test_a_stored_relation_points_upstream(model: type[Model], target: type[Model]) -> None:
    # String foreign keys dodge import-linter. Groups and permissions are Django's own.
    if target._meta.app_config.name in STAGES:
        assert STAGES.index(target._meta.app_config.name) <= STAGES.index(model._meta.app_config.name)
    else:
        assert target._meta.app_label == "auth"


# --- Addresses


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every route as it is written, apart from those under a prefix of the table."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route
        elif route not in PREFIXES:
            yield from routes(entry, route)


def prefixes(resolver: URLResolver) -> set[str]:
    return {
        str(entry.pattern) for entry in resolver.url_patterns if isinstance(entry, URLResolver)
    } & PREFIXES.keys()


def test_every_route_stands_in_the_table_and_the_table_names_no_other() -> None:
    assert sorted(routes(get_resolver())) == sorted(ACCESS)
    assert prefixes(get_resolver()) == set(PREFIXES)


def address(route: str, **known: object) -> str:
    """The route with its parameters put in; a made-up one where none is known."""
    made_up: dict[str, object] = {
        "key": "run",
        "public_id": uuid.UUID(int=7),
        "index": 0,
        "criterion": "verdict",
        "label": "good",
        "name": "coefficients",
        "number": 1,
        "other": 1,
        "pk": 7,
        "step_id": 7,
        "pseudonym": "annotator-7777",
        "flag_id": 7,
        "study_id": 7,
        "pair_id": 7,
        "snapshot_id": 7,
    }
    values = {**made_up, **known}
    plain = route.replace("^(?P<rest>.*)$", "no/such/address/")
    return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(values[match[1]]), plain)


def both_methods(client: Client, path: str, **more: Any) -> list[HttpResponseBase]:
    """GET and POST, without those that the address does not know."""
    answers: list[HttpResponseBase] = [client.get(path, **more), client.post(path, **more)]
    for answer in answers:
        # An export that nobody closes keeps its seat. Not `close()`, which would end the test's own connection too.
        for close in answer._resource_closers:  # type: ignore[attr-defined]
            close()
    return [answer for answer in answers if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED]


def is_closed(answer: HttpResponseBase) -> bool:
    """Refused, hidden, or sent to sign in."""
    if answer.status_code == HTTPStatus.FOUND:
        return answer.headers["Location"].startswith((reverse("account_login"), reverse("admin:login")))
    return answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route, roles in ACCESS.items() if ANONYMOUS not in roles])
def test_a_stranger_is_sent_to_sign_in_or_refused(client: Client, route: str) -> None:
    answers = both_methods(client, address(route))
    assert answers
    for answer in answers:
        assert is_closed(answer)
        assert answer.status_code != HTTPStatus.FORBIDDEN


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["admin/", "admin/accounts/user/", "admin/no/such/page/"])
def test_a_stranger_does_not_get_into_the_admin(client: Client, path: str) -> None:
    assert all(is_closed(answer) for answer in both_methods(client, f"/{path}"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route", [route for route, roles in ACCESS.items() if ANONYMOUS in roles and "rest" not in route]
)
def test_a_stranger_gets_what_is_open_to_everybody(client: Client, route: str) -> None:
    answer = client.get(address(route))
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.SERVICE_UNAVAILABLE}


@pytest.fixture
def known(db: None, tmp_path: Path, settings: Settings) -> dict[str, Any]:
    """A campaign with one person in each role and a chain that its annotator holds, and another with people of its own.

    Its dataset and taxonomy have the campaign's key; the taxonomy is its researcher's. The keys are parameters of routes.
    """
    settings.IMPORT_DIR = tmp_path
    keep_snapshots_in(tmp_path, settings=settings)
    for name in ("researcher", "other_researcher"):
        make_user(name, researcher=True)
    dataset = make_dataset("run")
    run = import_lines(dataset, line("p/a", "one", "two"), line("p/b", "another one"))
    version = make_version(WHOLE_CHAIN.replace("whole_chain", "run"))
    version.taxonomy.owners.add(make_user("researcher"))
    campaign = make_campaign(
        key="run",
        dataset=dataset,
        version=version,
        annotators=["annotator"],
        reviewers=["reviewer"],
        researchers=["researcher"],
        alternatives="graded",
    )
    make_campaign(
        key="other",
        annotators=["other_annotator"],
        reviewers=["other_reviewer"],
        researchers=["other_researcher"],
    )
    held = make_assignment(campaign=campaign, annotator="annotator")
    step_id = held.chain.chain_steps.earliest("index").step_id
    pseudonym = campaign.memberships.get(user=held.annotator).pseudonym
    researcher = make_user("researcher")
    study = TwinStudy.objects.create(
        campaign=campaign, feature="bullets", seed=1, made_by=researcher, made_at=NOW
    )
    pair = study.pairs.create(
        campaign=campaign,
        step_id=step_id,
        text="- one",
        stored_has_feature=False,
        origin=Origin.MECHANICAL,
        made_by=researcher,
    )
    return {
        "public_id": held.public_id,
        "pk": run.pk,
        "step_id": step_id,
        "pseudonym": pseudonym,
        "flag_id": stored_flag(stored_style(campaign, figures=None, now=NOW)).pk,
        "campaign": campaign,
        "study_id": study.pk,
        "pair_id": pair.pk,
        "snapshot_id": stored_snapshot(campaign, {"coefficients": b"a file"}).pk,
    }


def opened(client: Client, routes: Iterable[str], known: dict[str, Any], **more: Any) -> set[str]:
    """The routes that answer this caller with anything but a refusal, by GET or by POST."""
    return {
        route
        for route in routes
        if not all(is_closed(answer) for answer in both_methods(client, address(route, **known), **more))
    }


# Its answer is 404 for everybody. Signing out would end the walk.
WALKED = [route for route in ACCESS if "rest" not in route and route != "accounts/logout/"]


# The page of exports reads a view of the database of its own.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", sorted(MEMBERS))
def test_a_member_gets_what_the_table_says(client: Client, known: dict[str, Any], role: str) -> None:
    client.force_login(User.objects.get(username=role))
    assert opened(client, WALKED, known) == {route for route in WALKED if role in ACCESS[route]}


@pytest.mark.parametrize("role", sorted(MEMBERS))
def test_a_member_of_another_campaign_gets_nothing_of_this_one(
    client: Client, known: dict[str, Any], role: str
) -> None:
    client.force_login(User.objects.get(username=f"other_{role}"))
    assert opened(client, [route for route in WALKED if "<" in route], known) == set()


def test_a_token_opens_the_api_and_nothing_else(client: Client, known: dict[str, Any]) -> None:
    headers = bearer(token_for(known["campaign"]))
    assert opened(client, WALKED, known, headers=headers) == {r for r in WALKED if TOKEN in ACCESS[r]}


def test_a_token_of_another_campaign_opens_nothing_of_this_one(client: Client, known: dict[str, Any]) -> None:
    elsewhere = make_campaign(key="third")
    headers = bearer(token_for(elsewhere))
    assert opened(client, [route for route in WALKED if "<" in route], known, headers=headers) == set()


# --- The code itself


@cache
def modules() -> dict[str, ast.Module]:
    """All Python files that we write by hand, by path; migrations are written by Django."""
    paths = [
        path
        for root in ("annotator", "taxonomies", "tests", "bench", "static")
        for path in sorted((REPOSITORY / root).rglob("*.py"))
        if not {"migrations", "__pycache__"} & set(path.parts)
    ]
    return {str(path.relative_to(REPOSITORY)): ast.parse(path.read_text()) for path in paths}


def our_code() -> dict[str, ast.Module]:
    return {path: tree for path, tree in modules().items() if path.startswith(("annotator/", "taxonomies/"))}


def domain_code() -> dict[str, ast.Module]:
    roots = tuple(f"{stage.replace('.', '/')}/" for stage in DOMAIN)
    return {
        path: tree
        for path, tree in our_code().items()
        if path.startswith(roots) and not set(DOORS) & set(Path(path).parts)
    }


def found_in(code: dict[str, ast.Module], is_wrong: Callable[[ast.AST], bool]) -> list[str]:
    return [
        f"{path}:{getattr(node, 'lineno', 1)}"
        for path, tree in code.items()
        for node in ast.walk(tree)
        if is_wrong(node)
    ]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    return []


def test_functions_stay_short() -> None:
    long = [
        f"{path}::{node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, Function) and lines_of(node) > MOST_FUNCTION_LINES
    ]
    assert sorted(long) == sorted(name for name in LONGER if "::" in name)


def lines_of(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def test_modules_stay_short() -> None:
    long = [
        path for path in modules() if len((REPOSITORY / path).read_text().splitlines()) > MOST_MODULE_LINES
    ]
    assert sorted(long) == sorted(name for name in LONGER if "::" not in name)


def test_nothing_happens_by_signal() -> None:
    def is_signal(node: ast.AST) -> bool:
        return any("signals" in name.split(".") or "dispatch" in name.split(".") for name in imported(node))

    assert found_in(our_code(), is_signal) == []


def test_saving_and_deleting_a_row_do_nothing_else() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_config.name in STAGES]
    assert [model for model in ours if {"save", "delete"} & set(vars(model))] == []


def test_imports_are_absolute_and_stand_at_the_top() -> None:
    def is_relative(node: ast.AST) -> bool:
        return isinstance(node, ast.ImportFrom) and node.level > 0

    def imports_inside(node: ast.AST) -> bool:
        return isinstance(node, Function) and any(
            isinstance(part, ast.Import | ast.ImportFrom) for part in ast.walk(node)
        )

    assert found_in(modules(), is_relative) == []
    assert found_in(our_code(), imports_inside) == []


def test_only_the_doors_know_requests_and_responses() -> None:
    def speaks_http(node: ast.AST) -> bool:
        doors = ("django.http", "django.shortcuts", "django.urls", "django.views", "rest_framework")
        return any(name.startswith(doors) for name in imported(node))

    assert found_in(domain_code(), speaks_http) == []


def test_the_domain_has_no_clock_and_draws_no_lots() -> None:
    def looks_at_the_clock(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and ast.unparse(node) in {
            "timezone.now",
            "datetime.now",
            "datetime.datetime.now",
            "time.time",
            "random.random",
            "random.choice",
        }

    assert found_in(domain_code(), looks_at_the_clock) == []


def test_settings_are_read_through_django() -> None:
    def reads_environment(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv"}

    # Before the settings are read, Celery and WSGI say where they are, and the embedded servers fill them in.
    before = ("annotator/embedded/", "annotator/celery.py", "annotator/wsgi.py")
    late = {path: tree for path, tree in our_code().items() if not path.startswith(before)}
    assert found_in(late, reads_environment) == []


def test_the_domain_looks_at_every_stage_it_should() -> None:
    # The checks above would pass on an empty list.
    assert len(domain_code()) > 20
    assert {path.split("/")[0] for path in domain_code()} == {"annotator", "taxonomies"}
