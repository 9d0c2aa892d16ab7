"""The units of systemd: the same programs as in the image, closed in, and known to the page of the installation."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config.settings import base
from tools.audit import installation

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "systemd").glob("*.service"))
# On the scale of `systemd-analyze security`, where 10 is open and 0 closed; 20 is 2.0.
MOST_EXPOSED = 20


def values(unit, key):
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


def named(name):
    return ROOT / "systemd" / f"{name}.service"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_each_unit_runs_without_root_and_without_rights(unit):
    assert values(unit, "User") == ["comite"]
    assert values(unit, "CapabilityBoundingSet") == [""]
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictSUIDSGID"):
        assert (key, values(unit, key)) == (key, ["yes"])
    assert values(unit, "ProtectSystem") == ["strict"]
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", unit]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migrations(name):
    assert values(named(f"comite-{name}"), "Requires") == ["comite-migrate.service"]
    assert "comite-migrate.service" in values(named(f"comite-{name}"), "After")[0]
    assert values(named(f"comite-{name}"), "Restart") == ["always"]


@pytest.mark.parametrize(("name", "program"), [("web", "gunicorn"), ("worker", "celery"), ("beat", "celery")])
def test_a_unit_says_what_the_image_says(name, program):
    """But for the address, and for a folder that a container has elsewhere."""
    ours = re.search(rf"{program} (.*)", values(named(f"comite-{name}"), "ExecStart")[0]).group(1)
    entrypoint = (ROOT / "docker" / "entrypoint.sh").read_text().replace("\\\n", "")
    theirs = re.search(
        rf"^  {name}\)\n(?:\s*(?:#|export) .*\n)*\s*exec {program} (.*)$", entrypoint, re.MULTILINE
    ).group(1)
    theirs = re.sub(r'"\$\{\w+:-(\d+)\}"', r"\1", theirs).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    for own in ("--worker-tmp-dir /dev/shm", "--forwarded-allow-ips '*'"):
        theirs = theirs.replace(own, "")
    assert ours.split() == theirs.split()


def test_who_is_asked_to_stop_has_the_time_for_it():
    graceful = re.search(r"--graceful-timeout (\d+)", values(named("comite-web"), "ExecStart")[0]).group(1)
    assert int(values(named("comite-web"), "TimeoutStopSec")[0].rstrip("s")) > int(graceful)
    assert int(values(named("comite-worker"), "TimeoutStopSec")[0].rstrip("s")) > base.CELERY_TASK_TIME_LIMIT


def test_the_page_of_the_installation_names_what_there_is():
    lines = installation.documented_lines()
    text = "\n".join(lines)
    assert any(line.startswith(installation.LAST_WITH_NETWORK) for line in lines)
    assert any("fill it in" in line for line in lines)
    enabled = set(re.findall(r"comite-\w+(?:\.timer)?", next(line for line in lines if "enable --now comite" in line)))
    installed = {unit.stem for unit in UNITS} - {"comite-migrate", "comite-backup"} | {"comite-backup.timer"}
    assert enabled == installed
    assert "--locale-provider icu --icu-locale fr-FR" in text
    example = (ROOT / "systemd" / "environment.example").read_text()
    for path in re.findall(r"^\w+_FILE=/etc/comite/(\w+)$", example, re.MULTILINE):
        assert path in text
