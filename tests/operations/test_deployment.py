"""Settings required in production, and their documentation."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.test import override_settings

from operations.checks import secret_key_is_secret, settings_are_of_a_site
from participation.services.attachments import IMAGE_MAX_SIZE, PDF_MAX_SIZE
from scripts.check import FIVE_VARIABLES, PRODUCTION, checks

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = sorted((ROOT / "config" / "settings").glob("*.py"))
# As written in the settings: `"start-" + "0" * 48`.
KEYS_OF_THE_REPOSITORY = [
    start + "0" * int(count)
    for path in SETTINGS
    for start, count in re.findall(r'^SECRET_KEY = .*?"([a-z-]+)" \+ "0" \* (\d+)', path.read_text(), re.MULTILINE)
]


# Reads the settings in a process started with these variables; a single process serves all cases.
READ_SETTINGS = """
import importlib, json, os, runpy, sys

def read(module, env):
    os.environ.clear()
    os.environ.update(env)
    for name in [name for name in sys.modules if name.startswith("config")]:
        del sys.modules[name]
    try:
        settings = importlib.import_module(module)
    except Exception as error:
        return {"refusal": str(error)}
    return {name: getattr(settings, name, None) for name in %r} | {"NAME": settings.DATABASES["default"]["NAME"]}

