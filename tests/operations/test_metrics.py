"""Prometheus metrics: for the internal network only, summed over all gunicorn processes."""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from mailing.ticking import beat
from operations import checks, views
from scripts.run import free_port
from tests.digests.stack import database_url
from tests.mailing.fakes import make_message

NOW = dt.datetime(2026, 11, 24, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
ROOT = Path(__file__).resolve().parents[2]
INSIDE = [ip_network("127.0.0.0/8"), ip_network("fd00::/8")]


def read(text):
    """Returns name and labels of each sample → value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("networks", "peer", "headers", "status"),
    [
        ([], "127.0.0.1", {}, 404),
        (INSIDE, "127.0.0.1", {}, 200),
        (INSIDE, "::ffff:127.0.0.1", {}, 200),
        (INSIDE, "fd00::7", {}, 200),
        (INSIDE, "203.0.113.9", {}, 404),
        (INSIDE, "", {}, 404),
        (INSIDE, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        (INSIDE, "127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
    ids=[
        "off",
        "inside",
        "inside, mapped",
        "inside by IPv6",
        "outside",
        "no address",
        "by a proxy",
        "by another proxy",
    ],
)
def test_metrics_return_404_outside_of_the_allowed_networks(client, settings, networks, peer, headers, status):
    settings.METRICS_NETWORKS = networks
    assert client.get("/metrics", REMOTE_ADDR=peer, headers=headers).status_code == status


@pytest.mark.django_db
def test_metrics_include_tick_backup_mails_and_media(client, settings, time_machine, django_assert_max_num_queries):
    settings.METRICS_NETWORKS = INSIDE
    time_machine.move_to(NOW, tick=False)
    beat(name="tick", now=NOW - 40 * MINUTE)
    beat(name="backup", now=NOW - 60 * MINUTE)
    for minutes in (3, 7):
        make_message(now=NOW - minutes * MINUTE)
    # Warm the cache: the check of the media mark is cached for a minute.
    client.get("/readyz")
    with django_assert_max_num_queries(5):
        metrics = read(client.get("/metrics").content.decode())
    assert metrics["comite_tick_age_seconds",] == 40 * 60
    assert metrics["comite_tick_regular",] == 0
    assert metrics["comite_backup_age_seconds",] == 60 * 60
    assert metrics["comite_oldest_due_mail_seconds",] == 7 * 60
    assert (metrics["comite_mails", "pending"], metrics["comite_mails", "held"]) == (2, 0)
    assert metrics["comite_media_free_bytes",] > 0
    assert metrics["comite_media_shared",] == 1


@pytest.mark.django_db
def test_metrics_without_data_are_omitted(client, settings):
    settings.METRICS_NETWORKS = INSIDE
    metrics = read(client.get("/metrics").content.decode())
    names = {name for name, *_labels in metrics}
    assert names.isdisjoint({"comite_tick_age_seconds", "comite_backup_age_seconds", "comite_oldest_due_mail_seconds"})
    assert metrics["comite_tick_regular",] == 0


def test_alert_rules_use_documented_metrics():
    rules = yaml.safe_load((ROOT / "docs" / "prometheus-rules.yml").read_text())["groups"][0]["rules"]
    used = {name for rule in rules for name in re.findall(r"comite_\w+", rule["expr"])}
    documented = (ROOT / "docs" / "operations.md").read_text()
    exports = (ROOT / "operations" / "exports.py").read_text()
    for name in used:
        name = name.removesuffix("_bucket").removesuffix("_total")
        assert f"`{name}" in documented
        assert f'"{name}"' in exports
    assert len(used) == len(rules)


def test_check_warns_about_a_missing_multiprocess_folder(settings, monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    settings.METRICS_NETWORKS = []
    assert checks.figures_are_of_all_processes() == []
    settings.METRICS_NETWORKS = INSIDE
    assert [one.id for one in checks.figures_are_of_all_processes()] == ["operations.W001"]
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/dev/shm/metrics")  # noqa: S108 - nothing is written
    assert checks.figures_are_of_all_processes() == []


def test_client_without_ip_address_is_not_in_the_allowed_networks(rf, settings):
    settings.METRICS_NETWORKS = INSIDE
    request = rf.get("/metrics", REMOTE_ADDR="unix:")
    assert not views.is_of_the_inside(request)


@pytest.mark.stack
@pytest.mark.one_database
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_metrics_of_gunicorn_processes_are_summed_and_files_reused(tmp_path):
    """Two processes, one of which is killed: no counts are lost, and no files are added."""
    port, folder = free_port(), tmp_path / "figures"
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "VAR_DIR": str(tmp_path / "var"),
        "METRICS_NETWORKS": "127.0.0.1/32",
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--no-control-socket", "--log-level", "error"]

    def get(path):
        deadline = time.monotonic() + 300
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError as refused:
                return str(refused.code)
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.2)

    def request_total(status):
        return read(get("/metrics")).get(("comite_request_seconds_count", "GET", status), 0)

    server = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        for _ in range(20):
            get("/livez")
        get("/nulle-part/")
        assert request_total("404") == 1
        before, files = request_total("200"), sorted(path.name for path in folder.iterdir())
        assert before >= 20
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        assert len(children) == 2
        os.kill(int(children[0]), signal.SIGKILL)
        for _ in range(20):
            get("/livez")
        assert request_total("200") >= before + 20
        # One file per kind and process slot, however many processes used the slot.
        assert {re.sub(r"_\d", "", path.name) for path in folder.iterdir()} == {
            re.sub(r"_\d", "", name) for name in files
        }
        assert {int(number) for path in folder.iterdir() for number in re.findall(r"_(\d+)", path.name)} <= {0, 1}
    finally:
        server.terminate()
        server.wait(timeout=60)
