"""Units of systemd: same programs as in the image, sandboxed, and documented on the installation page."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from config.settings import base
from tools import webs
from tools.audit import installation

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "systemd").glob("*.service"))
# On ten times the scale of `systemd-analyze security` (0 is safe, 10 exposed): 20 is 2.0.
MOST_EXPOSED = 20
SITE = ("web@", "worker", "beat")
# One template unit, one instance per port.
WEBS = {"comite-web@8000", "comite-web@8001"}
BOUND = re.compile(r"(Requires|Requisite|BindsTo|PartOf)=|.*\bWants=comite-migrate")


def values(unit, key):
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


def unit_file(name):
    return ROOT / "systemd" / f"{name}.service"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_units_run_without_root_and_capabilities(unit):
    assert values(unit, "User") == ["comite"]
    assert values(unit, "CapabilityBoundingSet") == [""]
    for key in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictSUIDSGID"):
        assert (key, values(unit, key)) == (key, ["yes"])
    assert values(unit, "ProtectSystem") == ["strict"]
    if shutil.which("systemd-analyze"):
        command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", unit]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-300:]


@pytest.mark.parametrize("name", SITE)
def test_services_load_the_site_once(name):
    """Web and worker themselves wait for the schema (`tests/operations/test_schema.py`); beat needs none."""
    unit = unit_file(f"comite-{name}")
    assert values(unit, "ExecStartPre") == []
    assert len(values(unit, "ExecStart")) == 1
    assert ("comite-migrate.service" in values(unit, "After")[0]) == (name != "beat")
    assert values(unit, "Restart") == ["always"]


@pytest.mark.parametrize("name", SITE)
def test_migration_does_not_stop_running_services(name):
    """systemd stops services that `Requires` (and the like) a unit when that unit restarts or fails."""
    assert [line for line in unit_file(f"comite-{name}").read_text().splitlines() if BOUND.match(line)] == []
    assert "RemainAfterExit" not in unit_file("comite-migrate").read_text(), "`systemctl start` would do nothing"


def test_example_values_are_refused_before_migrating():
    steps = [line.split("manage.py ")[1] for line in values(unit_file("comite-migrate"), "ExecStart")]
    assert steps[0] == "check --deploy"
    assert [step.split()[0] for step in steps[1:]] == ["migrate", "createcachetable", "collectstatic"]


def test_upgrade_restarts_web_servers_one_by_one():
    """If the first one does not start, the second one stays untouched; if the migration fails, all do."""
    upgrade = (ROOT / "docs" / "operations.md").read_text().partition("### A new version, without containers")[2]
    steps = re.findall(r"systemctl (.*?)(?: &&|\n)", upgrade.partition("```sh")[2].partition("```")[0])
    assert steps == [
        "daemon-reload",
        "start comite-migrate",
        "restart comite-web@8000",
        "restart comite-web@8001",
        "restart comite-worker comite-beat",
        "reload nginx",
    ]


@pytest.mark.parametrize(("name", "program"), [("web@", "gunicorn"), ("worker", "celery"), ("beat", "python")])
def test_unit_commands_equal_those_of_the_image(name, program):
    """Except for the address and a folder of the container. Two instances of one process equal one of two processes."""
    unit = unit_file(f"comite-{name}")
    ours = re.search(rf"{program} (.*)", values(unit, "ExecStart")[0]).group(1)
    defaults = dict(pair.split("=", 1) for line in values(unit, "Environment") for pair in line.split())
    if name == "web@":
        defaults["WEB_WORKERS"] = str(int(defaults["WEB_WORKERS"]) * len(WEBS))
    ours = re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], ours).replace("%i", "8000")
    entrypoint = (ROOT / "docker" / "entrypoint.sh").read_text().replace("\\\n", "")
    theirs = re.search(
        rf"^  {name.rstrip('@')}\)\n(?:\s*(?:#|export) .*\n)*\s*exec {program} (.*)$", entrypoint, re.MULTILINE
    ).group(1)
    theirs = re.sub(r'"\$\{\w+:-(\d+)\}"', r"\1", theirs).replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    for own in ("--worker-tmp-dir /dev/shm", "--forwarded-allow-ips '*'"):
        theirs = theirs.replace(own, "")
    assert ours.split() == theirs.split()


@pytest.mark.stack
def test_beat_starts_with_the_command_of_image_and_unit(tmp_path):
    """Nothing but this command puts the sources on the path: beat has no Django. It then tries to reach the broker."""
    env = webs.environment(tmp_path)
    command = [str(webs.ENTRYPOINT), "beat"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as beat:
        line = next((line for line in beat.stderr if "beat: Connection error" in line or "ValueError" in line), "ended")
        beat.terminate()
    assert "ERROR celery.beat: beat: Connection error" in line


def test_each_web_server_has_its_own_metrics_folder():
    """Processes of two instances have the same slots, and so would use the same files."""
    web = unit_file("comite-web@")
    assert "PROMETHEUS_MULTIPROC_DIR=/run/comite-web-%i" in values(web, "Environment")
    assert values(web, "RuntimeDirectory") == ["comite-web-%i"]


def test_stop_timeouts_exceed_graceful_timeouts():
    graceful = re.search(r"--graceful-timeout (\d+)", values(unit_file("comite-web@"), "ExecStart")[0]).group(1)
    assert int(values(unit_file("comite-web@"), "TimeoutStopSec")[0].rstrip("s")) > int(graceful)
    assert int(values(unit_file("comite-worker"), "TimeoutStopSec")[0].rstrip("s")) > base.CELERY_TASK_TIME_LIMIT


def test_documented_installation_creates_the_folders_of_nginx():
    """Debian's package lacks these folders, and nginx does not start without them."""
    text = "\n".join(installation.documented_lines())
    confs = [ROOT / "systemd" / "nginx.conf", ROOT / "docker" / "site.conf"]
    for conf in confs:
        assert str(conf.relative_to(ROOT)) in text
    named_there = "\n".join(conf.read_text() for conf in confs)
    folders = set(re.findall(r"/(?:etc/nginx|var/cache|var/www)/[\w.-]+(?=/|;)", named_there))
    ours = {folder for folder in folders if "." not in folder.rpartition("/")[2] or folder.endswith("proxy.d")}
    assert ours == {"/etc/nginx/tls", "/etc/nginx/proxy.d", "/var/cache/nginx", "/var/www/acme", "/var/www/error-pages"}
    for folder in ours:
        assert folder in " ".join(line for line in text.splitlines() if line.startswith("install -d"))
    assert "-keyout /etc/nginx/tls/privkey.pem -out /etc/nginx/tls/fullchain.pem" in text


