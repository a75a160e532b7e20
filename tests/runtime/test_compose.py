"""There is no container engine here: the files are checked, not run."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SCHEMA = ROOT / "static" / "vendor" / "compose-spec.json"
OURS = ("migrate", "web", "worker", "beat")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def _checker() -> jsonschema.Draft201909Validator:
    return jsonschema.Draft201909Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_it_is_a_compose_file(compose):
    assert list(_checker().iter_errors(compose)) == []


def test_the_schema_would_notice_a_mistake(compose):
    broken = compose | {"services": {"web": {"imagee": "juan-crm"}}}
    assert list(_checker().iter_errors(broken))


def test_every_lasting_service_says_whether_it_is_healthy(compose):
    silent = {name for name, service in compose["services"].items() if "healthcheck" not in service}
    assert silent == {"migrate", "proxy"}  # one ends, the other is asked by whoever opens the page


def test_nothing_of_ours_runs_as_root_or_may_write_its_own_code(compose):
    for name in OURS:
        service = compose["services"][name]
        assert service["user"] == "10001"
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_only_the_migrating_container_holds_the_owners_password(compose):
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["environment"]["DATABASE_OWNER_URL"] == ""
        assert compose["services"][name]["environment"]["DATABASE_ADMIN_URL"] == ""


def test_only_the_proxy_is_reachable_from_outside(compose):
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_everything_named_is_declared(compose):
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert set(service.get("networks", [])) <= set(compose["networks"])
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(compose["volumes"])


def test_the_versions_are_the_promised_ones(compose):
    assert compose["services"]["database"]["image"].startswith("postgres:18")
    assert compose["services"]["broker"]["image"].startswith("redis:8")
    assert compose["services"]["cache"]["image"].startswith("redis:8")
    assert "noeviction" in compose["services"]["broker"]["command"]
    assert "allkeys-lru" in compose["services"]["cache"]["command"]


def test_the_databases_log_repeats_no_statement(compose):
    """Values stand inside the statements we send: names and numbers would end up in that log."""
    command = compose["services"]["database"]["command"]
    assert {"-clog_min_duration_statement=-1", "-clog_min_error_statement=panic"} <= set(command)
    assert "-clog_error_verbosity=terse" in command


def test_the_worker_adds_up_what_its_children_measure(compose):
    command = compose["services"]["worker"]["command"]
    assert command[command.index("-A") + 1] == "config.worker"


def test_the_databases_letters_are_the_ones_of_the_embedded_server(compose):
    assert (
        "--builtin-locale=C.UTF-8" in compose["services"]["database"]["environment"]["POSTGRES_INITDB_ARGS"]
    )
