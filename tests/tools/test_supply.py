"""Dependencies: each check finds planted faults, and reports when it could not run."""

import json
import subprocess
import threading
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tools.audit import __main__ as audit
from tools.supply import advisories, leaks, outdated, parts
from tools.supply.pins import Pin, once_each, parse_pins, read_pins

pytestmark = pytest.mark.one_database

FAULT = {
    "id": "PYSEC-2023-1",
    "modified": "2023-05-07T00:00:00Z",
    "summary": "Planted",
    "affected": [{"package": {"name": "django", "ecosystem": "PyPI"}, "versions": ["4.2.0"]}],
}
PLANTED, SOUND = Pin("django", "4.2.0"), Pin("wagtail", "7.4.4")


@contextmanager
def serve_advisories(known: dict[str, list]):
    """Serves an advisory source that knows `known`: package → its faults."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"vulns": known[asked]} if known.get(asked) else {}).encode())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/v1/query"
        server.shutdown()
        thread.join()


def advisory_for(fault, name, version):
    return {**fault, "affected": [{"package": {"name": name, "ecosystem": "PyPI"}, "versions": [version]}]}


CONTROL = {"jinja2": [advisory_for(FAULT, "jinja2", "2.4.1")]}


class TestAdvisories:
    @pytest.fixture(autouse=True)
    def own_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def ask(self, monkeypatch, address):
        monkeypatch.setenv(advisories.OWN_SOURCE, address)
        return advisories.check([PLANTED, SOUND])

    @pytest.mark.thorough
    def test_vulnerable_pin_is_reported(self, monkeypatch):
        with serve_advisories({**CONTROL, "django": [FAULT]}) as address:
            report = self.ask(monkeypatch, address)
        assert report.faults == ["django 4.2.0: PYSEC-2023-1, mended in none"]
        assert report.figures == {"packages": 2, "told about": 2, "known": 1}

    @pytest.mark.thorough
    def test_pins_without_a_fault_pass(self, monkeypatch):
        with serve_advisories(CONTROL) as address:
            assert self.ask(monkeypatch, address).passed

    @pytest.mark.thorough
    def test_source_without_the_control_advisory_fails(self, monkeypatch):
        """The source answers that nothing is wrong, as it would for any package."""
        with serve_advisories({}) as address:
            report = self.ask(monkeypatch, address)
        assert report.faults[0] == advisories.SILENCE.format(count=2)
        assert "does not know that jinja2==2.4.1 is vulnerable" in report.faults[1]

    @pytest.mark.thorough
    def test_unreachable_source_fails(self, monkeypatch):
        report = self.ask(monkeypatch, "http://localhost:1/v1/query")
        assert report.faults[0] == advisories.SILENCE.format(count=2)
        assert report.figures["known"] is None

    def test_skipped_package_is_reported(self, monkeypatch):
        """pip-audit prints "no known vulnerabilities found" also if the index does not know a package."""
        skipped = {"name": "wagtail", "skip_reason": "Dependency not found"}
        control = {"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"]}]}
        assert advisories.read_answer({"dependencies": [skipped]}).problem
        answer = advisories.read_answer({"dependencies": [skipped, control]})
        monkeypatch.setattr(advisories, "ask", lambda pins, options: answer)
        assert "wagtail==7.4.4: the package index was not able to say anything" in advisories.check([SOUND]).faults


class TestPins:
    def test_each_pin_is_read_with_its_hashes(self):
        text = f"amqp==5.4.2 ; python_version < '4' \\\n    --hash=sha256:{'a' * 64} \\\n    --hash=sha256:{'b' * 64}\n"
        assert parse_pins(f"{text}    # via kombu\nDjango_CSP==4.0\n") == [
            Pin("amqp", "5.4.2", ("a" * 64, "b" * 64)),
            Pin("django-csp", "4.0"),
        ]

    def test_runtime_requirements_are_pinned_by_hash(self):
        pins = read_pins("base")
        assert {"django", "wagtail", "django-allauth"} <= {pin.name for pin in pins}
        assert all(pin.hashes for pin in pins)

    def test_versions_of_the_same_package_are_queried_in_separate_batches(self):
        old, new, other = Pin("a", "1"), Pin("a", "2"), Pin("b", "1")
        assert once_each([old, new, other]) == [[old, other], [new]]


class TestParts:
    def check(self, tmp_path):
        return parts.check(tmp_path / "sbom.cdx.json", version="abc")

    def test_bill_of_materials_lists_pins_and_bundled_files(self, tmp_path):
        report = self.check(tmp_path)
        bill = json.loads((tmp_path / "sbom.cdx.json").read_text())
        listed = {(part["name"], part["version"]) for part in bill["components"]}

        assert report.faults == []
        assert bill["bomFormat"] == "CycloneDX"
        assert {(pin.name, pin.version) for pin in read_pins("base")} | {("htmx", "4.0.1")} == listed
        (django,) = [part for part in bill["components"] if part["name"] == "django"]
        assert django["purl"] == f"pkg:pypi/django@{django['version']}"
        assert django["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
        assert django["hashes"]

    def test_bundled_file_has_the_name_and_licence_of_its_notice(self):
        """The tests of scripts compare the file with this checksum (`tests/architecture/test_scripts.py`)."""
        (htmx, licence), *others = parts.carried()
        assert (htmx.name, licence, others) == ("htmx", "Zero-Clause BSD", [])

    @pytest.mark.parametrize(
        "licence",
        ["GPL-3.0-only", "MIT AND GPL-2.0-or-later", "GNU Affero General Public License v3", "Freeware", "", "UNKNOWN"],
    )
    def test_copyleft_or_unknown_licence_is_a_fault(self, licence, tmp_path, monkeypatch):
        read = parts.licence_of
        monkeypatch.setattr(parts, "licence_of", lambda data: licence if data["Name"] == "celery" else read(data))
        (fault,) = self.check(tmp_path).faults
        assert fault.startswith("celery==")

    @pytest.mark.parametrize(
        "licence", ["MIT", "LGPL-3.0-only", "GPL-2.0-only OR MIT", "Apache-2.0 OR BSD-3-Clause", "BSD License"]
    )
    def test_permissive_licence_or_choice_passes(self, licence):
        assert parts.leaves_free(licence)

    def test_licence_expression_precedes_classifier_and_free_text(self):
        metadata = Message()
        metadata["License"] = "See the file"
        assert parts.licence_of(metadata) == "See the file"
        metadata["Classifier"] = "License :: OSI Approved :: MIT License"
        metadata["Classifier"] = "Programming Language :: Python"
        assert parts.licence_of(metadata) == "MIT License"
        metadata["License-Expression"] = "MIT-0"
        assert parts.licence_of(metadata) == "MIT-0"


class TestSecrets:
    SECRET = "AKIA" + "Z9" * 8

    @pytest.fixture
    def copy(self, tmp_path):
        def git(*arguments):
            identity = ("-c", "user.name=Odile", "-c", "user.email=odile@comite.example")
            subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

        git("init", "--quiet")
        (tmp_path / "settings.py").write_text("DEBUG = False\n")
        (tmp_path / ".gitignore").write_text("var/\n")
        git("add", ".")
        git("commit", "--quiet", "-m", "Begin")
        self.git = git
        return tmp_path

    def faults(self, copy):
        return leaks.check(copy).faults

    def test_repository_without_secrets_passes(self, copy):
        assert self.faults(copy) == []

    def test_uncommitted_secret_is_found_and_masked_in_the_report(self, copy):
        (copy / "settings.py").write_text(f"DEBUG = False\nKEY = '{self.SECRET}'\n")
        (fault,) = self.faults(copy)
        assert fault.startswith("settings.py:2: cloud-key")
        assert self.SECRET not in fault

    def test_secret_removed_by_a_later_commit_is_found(self, copy):
        (copy / "settings.py").write_text(f"KEY = '{self.SECRET}'\n")
        self.git("commit", "--quiet", "-am", "Say too much")
        (copy / "settings.py").write_text("KEY = ''\n")
        self.git("commit", "--quiet", "-am", "Take it back")
        assert {fault.split(" ")[0] for fault in self.faults(copy)} == {"commit"}

    def test_secret_in_a_commit_message_is_found(self, copy):
        self.git("commit", "--quiet", "--allow-empty", "-m", f"Use {self.SECRET}")
        assert len(self.faults(copy)) == 1

    def test_forbidden_file_is_found_by_its_name(self, copy):
        (copy / "docker").mkdir()
        (copy / "docker" / ".env").write_text("A=1\n")
        (copy / "var").mkdir()
        (copy / "var" / "comite.sqlite3").write_text("ignored")
        (fault,) = self.faults(copy)
        assert fault.startswith("docker/.env: file")

    def test_shallow_clone_is_reported(self, copy, tmp_path_factory):
        self.git("commit", "--quiet", "--allow-empty", "-m", "Go on")
        part = tmp_path_factory.mktemp("part")
        subprocess.run(
            ["git", "clone", "--quiet", "--depth=1", f"file://{copy}", part], check=True, capture_output=True
        )
        (fault,) = self.faults(part)
        assert "a part of the history only" in fault

    @pytest.mark.parametrize("line", leaks.CONTROLS)
    def test_each_kind_of_secret_is_found(self, line):
        assert len({leak.kind for leak in leaks.find(line, "")}) == 1
        assert leaks.missed([other for other in leaks.CONTROLS if other != line])

    @pytest.mark.parametrize(
        "line",
        [
            'PASSWORD = "cigogne sur un toit rouge"',
            "DATABASE_URL=postgresql://user:password@host:5432/name",
            '"set_password": "accounts.forms.password.SetPasswordForm",',
            "token = signing.dumps(value, salt=SALT)",
        ],
    )
    def test_placeholders_are_not_secrets(self, line):
        assert list(leaks.find(line, "")) == []


class TestOutdated:
    def test_rows_distinguish_versions_within_and_beyond_bounds(self):
        pinned = [Pin("django", "5.2.1"), Pin("wagtail", "7.4.4"), Pin("nh3", "0.3.8")]
        within = [Pin("django", "5.2.2"), Pin("wagtail", "7.4.4"), Pin("nh3", "0.3.8")]
        newest = {"django": "6.1", "wagtail": "8.0.1"}
        assert outdated.compare(pinned, within, newest) == [
            outdated.Row("django", "5.2.1", "5.2.2", "6.1"),
            outdated.Row("wagtail", "7.4.4", "7.4.4", "8.0.1"),
        ]

    def test_unreachable_index_is_reported(self, monkeypatch, capsys):
        def refuse(*arguments):
            raise outdated.NoAnswer("connection refused")

        monkeypatch.setattr(outdated, "uv", refuse)
        assert outdated.main() == 2
        assert outdated.SILENCE in capsys.readouterr().err

    def test_error_of_uv_raises_no_answer(self):
        with pytest.raises(outdated.NoAnswer):
            outdated.uv("compile", "requirements/none.in")


def test_audit_of_dependencies_needs_no_running_site(monkeypatch, tmp_path, capsys):
    """The public audit record is left unchanged, because it is about pages."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("ONLY", "parts")
    monkeypatch.setattr(audit, "check_site", None)
    before = audit.record.RECORD.read_bytes()
    assert audit.main() == 0
    assert (tmp_path / "audit" / "sbom.cdx.json").exists()
    assert audit.record.RECORD.read_bytes() == before
    assert "parts and licences" in capsys.readouterr().out
