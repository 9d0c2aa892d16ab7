"""Runs the image in its own mount and network namespaces, as root: no capabilities, read-only root file system.

Reads its instructions as JSON from standard input (`tools.audit.image`); writes its findings to the file given as
argument.
"""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scripts import run

# Timeout for web, worker and beat to be ready.
START_SECONDS = 240
# For gunicorn and Celery, as in docker/compose.yaml.
STOP_SECONDS = {"web": 30, "worker": 130, "beat": 10}
VOLUMES = ("media", "erasures", "error-pages")
HEALTH = ["python", "/app/docker/healthcheck.py"]
# Prints the state of the tick as the web server reports it.
TICK = """
from urllib.request import Request, urlopen
print(urlopen(Request("http://127.0.0.1:8000/readyz", headers={"Host": "comite.ville.fr"})).read().decode())
"""
# Lines of `/proc/self/status`: user, no capabilities, no new privileges.
STATUS = {"Uid": "10001", "CapEff": "0" * 16, "CapBnd": "0" * 16, "NoNewPrivs": "1"}


@dataclass
class Containers:
    """Running processes of the image."""

    root: Path
    config: dict
    env: dict[str, str]
    faults: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        user = self.config["User"].partition(":")[0]
        rights = ["--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", "--bounding-set=-all"]
        return ["chroot", str(self.root), "/usr/bin/setpriv", *rights, "--inh-caps=-all", *arguments]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**self.env, "PWD": self.config["WorkingDir"]}
        command = self.command("/usr/bin/env", "--chdir", self.config["WorkingDir"], *arguments)
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def start(self, name: str, log: Path) -> subprocess.Popen[bytes]:
        command = self.command("/usr/bin/env", "--chdir", self.config["WorkingDir"], *self.config["Entrypoint"], name)
        with log.open("wb") as output:
            return subprocess.Popen(command, env=self.env, stdout=output, stderr=output)


def main() -> int:
    payload = json.loads(sys.stdin.read())
    root, folder = Path(payload["root"]), Path(payload["folder"])
    loopback_up()
    make_read_only(root, Path(payload["url"].rpartition("/")[0].partition("@/")[2]))
    env = dict(line.split("=", 1) for line in payload["config"]["Env"]) | {
        "SECRET_KEY": secrets.token_urlsafe(60),
        "HASH_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "comite.ville.fr",
        "DEFAULT_FROM_EMAIL": "Comité <lettre@ville.fr>",
        "DATABASE_HOST": payload["url"].rpartition("/")[0].partition("@/")[2],
        "DATABASE_USER": "postgres",
        "TICK_SECONDS": "1",
    }
    broker = run.Processes()
    containers = Containers(root, payload["config"], env)
    try:
        env["REDIS_URL"] = run.start_broker(broker, env=dict(os.environ), var_dir=folder)
        play(containers, folder)
    finally:
        broker.stop()
    Path(sys.argv[1]).write_text(json.dumps({"faults": containers.faults, "seconds": containers.seconds}))
    return 0


def play(containers: Containers, folder: Path) -> None:
    """Migrates; starts, examines and stops web, worker and beat in turn."""
    started = time.monotonic()
    completed = containers.call(*containers.config["Entrypoint"], "migrate")
    containers.seconds["migrate"] = time.monotonic() - started
    if completed.returncode:
        containers.faults.append(f"migrate failed: {completed.stderr[-2000:]}")
        return
    processes = {}
    try:
        started = time.monotonic()
        processes["web"] = containers.start("web", folder / "web.log")
        wait(containers, "web is not ready", lambda: containers.call(*HEALTH).returncode == 0)
        containers.seconds["start of web"] = time.monotonic() - started
        started = time.monotonic()
        for name in ("worker", "beat"):
            processes[name] = containers.start(name, folder / f"{name}.log")
        wait(containers, "no tick comes", lambda: "regular" in containers.call("python", "-c", TICK).stdout)
        containers.seconds["first tick"] = time.monotonic() - started
        look(containers, processes)
    finally:
        for name, process in processes.items():
            stop(containers, name, process)
            if process.returncode not in (0, -signal.SIGTERM):
                tail = (folder / f"{name}.log").read_text()[-1500:]
                containers.faults.append(f"{name} ended with {process.returncode}: {tail}")


def look(containers: Containers, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, process in processes.items():
        lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
        status = {key: value.split() for key, _, value in (line.partition(":") for line in lines)}
        containers.faults += [
            f"{name}: {key} is {status[key]}" for key, value in STATUS.items() if set(status[key]) != {value}
        ]
    for path in ("/app/here", "/var/lib/comite/static/here", "/etc/here"):
        if containers.call("touch", path).returncode == 0:
            containers.faults.append(f"{path} could be written")
    for path in ("/var/lib/comite/media/here", "/tmp/here"):  # noqa: S108
        if containers.call("touch", path).returncode:
            containers.faults.append(f"{path} could not be written")
    completed = containers.call(*containers.config["Entrypoint"], "check", "--deploy", "--fail-level", "WARNING")
    if completed.returncode:
        containers.faults.append(f"check --deploy: {completed.stderr[-1000:]}")
    backup = containers.call(*containers.config["Entrypoint"], "backup", "/tmp/backup")  # noqa: S108
    if backup.returncode:
        containers.faults.append(f"backup: {backup.stderr[-1000:]}")


def stop(containers: Containers, name: str, process: subprocess.Popen[bytes]) -> None:
    started = time.monotonic()
    process.terminate()
    try:
        process.wait(STOP_SECONDS[name])
    except subprocess.TimeoutExpired:
        containers.faults.append(f"{name} did not stop within {STOP_SECONDS[name]} s")
        process.kill()
        process.wait()
    containers.seconds[f"stop of {name}"] = time.monotonic() - started


def wait(containers: Containers, fault: str, is_done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_done():
        if time.monotonic() > deadline:
            containers.faults.append(fault)
            return
        time.sleep(0.5)


def make_read_only(root: Path, database: Path) -> None:
    """Mounts as an engine does: read-only image, volumes, tmpfs for /tmp, and the database socket."""

    def mount(*arguments: str) -> None:
        subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)

    mount("--bind", str(root), str(root))
    for name in ("tmp", "dev/shm", *(f"var/lib/comite/{volume}" for volume in VOLUMES)):
        (root / name).mkdir(parents=True, exist_ok=True)
    mount("-o", "remount,bind,ro", str(root))
    mount("-t", "proc", "proc", str(root / "proc"))
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(root / "dev"))
    for name in ("null", "zero", "random", "urandom"):
        (root / "dev" / name).touch()
        mount("--bind", f"/dev/{name}", str(root / "dev" / name))
    (root / "dev" / "shm").mkdir()
    for name, mode in (("tmp", "1777"), ("dev/shm", "1777")):
        mount("-t", "tmpfs", "-o", f"mode={mode}", "tmpfs", str(root / name))
    for name in VOLUMES:
        mount("-t", "tmpfs", "-o", "uid=10001,gid=10001,mode=755", "tmpfs", str(root / "var/lib/comite" / name))
    inside = root / str(database).lstrip("/")
    inside.mkdir(parents=True)
    # The folder of the socket is closed to other users, the socket itself is not.
    database.chmod(0o755)
    mount("--bind", str(database), str(inside))


def loopback_up() -> None:
    """Brings up the loopback interface, which is down in a new network namespace."""
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as control_socket:
        up = 0x1 | 0x8 | 0x40
        fcntl.ioctl(control_socket, 0x8914, struct.pack("16sH14s", b"lo", up, b""))


if __name__ == "__main__":
    sys.exit(main())
