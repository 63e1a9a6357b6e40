"""The files that put the bot into service: valid, careful, and at one with the program and one another."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import main
from tests.support.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
SETTINGS = {name.upper() for name in DEFAULTS}
USER = 10001
ELSEWHERE = {"PATH", "PYTHONSAFEPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
"""Of the interpreter, not of ours."""


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def compose(name: str) -> dict[str, Any]:
    loaded = yaml.safe_load(text(name))
    assert isinstance(loaded, dict)
    return loaded


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(KUBERNETES.rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            yield path.relative_to(KUBERNETES).as_posix(), document


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, document in documents():
        if document["kind"] in ("Deployment", "StatefulSet"):
            yield name, document["spec"]["template"]["spec"]


def containers() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, pod in pods():
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            yield f"{name} {container['name']}", container


def tool(name: str) -> str:
    """A checker of the extra `dev`."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (pip install -e '.[dev]')")
    return found


def checked(*command: str | Path) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dockerfile_is_clean() -> None:
    checked(tool("hadolint"), "Dockerfile")


def test_the_image_runs_as_nobody_and_asks_for_its_health() -> None:
    said = text("Dockerfile")
    assert re.findall(r"^FROM python:\$\{PYTHON\}( AS build)?$", said, re.MULTILINE) == [" AS build", ""]
    last = said.rpartition("\nFROM ")[2]
    assert f"USER {USER}:{USER}" in last
    assert re.search(r'^HEALTHCHECK .+ CMD \["python", "-m", "bot", "health"\]$', last, re.MULTILINE)
    assert not re.search(r"^(ARG|ENV).*(TOKEN|SECRET|KEY|PASSWORD)", said, re.MULTILINE)
    python = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")
    used = re.search(r"^ARG PYTHON=(\d+)\.(\d+)-slim", said, re.MULTILINE)
    assert used
    assert (int(used[1]), int(used[2])) >= tuple(map(int, python.split(".")))


