"""The image and its compose file: lint is silent, what they name is there, and nothing has rights it does not need."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from missionwatch.config import load_settings
from missionwatch.replica import ReplicaServer, ReplicaSite
from tests.mission import Mission
from tests.needs import ROOT, needs
from tests.served import serve

DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_hadolint_has_nothing_to_say() -> None:
    line = [str(needs("hadolint")), str(DEPLOY / "Dockerfile")]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_image_runs_as_nobody_and_says_how_it_is() -> None:
    lines = DOCKERFILE.splitlines()
    final = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    (user,) = (line for line in final if line.startswith("USER "))
    assert re.fullmatch(r"USER [1-9]\d+:[1-9]\d+", user)
    assert final.index(user) > max(number for number, line in enumerate(final) if line.startswith("RUN "))
    assert all(re.fullmatch(r"FROM \S+:\d+\.\d+-\S+( AS \w+)?", line) for line in lines if line.startswith("FROM "))
    assert 'CMD ["daemon"]' in final


def test_all_that_is_copied_into_the_image_is_there_and_let_through() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert [path for path in let_through if not (ROOT / path).exists()] == []
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {word for line in lines for word in line.split()}
    assert copied - {"."} - let_through == set()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"]}
    needed |= {project["project"]["readme"], *project["project"]["license-files"]}
    assert needed - let_through == set()
    assert {str(Path(path).parent) for path in wheel["shared-data"]} - let_through == set()


@pytest.mark.parametrize("name", ["requirements", "build"])
def test_what_is_installed_in_production_is_what_was_tested(name: str) -> None:
    tested, used = (_locked(path) for path in (ROOT / "requirements.lock", DEPLOY / f"{name}.lock"))
    assert used
    assert used.items() <= tested.items()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["postgres"]
    wanted = wanted if name == "requirements" else project["dependency-groups"]["build"]
    assert {re.split(r"[^\w-]", each)[0] for each in wanted} - {each.split("==")[0] for each in used} == set()
    assert not {"pytest", "mypy", "playwright"} & {each.split("==")[0] for each in used}


def _locked(path: Path) -> dict[str, set[str]]:
    """`name==version` → the hashes that are accepted."""
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
    return {entry.split()[0]: set(re.findall(r"--hash=(\S+)", entry)) for entry in entries}


def test_the_check_of_health_tells_a_server_from_none(mission: Mission) -> None:
    with ReplicaServer(ReplicaSite(count=2, sections=["hyyfy"])) as server:
        mission.watch(server).crawl()
    line = [sys.executable, str(DEPLOY / "healthcheck.py")]
    with serve(mission) as served:
        assert subprocess.run([*line, str(served.port)], timeout=60, check=False).returncode == 0
    assert subprocess.run([*line, str(served.port)], timeout=60, check=False).returncode == 1


def test_the_services_have_no_right_that_they_do_not_need() -> None:
    for service in COMPOSE["services"].values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert "no-new-privileges:true" in service["security_opt"]
        assert service["restart"] == "unless-stopped"
        assert not [word for word in service["environment"] if "PASSWORD" in word and not word.endswith("_FILE")]
    assert COMPOSE["services"]["missionwatch"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in COMPOSE["services"]["database"]
    assert COMPOSE["services"]["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_everything_that_the_compose_file_names_is_declared() -> None:
    for service in COMPOSE["services"].values():
        assert set(service["secrets"]) <= COMPOSE["secrets"].keys()
        assert set(service["networks"]) <= COMPOSE["networks"].keys()
        assert set(service.get("depends_on", {})) <= COMPOSE["services"].keys()
        mounted = {each.split(":")[0] for each in service["volumes"]}
        assert {each for each in mounted if not each.startswith("./")} <= COMPOSE["volumes"].keys()
        read = {value for name, value in service["environment"].items() if name.endswith("_FILE")}
        assert read == {f"/run/secrets/{name}" for name in service["secrets"]}
    build = COMPOSE["services"]["missionwatch"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


def test_the_program_takes_its_database_from_the_secret(tmp_path: Path) -> None:
    secret = tmp_path / "database-url"
    secret.write_text("postgresql+psycopg://missionwatch:secret@database/missionwatch\n", encoding="utf-8")
    environment = dict(COMPOSE["services"]["missionwatch"]["environment"])
    environment["MISSIONWATCH_DATABASE__URL_FILE"] = str(secret)
    environment |= dict(re.findall(r"\b(MISSIONWATCH_\w+)=(\S+)", DOCKERFILE))
    config = tmp_path / "config.toml"
    config.touch()
    settings = load_settings(str(config), environment=environment)
    assert settings.database_url == "postgresql+psycopg://missionwatch:secret@database/missionwatch"
    assert (settings.config.server.host, settings.config.server.port) == ("0.0.0.0", 8000)
    assert settings.data_dir == Path("/data")