cases = json.loads(sys.stdin.read())
answers = {name: read("config.settings.production", env) for name, env in cases.items()}
os.environ.clear()
sys.argv = ["manage.py", "version"]
runpy.run_path("manage.py", run_name="__main__")
answers["manage.py"] = read(module := os.environ["DJANGO_SETTINGS_MODULE"], {}) | {"module": module}
print(json.dumps(answers, default=str))
"""
CHECKED = ("DEFAULT_FROM_EMAIL", "ALLOWED_HOSTS", "REDIS_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS")
READ = (*CHECKED, "DEMONSTRATION", "MAILBOX_DIR", "DEBUG")
# Variable and value → the check that refuses it.
EXAMPLE_VALUES = {
    ("DEFAULT_FROM_EMAIL", "Comité <lettre@comite.example>"): "E001",
    ("DEFAULT_FROM_EMAIL", ""): "E001",
    ("DEFAULT_FROM_EMAIL", "lettre"): "E001",
    ("ALLOWED_HOSTS", ""): "E002",
    ("ALLOWED_HOSTS", "comite.ville.fr,Comite.Example"): "E002",
    ("REDIS_URL", ""): "E003",
    ("REDIS_URL", "redis:///0"): "E003",
    ("SECRET_KEY", "development-only-" + "0" * 48): "E005",
    ("SECRET_KEY_FALLBACKS", "development-only-" + "0" * 48): "E005",
}


@pytest.fixture(scope="module")
def read() -> dict[str, dict]:
    """Returns the settings, or the refusal to start, by case."""
    cases = {f"{name}={value}": PRODUCTION | {name: value} for name, value in EXAMPLE_VALUES}
    cases |= {f"no {name}": {key: PRODUCTION[key] for key in PRODUCTION if key != name} for name in FIVE_VARIABLES}
    cases |= {"five": PRODUCTION, "demonstration": {**PRODUCTION, "DEMONSTRATION": "1", "DEBUG": "1"}}
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS % (READ,)],
        cwd=ROOT,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def refused(values: dict) -> list:
    with override_settings(**{name: values[name] for name in CHECKED}):
        return [*settings_are_of_a_site(), *secret_key_is_secret()]


@pytest.mark.stack
@pytest.mark.xdist_group("settings of a process")
class TestProcess:
    """Process started with these variables; the settings are read once for all tests."""

    def test_five_variables_are_enough_and_leave_no_warning(self, read):
        """`make check` runs all production checks with them."""
        assert refused(read["five"]) == []
        names = {name: command for name, command, env in checks() if env == PRODUCTION}
        assert names["deployment"][-4:] == ["check", "--deploy", "--fail-level", "WARNING"]

    def test_missing_required_variable_is_named_in_the_refusal(self, read):
        refusals = {name: read[f"no {name}"].get("refusal", "") for name in FIVE_VARIABLES}
        assert {name: text for name, text in refusals.items() if name not in text} == {}

    def test_example_settings_are_refused_with_a_hint(self, read):
        messages = {
            (name, value): [(check.id, check.hint.partition(" ")[0], name in check.hint) for check in refused(values)]
            for name, value in EXAMPLE_VALUES
            for values in [read[f"{name}={value}"]]
        }
        assert messages == {case: [(f"operations.{code}", "Write", True)] for case, code in EXAMPLE_VALUES.items()}

    def test_check_command_fails_with_these_hints(self):
        env = PRODUCTION | dict.fromkeys(("DEFAULT_FROM_EMAIL", "ALLOWED_HOSTS", "REDIS_URL"), "")
        command = [sys.executable, "manage.py", "check", "--deploy"]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode != 0
        for code in ("E001", "E002", "E003"):
            assert f"(operations.{code})" in done.stderr
        assert done.stderr.count("HINT: Write in ") == 3
        assert "Traceback" not in done.stderr

    def test_demonstration_cannot_be_enabled_in_production(self, read):
        values = read["demonstration"]
        assert (values["DEMONSTRATION"], values["MAILBOX_DIR"], values["DEBUG"]) == (False, None, False)

    def test_manage_py_uses_the_database_of_make_run_by_default(self, read):
        values = read["manage.py"]
        assert (Path(values["NAME"]), values["module"]) == (ROOT / "var" / "comite.sqlite3", "config.settings.dev")


def test_published_or_weak_secret_key_is_refused(settings):
    own = PRODUCTION["SECRET_KEY"]
    cases = [
        *((key, [], True) for key in KEYS_OF_THE_REPOSITORY),
        ("of this site: " + "k9" * 10, [], True),
        ("ab" * 40, [], True),
        (own, [], False),
        (own, ["of this site, and short"], False),
        *((own, ["another", key], True) for key in KEYS_OF_THE_REPOSITORY),
    ]
    for key, former, is_refused in cases:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, former
        assert [one.id for one in secret_key_is_secret()] == ["operations.E005"] * is_refused, (key, former)


def test_secret_keys_of_the_repository_are_found():
    assert len(KEYS_OF_THE_REPOSITORY) == 2


def test_every_variable_is_documented():
    sources = "".join(path.read_text() for path in (ROOT / "config" / "settings").glob("*.py"))
    sources += (ROOT / "scripts" / "run.py").read_text() + (ROOT / "docker" / "entrypoint.sh").read_text()
    read = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', sources))
    read |= set(re.findall(r'os\.environ\.get\("([A-Z_]+)"', sources)) | set(re.findall(r"\$\{([A-Z_]+):", sources))
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operations.md").read_text()))
    assert read
    assert read - documented == set()


def test_every_hook_is_documented():
    sources = [
        path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] not in ("tests", ".venv", "var")
    ]
    text = "\n".join(path.read_text() for path in sources)
    constants = dict(re.findall(r'^([A-Z_]+) = "(\w+)"$', text, re.MULTILINE))
    used = re.findall(r"hooks\.get_hooks\(([A-Z_]+|\"\w+\")\)", text)
    named = {constants.get(hook, hook.strip('"')) for hook in used}
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE))
    assert named
    assert named - documented == set()


def pins(profile: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{profile}.txt").read_text()
    return dict(re.findall(r"^([\w.-]+(?:\[[\w,]+\])?)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize(("smaller", "larger"), [("base", "demo"), ("demo", "dev"), ("installer", "dev")])
def test_requirements_of_smaller_profiles_are_included_in_larger_ones(smaller, larger):
    assert pins(smaller).items() <= pins(larger).items()


@pytest.mark.parametrize("profile", ["base", "demo", "installer", "dev"])
def test_requirements_have_hashes_and_no_urls(profile):
    text = (ROOT / "requirements" / f"{profile}.txt").read_text()
    assert "://" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text, flags=re.IGNORECASE)
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]


def test_compose_file_has_all_services_and_migrates_first(services):
    assert {"web", "worker", "beat", "migrate", "backup", "database", "broker", "proxy"} == set(services)
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def seconds_of(text: str) -> int:
    count, unit = re.fullmatch(r"(\d+)([sm])", text).groups()
    return int(count) * {"s": 1, "m": 60}[unit]


def test_services_are_hardened(services):
    """Hardening that docs/operations.md promises for all services."""
    documentation = (ROOT / "docs" / "operations.md").read_text()
    assert "without root, without a capability" in documentation
    for name, service in services.items():
        assert (name, service["read_only"], service["cap_drop"]) == (name, True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service
        assert "cap_add" not in service
        assert service["mem_limit"]
        assert service["pids_limit"]
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}
        if "build" not in service:
            assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


def test_the_image_runs_without_root():
    lines = (ROOT / "docker" / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    # An image in OCI format would lose it: each service sets its own.
    assert [line for line in lines if line.startswith("HEALTHCHECK")] == []


def test_the_image_has_the_programs_that_backup_and_restore_call():
    """The image copies single programs of PostgreSQL's client instead of installing its package."""
    called = set(re.findall(r'_run\("(\w+)"', (ROOT / "operations" / "services" / "databases.py").read_text()))
    copying = next(
        line
        for line in (ROOT / "docker" / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY --from=client")
    )
    assert called == {"pg_dump", "pg_restore"}
    assert set(re.findall(r"/bin/(\w+) ", copying)) == called


def test_image_is_built_with_all_required_variables():
    """`collectstatic` runs in the build with dummy values that are not kept in the image."""
    text = (ROOT / "docker" / "Dockerfile").read_text()
    collecting = next(line for line in text.replace("\\\n", "").splitlines() if "collectstatic" in line)
    assert [name for name in FIVE_VARIABLES if f"{name}=" not in collecting] == []


def test_every_image_can_be_pinned(services):
    """By a variable whose default is a tag: only the operator can look up a digest to pin."""
    images = [service["image"] for service in services.values() if "build" not in service]
    images.append(services["web"]["build"]["args"]["BASE"])
    documentation = (ROOT / "docs" / "operations.md").read_text()
    for image in images:
        variable = re.fullmatch(r"\$\{([A-Z]+_IMAGE):-[\w./-]+:[\w.-]+\}", image).group(1)
        assert f"`{variable}`" in documentation
    defaults = re.findall(r"^ARG BASE=(\S+)", (ROOT / "docker" / "Dockerfile").read_text(), re.MULTILINE)
    assert f":-{defaults[0]}}}" in services["web"]["build"]["args"]["BASE"]


def test_stop_grace_periods_exceed_timeouts(services):
    from config.settings import base

    graceful = int(re.search(r"--graceful-timeout (\d+)", (ROOT / "docker" / "entrypoint.sh").read_text()).group(1))
    assert seconds_of(services["web"]["stop_grace_period"]) > graceful
    assert seconds_of(services["worker"]["stop_grace_period"]) > base.CELERY_TASK_TIME_LIMIT


def test_services_have_health_checks(services):
    assert services["web"]["healthcheck"]["test"] == ["CMD", "python", "/app/docker/healthcheck.py"]
    assert [name for name in ("database", "broker") if "healthcheck" not in services[name]] == []


def test_secrets_come_from_files_only(services):
    """Each secret, of any characters, comes from a file of `docker/secrets/`; the docs explain how to create them."""
    compose = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())
    documentation = (ROOT / "docs" / "operations.md").read_text()
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert name in documentation
    for service in services.values():
        environment = service.get("environment", {})
        assert [name for name in environment if re.search("PASSWORD$|KEY$|DATABASE_URL|INBOX_URL$", name)] == []
        files = {value for name, value in environment.items() if name.endswith("_FILE")}
        assert files == {f"/run/secrets/{name}" for name in service.get("secrets", [])}
    example = (ROOT / "docker" / "env.example").read_text()
    assert re.findall(r"^#?\w*(?:PASSWORD|SECRET_KEY|HASH_KEY|INBOX_URL)=", example, re.MULTILINE) == []


