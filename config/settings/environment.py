"""Environment variables, each of which can be read from a file (`NAME_FILE`), so that none has to hold a secret."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

from config.settings.variables import read

# `str` is a method in the class below.
Text = str


class Files(FileAwareMapping):
    """Mapping of variables, each of which can be in a file (`config.settings.variables`)."""

    def __getitem__(self, key: str) -> str:
        try:
            return read(key, self.env)
        except (OSError, UnicodeDecodeError) as problem:
            path = self.env[f"{key}_FILE"]
            raise ImproperlyConfigured(f"{key}_FILE names {path}, which cannot be read: {problem}") from problem


class Env(environ.Env):
    """`environ.Env` that takes values literally: by default `$secret` would be the name of another variable."""

    ENVIRON = Files()

    def str(self, var: Text, default: Any = environ.Env.NOTSET, multiline: bool = False) -> Any:
        return self.ENVIRON[var] if var in self.ENVIRON else super().str(var, default, multiline)

    def list(self, var: Text, cast: Any = None, default: Any = environ.Env.NOTSET) -> Any:
        if cast is None and var in self.ENVIRON:
            return [part for part in self.ENVIRON[var].split(",") if part]
        return super().list(var, cast, default)


env = Env()


def database(default: str) -> dict[str, Any]:
    """Returns the database settings, from DATABASE_URL, else DATABASE_HOST and the like, else the URL `default`.

    With separate variables a password may contain any character; in a URL, `/ ? # % @` must be percent-encoded.
    """
    if "DATABASE_URL" in env or not env.str("DATABASE_HOST", default=""):
        return env.db_url("DATABASE_URL", default=default)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": env.str("DATABASE_HOST"),
        "PORT": env.str("DATABASE_PORT", default="5432"),
        "NAME": env.str("DATABASE_NAME", default="comite"),
        "USER": env.str("DATABASE_USER", default="comite"),
        "PASSWORD": env.str("DATABASE_PASSWORD", default=""),
    }