def test_the_image_gets_what_the_package_is_made_of_and_nothing_else() -> None:
    let_in = {line.removeprefix("!") for line in text(".dockerignore").splitlines() if line.startswith("!")}
    copied = set()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text("Dockerfile"), re.MULTILINE):
        copied |= set(line.split()[:-1])
    assert copied == let_in
    build = tomllib.loads(text("pyproject.toml"))
    wheel = build["tool"]["hatch"]["build"]["targets"]["wheel"]
    project = build["project"]
    needed = {*wheel["packages"], *wheel["force-include"], project["readme"], *project["license-files"]}
    assert needed | {"pyproject.toml", "constraints.txt"} == let_in
    assert "*" in text(".dockerignore").splitlines()


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_compose_files_follow_the_specification(name: str) -> None:
    checked(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", name)


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_services_of_ours_are_allowed_as_little_as_possible(name: str) -> None:
    ours = {key: each for key, each in compose(name)["services"].items() if each["image"].startswith("depesche:")}
    assert ours
    for key, service in ours.items():
        assert service["read_only"] is True, key
        assert service["cap_drop"] == ["ALL"], key
        assert service["security_opt"] == ["no-new-privileges:true"], key
        assert service["user"] == f"{USER}:{USER}", key
        assert not {"privileged", "ports", "devices", "network_mode"} & set(service), key
        assert any(each.startswith("/tmp:size=256m") for each in service["tmpfs"]), key  # noqa: S108


def test_every_variable_that_the_files_set_is_a_setting() -> None:
    named: set[str] = set()
    for name in ("compose.yaml", "compose.postgres.yaml"):
        for service in compose(name)["services"].values():
            if service["image"].startswith("depesche:"):
                named |= set(service.get("environment", {}))
    for _, container in containers():
        named |= {each["name"] for each in container.get("env", ())}
    for _, document in documents():
        for generator in document.get("configMapGenerator", ()):
            named |= {each.partition("=")[0] for each in generator["literals"]}
    unit = text("deploy/systemd/depesche@.service")
    named |= set(re.findall(r"\b([A-Z][A-Z_]+)=", unit.partition("Environment=")[2].splitlines()[0]))
    image = re.search(r"^ENV (PATH=.+?)\nWORKDIR", text("Dockerfile"), re.MULTILINE | re.DOTALL)
    assert image
    named |= set(re.findall(r"\b([A-Z][A-Z_]+)=", image[1]))
    assert named - ELSEWHERE <= SETTINGS
    assert {"BOT_TOKEN_FILE", "DATABASE_PASSWORD_FILE", "WEBHOOK_SECRET_FILE"} <= named


def test_every_command_that_the_files_run_exists() -> None:
    run: set[str] = {json.loads(each)[0] for each in re.findall(r"^CMD (\[.+\])$", text("Dockerfile"), re.MULTILINE)}
    for name in ("compose.yaml", "compose.postgres.yaml"):
        services = compose(name)["services"].values()
        run |= {each["command"][0] for each in services if each["image"].startswith("depesche:")}
    for _, container in containers():
        run.add(container["args"][0])
        for kind in ("livenessProbe", "readinessProbe"):
            if command := container.get(kind, {}).get("exec", {}).get("command"):
                run.add(command[3])
    run |= set(re.findall(r'"python", "-m", "bot", "(\w+)"', text("Dockerfile")))
    assert run <= set(main.commands)
    assert {"run", "web", "work", "db", "health"} <= run


def test_images_of_all_files_have_the_version_of_the_package() -> None:
    version = tomllib.loads(text("pyproject.toml"))["project"]["version"]
    found = re.findall(r"depesche:([0-9][\w.]*)", text("compose.yaml") + text("compose.postgres.yaml"))
    found += [each["newTag"] for _, document in documents() for each in document.get("images", ())]
    assert set(found) == {version}


def test_manifests_follow_the_schemas_of_kubernetes(tmp_path: Path) -> None:
    program = tool("kubernetes-validate")
    for number, (name, document) in enumerate(documents()):
        if document["kind"] != "Kustomization":
            path = tmp_path / f"{number}.yaml"
            path.write_text(yaml.safe_dump(document), encoding="utf-8")
            done = subprocess.run([program, "--strict", str(path)], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("folder", ["single", "scaled"])
def test_kustomize_puts_them_together(folder: str, tmp_path: Path) -> None:
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("no kubectl on this machine")
    done = subprocess.run([program, "kustomize", str(KUBERNETES / folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (tmp_path / "all.yaml").write_text(done.stdout, encoding="utf-8")
    checked(tool("kubernetes-validate"), "--strict", tmp_path / "all.yaml")


@pytest.mark.parametrize("folder", ["single", "scaled"])
def test_kustomizations_name_each_file_beside_them(folder: str) -> None:
    kustomization = yaml.safe_load((KUBERNETES / folder / "kustomization.yaml").read_text(encoding="utf-8"))
    beside = {path.name for path in (KUBERNETES / folder).glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == beside


def test_pods_keep_to_the_restricted_standard() -> None:
    for name, pod in pods():
        context = pod["securityContext"]
        assert context["runAsNonRoot"] is True, name
        assert context["runAsUser"] == context["fsGroup"] == USER, name
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["terminationGracePeriodSeconds"] > 10, name
    for name, container in containers():
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False, name
        assert context["readOnlyRootFilesystem"] is True, name
        assert context["capabilities"] == {"drop": ["ALL"]}, name
        assert "memory" in container["resources"]["limits"], name
        assert {mount["mountPath"] for mount in container["volumeMounts"]} >= {"/data", "/tmp"}, name  # noqa: S108


def test_the_world_reaches_telegrams_path_and_articles_only() -> None:
    outside = {"/telegram", "/articles", "/openapi.json"}
    said = re.search(r"@bot path (.+)", text("deploy/Caddyfile"))
    assert said
    assert set(said[1].split()) == outside
    paths = {
        path["path"]
        for _, document in documents()
        if document["kind"] == "Ingress"
        for rule in document["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert paths <= outside
    assert compose("compose.postgres.yaml")["networks"]["inside"]["internal"] is True
    assert set(compose("compose.postgres.yaml")["services"]["postgres"]["networks"]) == {"inside"}


def test_systemd_finds_the_unit_right_and_hardened(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("no systemd-analyze on this machine")
    unit = text("deploy/systemd/depesche@.service")
    (tmp_path / "depesche@run.service").write_text(unit.replace("/opt/depesche/bin/python", sys.executable))
    checked(program, "verify", tmp_path / "depesche@run.service")
    checked(program, "security", "--offline=true", "--threshold=20", tmp_path / "depesche@run.service")
