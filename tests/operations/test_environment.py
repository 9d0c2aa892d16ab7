"""Settings from variables and files: passwords with any characters, database URL in parts."""

import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import Env, Files, database, env
from scripts.check import PRODUCTION, ROOT

PASSWORD = "$pa/ss?w$rd#%40@:é"
# Variables that are secrets or contain one in a URL.
SECRETS = (
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "HASH_KEY", "HASH_KEY_FALLBACKS", "DATABASE_URL", "DATABASE_PASSWORD"),
    *("REDIS_URL", "EMAIL_HOST_PASSWORD", "MAIL_INBOX_URL", "OIDC_CLIENT_SECRET"),
    *("S3_ACCESS_KEY", "S3_SECRET_KEY"),
)


@pytest.fixture
def variables(monkeypatch):
    """Returns a function that replaces the environment by the given variables."""

    def only(**values):
        monkeypatch.setattr(Env, "ENVIRON", Files(env=dict(values), cache=False))

    return only


@pytest.mark.parametrize("name", SECRETS)
def test_each_secret_can_come_from_a_file(variables, tmp_path, name):
    path = tmp_path / "secret"
    path.write_text(f"{PASSWORD}\n")
    variables(**{f"{name}_FILE": str(path)})
    assert env.str(name) == PASSWORD


def test_missing_secret_file_is_reported_with_its_variable(variables):
    variables(SECRET_KEY_FILE="/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE names /nowhere/secret"):
        env.str("SECRET_KEY")


def test_dollar_signs_are_not_interpolated(variables):
    variables(SECRET_KEY="$one", SECRET_KEY_FALLBACKS=r"$two,\$three")
    assert env.str("SECRET_KEY") == "$one"
    assert env.list("SECRET_KEY_FALLBACKS") == ["$two", r"\$three"]


def test_database_is_configured_by_separate_variables(variables):
    variables(DATABASE_HOST="database", DATABASE_PASSWORD=PASSWORD)
    settings_read = database("sqlite:////nowhere")
    assert (settings_read["HOST"], settings_read["PORT"], settings_read["NAME"], settings_read["USER"]) == (
        "database",
        "5432",
        "comite",
        "comite",
    )
    assert settings_read["PASSWORD"] == PASSWORD


@pytest.mark.parametrize(
    ("values", "engine"),
    [
        ({}, "django.db.backends.sqlite3"),
        ({"DATABASE_URL": "sqlite:////there", "DATABASE_HOST": "database"}, "django.db.backends.sqlite3"),
    ],
    ids=["neither", "both"],
)
def test_database_url_takes_precedence(variables, values, engine):
    variables(**values)
    assert database("sqlite:////nowhere")["ENGINE"] == engine


def test_production_starts_from_files_alone(tmp_path):
    """As `docker/compose.yaml` starts it."""
    values = {**PRODUCTION, "DATABASE_HOST": "database"}
    del values["DATABASE_URL"]
    for name in ("SECRET_KEY", "DATABASE_PASSWORD"):
        path = tmp_path / name.lower()
        path.write_text(values.pop(name, PASSWORD) + "\n")
        values[f"{name}_FILE"] = str(path)
    code = "from config.settings.production import DATABASES; print(ascii(DATABASES['default']['PASSWORD']))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=values, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == ascii(PASSWORD), done.stderr
