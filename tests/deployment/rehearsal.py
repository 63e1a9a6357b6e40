"""Build the image and run both compose files for real, on a machine without Docker and without its registry.

Usage: python -m tests.deployment.rehearsal     (as root on Debian, about five minutes; not part of the tests)

Needs debootstrap, buildah, podman, runc, netavark, aardvark-dns, catatonit and iptables from Debian, and podman-compose
from the extra `deploy`. The three images that the files name come from a registry elsewhere; here they are made of
Debian's packages: Python 3.13 for python:3.13-slim-trixie, PostgreSQL for postgres:18, Caddy for caddy:2. So what is
ours is proven (each step of the Dockerfile, the set-up, what may be written, who it runs as, how they find one
another), and what is theirs is not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUITE = "trixie"
TOKEN = "110201543:AArehearsal-only-token-for-the-sandbox-0"  # noqa: S105
SECRET, PASSWORD = "a-long_enough-secret", "pass@:/ word"
HTTPS = 18443
PATIENCE = 90.0
"""Seconds for whatever is waited for."""
IMAGE = "depesche:0.1.0"
CAREFUL = [
    "--read-only",
    "--tmpfs",
    "/tmp:size=256m,mode=1777",  # noqa: S108
    "--cap-drop",
    "all",
    "--security-opt",
    "no-new-privileges",
]
_UNWANTED = "( -name '.env*' -o -name '*.db' -o -path '*/bot/*' -name tests )".replace("(", "\\(").replace(")", "\\)")
LIMITS = """[containers]
default_ulimits = ["nofile=10000:10000", "nproc=1000:1000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
"""What podman asks for by default is more than a container in a container gets."""
POSTGRES_ENTRY = """#!/bin/sh
# Stands in for the official image's entry point: makes the cluster once, then runs what it was told.
set -e
data=/var/lib/postgresql/data
bin=$(echo /usr/lib/postgresql/*/bin)
as="runuser -u postgres --"
if [ ! -s $data/PG_VERSION ]; then
    install -d -o postgres -g postgres -m 700 $data
    install -o postgres -m 400 "$POSTGRES_PASSWORD_FILE" /tmp/password
    $as $bin/initdb -E UTF8 -D $data -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust \
        --auth-host=scram-sha-256 >/dev/null
    echo "host all all all scram-sha-256" >> $data/pg_hba.conf
    $as $bin/pg_ctl -D $data -w -o "-c listen_addresses=''" start >/dev/null
    $as $bin/createdb -h /var/run/postgresql -U "$POSTGRES_USER" "$POSTGRES_DB"
    $as $bin/pg_ctl -D $data -w stop >/dev/null
fi
shift
exec $as $bin/postgres -D $data -c listen_addresses='*' "$@"
"""
STAND_INS = {
    "postgres:18": ("postgresql", 'COPY entry /entry\nENTRYPOINT ["sh", "/entry"]\nCMD ["postgres"]'),
    "caddy:2": (
        "caddy",
        "ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config\n"
        'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]',
    ),
}


def said(*command: str, code: int | None = 0, **options: object) -> str:
    """What a command says. Raises SystemExit when it does not end with `code`; None takes any."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    output = str(done.stdout) + str(done.stderr)
    if code is not None and done.returncode != code:
        sys.exit(f"✗ {' '.join(command)}: exit code {done.returncode}\n{output}")
    return output


def expect(what: str, holds: object, shown: str = "") -> None:
    """Tell that something holds, or end."""
    if not holds:
        sys.exit(f"✗ {what}\n{shown}")
    print(f"✓ {what}", flush=True)


def until(what: str, holds: Callable[[], bool], shown: Callable[[], str] = str) -> None:
    """Wait for something, and tell."""
    ends = time.monotonic() + PATIENCE
    while not (held := holds()) and time.monotonic() < ends:
        time.sleep(0.5)
    expect(what, held, "" if held else shown())


def in_image(*command: str, code: int = 0, options: tuple[str, ...] = ()) -> str:
    """What one container of ours says, as careful as the compose files."""
    return said("podman", "run", "--rm", "--no-healthcheck", *CAREFUL, *options, IMAGE, *command, code=code)


def make_stand_ins(folder: Path) -> None:
    """The images that ours are made of."""
    root, base = folder / "base", "docker.io/library/python:3.13-slim-trixie"
    known = subprocess.run(("podman", "image", "exists", base), check=False).returncode == 0
    if not known:
        said("debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", SUITE, str(root))
        (root / "usr/bin/python").symlink_to("python3")
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs/ca-certificates.crt")
        said("tar", "-C", str(root), "-cf", str(folder / "base.tar"), ".")
        container = said("buildah", "from", "scratch").strip()
        said("buildah", "add", "-q", container, str(folder / "base.tar"), "/")
        said("buildah", "commit", "-q", container, base)
        said("buildah", "rm", container)
    for name, (package, rest) in STAND_INS.items():
        place = folder / package
        place.mkdir()
        (place / "entry").write_text(POSTGRES_ENTRY)
        install = f"apt-get install -y -qq --no-install-recommends {package}"
        (place / "Dockerfile").write_text(f"FROM {base}\nRUN apt-get update -qq && {install}\n{rest}\n")
        build(place, f"docker.io/library/{name}")
    print("✓ stand-ins for python, postgres and caddy", flush=True)


def build(folder: Path, name: str) -> None:
    """Run a Dockerfile."""
    how = ["--format", "docker", "--layers", "--isolation", "chroot", "--network", "host"]
    said("buildah", "bud", "-q", *how, "-t", name, str(folder))


def look_at_the_image() -> None:
    """The image itself: what is in it, what it is allowed, what it can do without anything else."""
    build(ROOT, IMAGE)
    expect("the Dockerfile builds", True)
    about = json.loads(said("podman", "inspect", IMAGE))[0]
    expect("it runs as 10001:10001", about["User"] == "10001:10001")
    expect("its health is asked for", about["Healthcheck"]["Test"] == ["CMD", "python", "-m", "bot", "health"])
    texts = json.dumps([about["Config"], about["History"]])
    expect("no secret in its settings or history", not any(key in texts for key in ("BOT_TOKEN=", "PASSWORD=")))
    print(f"  {about['Size'] / 1e6:.0f} MB with the stand-in's Debian")
    inside = in_image(
        "-c", f"id; find / -xdev {_UNWANTED} 2>/dev/null; touch /x; pip", code=127, options=("--entrypoint", "sh")
    )  # fmt: skip
    expect("no settings file, database, tests or pip in it", inside.count("\n") == 3 and "uid=10001" in inside, inside)
    expect("its root cannot be written", "Read-only file system" in inside)
    expect("`--version`", "0.1.0" in in_image("--version"))
    expect("`demo --script` with a read-only root", "✓ The script went through" in in_image("demo", "--script"))
    volume = ("--volume", "rehearsal:/data", "--volume", f"{ROOT / 'seeds'}:/seeds:ro", "--network", "none")
    expect("`import /seeds`", "2 added, 0 errors" in in_image("import", "/seeds", options=volume))
    expect("`db check` finds what another container left", "schema" in in_image("db", "check", options=volume))
    said("podman", "volume", "rm", "rehearsal")


@contextmanager
def telegram() -> Iterator[None]:
    """The sandbox in place of Telegram, in a network of its own."""
    said("podman", "network", "create", "telegram")
    try:
        run = ("podman", "run", "--detach", "--no-healthcheck")
        said(*run, "--name", "telegram", "--network", "telegram", "--entrypoint", "python", IMAGE, "-m", "bot.sandbox")
        door = ["caddy", "reverse-proxy", "--from", ":8090", "--to", "127.0.0.1:8081", "--change-host-header"]
        said(*run, "--name", "telegram-door", "--network", "container:telegram", "docker.io/library/caddy:2", *door)
        yield
    finally:
        said("podman", "rm", "--force", "--volumes", "--time", "1", "telegram-door", "telegram", code=None)
        said("podman", "network", "rm", "--force", "telegram", code=None)


class Project:
    """One compose file, in a folder with settings and secrets."""

    def __init__(self, folder: Path, file: str, services: tuple[str, ...], networks: str) -> None:
        self.folder = folder
        listed = ", ".join(f"{name}: {{networks: [{networks}]}}" for name in services)
        own = "default: {}, " if "default" in networks else ""
        (folder / "rehearsal.yaml").write_text(
            f"services: {{{listed}}}\nnetworks: {{{own}telegram: {{external: true}}}}\n"
        )
        self._compose = (sys.executable, "-m", "podman_compose", "-f", file, "-f", "rehearsal.yaml")

    def up(self, *arguments: str) -> None:
        """Start services. podman's compose knows no `service_healthy`, so their order is the caller's."""
        said(*self._compose, "up", "--detach", "--no-deps", *arguments, cwd=self.folder, timeout=PATIENCE, code=None)

    def down(self) -> None:
        """Take everything away."""
        names = said("podman", "ps", "-a", "--filter", "label=com.docker.compose.project=depesche", "-q").split()
        if names:
            said("podman", "rm", "--force", "--volumes", "--time", "1", *names, code=None)
        said(*self._compose, "down", "--volumes", cwd=self.folder, code=None)

    @staticmethod
    def log(name: str) -> str:
        """What a container has said."""
        return said("podman", "logs", f"depesche_{name}_1", code=None)

    def says(self, name: str, part: str) -> None:
        """Wait until a container has said something."""
        until(f"{name}: {part}", lambda: part in self.log(name), lambda: self.log(name))

    def stops(self, name: str) -> None:
        """A container ends by itself when told to."""
        began = time.monotonic()
        said("podman", "stop", "--time", "15", f"depesche_{name}_1", code=None)
        state = json.loads(said("podman", "inspect", f"depesche_{name}_1"))[0]["State"]
        seconds = time.monotonic() - began
        well = state["ExitCode"] == 0 and "stopped_hard" not in self.log(name)
        expect(f"{name} ends by itself on SIGTERM, in {seconds:.1f} s", well, self.log(name))


def prepared(folder: Path) -> Path:
    """A folder as an operator has it: the files, settings, secrets."""
    for name in ("compose.yaml", "compose.postgres.yaml"):
        text = (ROOT / name).read_text()
        text = text.replace('"80:80"', '"127.0.0.1:18080:80"').replace('"443:443"', f'"127.0.0.1:{HTTPS}:443"')
        (folder / name).write_text(text.replace('      - "443:443/udp"\n', ""))
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    example = (ROOT / ".env.example").read_text().replace("\nBOT_TOKEN=\n", f"\nBOT_TOKEN={TOKEN}\n")
    (folder / ".env").write_text(example.replace("API_URL=https://api.telegram.org", "API_URL=http://telegram:8090"))
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700)
    for name, value in {"bot_token": TOKEN, "webhook_secret": SECRET, "postgres_password": PASSWORD}.items():
        (secrets / name).write_text(value)
        (secrets / name).chmod(0o444)
    return folder


def play_single(folder: Path) -> None:
    """compose.yaml: one process on SQLite."""
    project = Project(folder, "compose.yaml", ("bot",), "default, telegram")
    try:
        project.up("bot")
        project.says("bot", "bot_started")
        project.stops("bot")
    finally:
        project.down()


def play_scaled(folder: Path) -> None:
    """compose.postgres.yaml: web and work on PostgreSQL behind Caddy."""
    os.environ["BOT_HOST"] = "localhost"  # the sandbox posts to loopback only
    project = Project(folder, "compose.postgres.yaml", ("web", "work"), "inside, outside, telegram")
    try:
        project.up("postgres")
        healthy = ("podman", "healthcheck", "run", "depesche_postgres_1")
        until("postgres is healthy", lambda: subprocess.run(healthy, capture_output=True, check=False).returncode == 0)
        project.up("upgrade")
        project.says("upgrade", "The database went from schema none")
        project.up("web")
        project.says("web", "web_started")
        project.up("--scale", "work=2", "work")
        project.says("work", "work_started")
        project.up("proxy")
        until("the proxy answers", lambda: answered("/") != 0, lambda: project.log("proxy"))
        for path in ("/", "/metrics", "/statistics"):
            expect(f"{path} is not for the world", answered(path) == 404)
        expect("an update without the secret is refused", answered("/telegram", update(1)) in (401, 403))
        expect("an update of Telegram is handled", answered("/telegram", update(2), SECRET) == 200, project.log("web"))
        for name in ("web", "work"):
            output = project.log(name)
            expect(f"{name} tells no secret", not any(each in output for each in (TOKEN[10:], SECRET, PASSWORD)))
            project.stops(name)
    finally:
        project.down()


def update(number: int) -> str:
    """An update as Telegram posts it that wants no answer: somebody has blocked the bot."""
    person = {"id": 4242, "is_bot": False, "first_name": "Ada", "language_code": "de"}
    bot = {"id": int(TOKEN.partition(":")[0]), "is_bot": True, "first_name": "Depesche"}
    change = {
        "chat": {"id": 4242, "type": "private", "first_name": "Ada"},
        "from": person,
        "date": int(time.time()),
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": "kicked", "until_date": 0},
    }
    return json.dumps({"update_id": number, "my_chat_member": change})


def answered(path: str, body: str | None = None, secret: str | None = None) -> int:
    """The status of what the proxy answers; 0 without an answer."""
    command = ["curl", "-sk", "--noproxy", "*", "--resolve", f"localhost:{HTTPS}:127.0.0.1", "-o", "/dev/null"]
    command += ["-w", "%{http_code}", f"https://localhost:{HTTPS}{path}"]
    if body is not None:
        command += ["-H", "Content-Type: application/json", "--data", body]
    if secret is not None:
        command += ["-H", f"X-Telegram-Bot-Api-Secret-Token: {secret}"]
    return int(said(*command, code=None)[:3] or 0)


def main() -> None:
    """Everything, one after the other; ends at the first thing that does not hold."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "containers.conf").write_text(LIMITS)
        os.environ["CONTAINERS_CONF"] = str(folder / "containers.conf")
        make_stand_ins(folder)
        look_at_the_image()
        (folder / "operator").mkdir()
        place = prepared(folder / "operator")
        with telegram():
            play_single(place)
            play_scaled(place)
    print("✓ all of it")


if __name__ == "__main__":
    main()