def test_killed_database_starts_again():
    """Debian's unit of PostgreSQL has no `Restart=`. New and upgraded sites get the drop-in."""
    installs = (
        "install -D -m 644 systemd/postgresql-restart.conf /etc/systemd/system/postgresql@.service.d/restart.conf"
    )
    page = (ROOT / "docs" / "operations.md").read_text()
    upgrade = page.partition("### A new version, without containers")[2].partition("```sh")[2].partition("```")[0]
    for lines in (installation.documented_lines(), upgrade.splitlines()):
        assert lines.index(installs) < lines.index("systemctl daemon-reload")
    assert values(ROOT / "systemd" / "postgresql-restart.conf", "Restart") == ["on-failure"]


def test_documented_installation_covers_all_units_and_files():
    lines = installation.documented_lines()
    text = "\n".join(lines)
    assert any(line.startswith(installation.LAST_WITH_NETWORK) for line in lines)
    assert any("fill it in" in line for line in lines)
    enable = next(line for line in lines if "enable --now comite" in line)
    enabled = set(re.findall(r"comite-[\w@]+(?:\.timer)?", enable))
    installed = {unit.stem for unit in UNITS} - {"comite-web@", "comite-backup"} | WEBS | {"comite-backup.timer"}
    assert enabled == installed
    assert "--locale-provider icu --icu-locale fr-FR" in text
    example = (ROOT / "systemd" / "environment.example").read_text()
    paths = re.findall(r"^\w+_FILE=/etc/comite/(\w+)$", example, re.MULTILINE)
    assert paths
    for path in paths:
        assert path in text