def test_only_worker_and_proxy_have_outside_access(services):
    """The worker, for DNS and the mail server, and the proxy; no other service."""
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"worker", "proxy"}
    assert "run --rm worker check_mail_dns" in (ROOT / "docs" / "operations.md").read_text()


def test_image_contains_the_listed_paths_only():
    """Everything is excluded except the listed paths: the apps, the files they read, start and health check scripts."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line[0] == "!"}
    assert [line for line in lines[1:] if line[0] != "!"] == ["**/__pycache__", "**/*.pyc"]
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    files = {"manage.py", "pyproject.toml", "requirements/base.txt", "docker/entrypoint.sh", "docker/healthcheck.py"}
    assert let_in == apps | files | {"config", "locale", "static", "templates", "docs/guide"}
    assert [name for name in let_in if not (ROOT / name).exists()] == []


def test_only_the_proxy_publishes_ports(services):
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_proxy_body_limit_exceeds_the_upload_limits_of_the_site(settings):
    conf = (ROOT / "docker" / "site.conf").read_text()
    limit = int(re.search(r"client_max_body_size (\d+)m;", conf).group(1)) * 1024 * 1024
    of_the_site = (settings.DOCUMENT_MAX_SIZE, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE, IMAGE_MAX_SIZE, PDF_MAX_SIZE)
    assert limit > 3 * max(of_the_site)


def test_proxy_does_not_cache_responses_with_a_session():
    conf = (ROOT / "docker" / "site.conf").read_text()
    settings = (ROOT / "config" / "settings" / "production.py").read_text()
    cookie = re.search(r'SESSION_COOKIE_NAME = "(.+)"', settings).group(1)
    assert f"{cookie}=" in conf
    assert "proxy_cache_bypass $has_session;" in conf
    assert "proxy_no_cache $has_session;" in conf
