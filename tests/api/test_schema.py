"""The description of the API is true: it names every address and method, and every real answer has the shape it declares."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern
from drf_spectacular.validation import validate_schema

from annotator.api.models import Scope
from annotator.api.schema.assets import FILES, SOURCE
from annotator.api.schema.describing import PREFIX, document
from annotator.api.schema.lines import line_name
from annotator.api.schema.operations import OPERATIONS
from annotator.api.schema.shapes import of_dataclass
from annotator.api.urls import urlpatterns
from annotator.exports.gate import conditions
from annotator.exports.options import FORMATS, NAMES, OPTIONS
from tests.api.furnished import Furnished, furnish
from tests.exports.snapshots.sealed import files_in
from tests.graded import bearer, token_for
from tests.makers import make_campaign, make_user

# A page for people: no program asks for it.
PAGES = {"docs/"}
of_one_view = pytest.mark.django_db(transaction=True)


def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document()))
    return found


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


# --- The document


def test_the_description_is_openapi() -> None:
    validate_schema(described())  # type: ignore[no-untyped-call]  # the package is not typed there
    assert described()["openapi"].startswith("3.1")


def test_the_package_has_nothing_to_warn_of(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn")
    assert yaml.safe_load(capsys.readouterr().out)["paths"] == described()["paths"]


def test_every_address_and_method_is_described_and_no_other() -> None:
    served = set()
    for entry in urlpatterns:
        assert isinstance(entry, URLPattern)
        route = re.sub(r"<\w+:(\w+)>", r"{\1}", str(entry.pattern))
        if route in PAGES or route.startswith("^"):
            continue
        view_class = entry.callback.cls  # type: ignore[attr-defined]  # how the framework marks its views
        methods = set(view_class().allowed_methods) - {"HEAD", "OPTIONS"}
        served |= {(method, route) for method in methods}
    assert served == set(OPERATIONS)
    assert served == {(method, path.removeprefix(PREFIX)) for method, path, _ in operations()}


def test_what_is_asked_is_what_is_declared() -> None:
    parameters = {
        (method, path): [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
        for method, path, operation in operations()
    }
    of_campaign = f"{PREFIX}campaigns/{{key}}/"
    assert parameters["GET", f"{of_campaign}export/"] == [*NAMES, "trailer"]
    assert parameters["GET", f"{of_campaign}gate/"] == [*conditions.NAMES, "version"]
    assert parameters["POST", f"{of_campaign}snapshots/"] == [*NAMES, "parquet", *conditions.NAMES]


def test_the_choices_of_a_parameter_are_those_of_its_option() -> None:
    operation = described()["paths"][f"{PREFIX}campaigns/{{key}}/export/"]["get"]
    shapes = {each["name"]: each["schema"] for each in operation["parameters"]}
    for option in OPTIONS:
        if option.choices:
            assert shapes[option.name]["enum"] == list(option.choices)


def test_every_component_is_used_and_every_reference_leads_somewhere() -> None:
    text = json.dumps(described())
    used = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    named_only = {"TrailerLine"}
    assert used | named_only == set(described()["components"]["schemas"])


def test_every_call_says_its_scopes_and_how_it_refuses() -> None:
    scopes = set(Scope.values)
    for _, path, operation in operations():
        asked = {scope for way in operation["security"] for scope in way["token"]}
        assert asked <= scopes
        assert asked or path == f"{PREFIX}schema/"
        assert {"400", "401", "403", "422", "429"} <= set(operation["responses"])
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]


@dataclass
class Odd:
    number: complex


def test_what_json_has_no_such_thing_for_has_no_shape() -> None:
    with pytest.raises(TypeError, match="no shape"):
        of_dataclass(Odd)


# --- Who may read it


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [("researcher", 200), ("reviewer", 200), ("annotator", 404)])
def test_those_who_oversee_a_campaign_may_read_it(client: Client, role: str, status: int) -> None:
    make_campaign().memberships.create(user=make_user("cleo"), role=role, pseudonym="calm-yak")
    client.force_login(make_user("cleo"))
    for address in ("schema", "docs"):
        assert client.get(f"{PREFIX}{address}/").status_code == status


@pytest.mark.django_db
def test_any_token_reads_it_and_strangers_do_not(client: Client) -> None:
    token = token_for(make_campaign(), scopes=[Scope.IMPORT_WRITE])
    answer = client.get(f"{PREFIX}schema/", headers=bearer(token))
    assert answer.json() == described()
    assert client.get(f"{PREFIX}schema/").status_code == 401
    assert client.get(f"{PREFIX}schema/", headers=bearer("stm_0_no")).status_code == 401
    refused = client.get(f"{PREFIX}docs/")
    assert (refused.status_code, refused.headers["Location"]) == (302, f"/accounts/login/?next={PREFIX}docs/")


@pytest.mark.django_db
def test_it_comes_as_json_or_as_yaml(client: Client) -> None:
    headers = bearer(token_for(make_campaign()))
    as_yaml = client.get(f"{PREFIX}schema/?format=yaml", headers=headers)
    assert as_yaml.headers["Content-Type"] == "application/yaml"
    assert yaml.safe_load(as_yaml.content) == described()
    assert client.get(f"{PREFIX}schema/?format=xml", headers=headers).status_code == 422


@pytest.mark.django_db
def test_the_page_is_only_read(client: Client) -> None:
    make_campaign(researchers=["cleo"])
    client.force_login(make_user("cleo"))
    assert client.head(f"{PREFIX}docs/").status_code == 200
    refused = client.post(f"{PREFIX}docs/")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
    assert refused.json()["status"] == 405


def test_the_files_of_the_page_are_in_its_package() -> None:
    assert all((SOURCE / name).is_file() for name in FILES)


# --- Real answers


@pytest.fixture
def furnished(transactional_db: None, tmp_path: Path) -> Iterator[Furnished]:
    with files_in(tmp_path / "snapshots"):
        yield furnish(tmp_path)


def validate(instance: object, schema: dict[str, Any]) -> None:
    """Against the description's components, times looked at too."""
    whole = {**schema, "components": described()["components"]}
    jsonschema.Draft202012Validator(
        whole, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(instance)


def check_answer(answer: HttpResponseBase, *, method: str, path: str) -> Any:
    """That the answer is one of those that are described, in media type and shape; its JSON."""
    told = described()["paths"][f"{PREFIX}{path}"][method]["responses"][str(answer.status_code)]
    media_type = answer.headers["Content-Type"].partition(";")[0]
    assert media_type in told["content"]
    found = answer.json()  # type: ignore[attr-defined]
    validate(found, told["content"][media_type]["schema"])
    for name in set(told.get("headers", {})) - {"Retry-After", "WWW-Authenticate"}:
        assert name in answer.headers
    return found


@of_one_view
def test_every_real_answer_has_the_shape_that_is_declared(client: Client, furnished: Furnished) -> None:
    headers = bearer(furnished.token)
    ids = {
        "key": "pilot",
        "pk": furnished.run.pk,
        "snapshot_id": furnished.newer.pk,
        "number": furnished.campaign.taxonomy_version.number,
    }
    asked = {
        "campaigns/": "",
        "campaigns/{key}/": "",
        "campaigns/{key}/agreement/": "",
        "campaigns/{key}/style/": "",
        "campaigns/{key}/luck/": "",
        "campaigns/{key}/gate/": "?coverage=1&max_bias_severity=high&gold_accuracy=0",
        "campaigns/{key}/snapshots/": "?limit=1",
        "snapshots/{snapshot_id}/": "",
        "snapshots/{snapshot_id}/changes/": f"?since={furnished.older.pk}",
        "imports/{pk}/": "",
        "taxonomies/": "",
        "schema/": "",
    }
    for path, query in asked.items():
        answer = client.get(f"{PREFIX}{path.format(**ids)}{query}", headers=headers)
        assert answer.status_code == 200, path
        check_answer(answer, method="get", path=path)
    taxonomy = furnished.campaign.taxonomy_version.taxonomy.key
    answer = client.get(f"{PREFIX}taxonomies/{taxonomy}/versions/1/", headers=headers)
    check_answer(answer, method="get", path="taxonomies/{key}/versions/{number}/")


@of_one_view
def test_what_is_asked_for_or_refused_has_the_shape_that_is_declared(
    client: Client, furnished: Furnished
) -> None:
    headers = bearer(furnished.token)
    of_reports = bearer(token_for(furnished.campaign, scopes=["report:read"]))
    gate, export = f"{PREFIX}campaigns/pilot/gate/", f"{PREFIX}campaigns/pilot/export/"
    failing = f"{gate}?max_bias_severity=none&alpha_ordinal_low=1&fresh=1"
    snapshots = f"{PREFIX}campaigns/pilot/snapshots/?format=trl&coverage=0.5"
    imports = f"{PREFIX}datasets/pilot/imports/"
    body = b'{"problem":"p","chain_id":"z","steps":["one"]}\n'
    ndjson = "application/x-ndjson"
    for answer, status, path in (
        (client.get(failing, headers=headers), 409, "campaigns/{key}/gate/"),
        (
            client.post(snapshots, b"", content_type=ndjson, headers=headers),
            202,
            "campaigns/{key}/snapshots/",
        ),
        (client.post(imports, body, content_type=ndjson, headers=headers), 202, "datasets/{key}/imports/"),
        (client.get(export), 401, "campaigns/{key}/export/"),
        (client.get(export, headers=of_reports), 403, "campaigns/{key}/export/"),
        (client.get(f"{PREFIX}campaigns/nowhere/gate/", headers=headers), 404, "campaigns/{key}/gate/"),
        (client.get(f"{export}?format=xml", headers=headers), 422, "campaigns/{key}/export/"),
    ):
        assert answer.status_code == status, path
        method = answer.wsgi_request.method
        assert method is not None
        check_answer(answer, method=method.lower(), path=path)


@of_one_view
def test_every_line_of_an_export_has_the_shape_of_its_format(client: Client, furnished: Furnished) -> None:
    headers = {**bearer(furnished.token), "Accept-Encoding": "identity"}
    components = described()["components"]["schemas"]
    more = {"native": "&votes=1&comments=1&gold=1&style=1", "openrlhf": "&soft=1"}
    for name in FORMATS:
        address = f"{PREFIX}campaigns/pilot/export/?format={name}&trailer=1{more.get(name, '')}"
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, name
        *lines, trailer = [json.loads(text) for text in b"".join(answer).splitlines()]
        for found in lines:
            validate(found, components[line_name(name)])
        validate(trailer, components["TrailerLine"])
        assert trailer["trailer"]["rows"] == len(lines)
