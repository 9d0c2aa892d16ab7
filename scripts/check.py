"""Checks that need no running site, with the result of each. The argument `format` reformats the code instead."""

import os
import secrets
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]

# Exactly the variables required by config.settings.production (docs/operations.md).
FIVE_VARIABLES = {
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "comite.ville.fr",
    "DATABASE_URL": "postgresql://localhost/comite",
    "REDIS_URL": "redis://localhost:6379/0",
    "DEFAULT_FROM_EMAIL": "Comité <lettre@ville.fr>",
}
PRODUCTION = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production", **FIVE_VARIABLES}


def tracked(*patterns: str) -> list[str]:
    """Returns the files of the work tree that git tracks or would add, by pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [name for name in names if (ROOT / name).exists()]


def checks() -> list[tuple[str, list[str], dict[str, str] | None]]:
    """Returns (name, command, environment or None for our own), the slowest first."""
    return [
        ("types", [str(BIN / "mypy"), "."], None),
        ("format of Python", [str(BIN / "ruff"), "format", "--check", "--quiet", "."], None),
        ("lint", [str(BIN / "ruff"), "check", "--quiet", "."], None),
        ("format of templates", [str(BIN / "djade"), "--check", *tracked("templates/*.html")], None),
        ("import contracts", [str(BIN / "lint-imports"), "--no-logo"], None),
        ("requirements", [sys.executable, "-m", "uv", "pip", "check", "--quiet"], None),
        ("Django's checks", [*MANAGE, "check"], None),
        ("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], None),
        ("the release before in the new schema", [sys.executable, "-m", "scripts.migrations"], None),
        ("catalogues", [sys.executable, "-m", "scripts.catalogue", "check"], None),
        ("documented means", [sys.executable, "-m", "scripts.documented"], None),
        ("templates compile", [sys.executable, "-m", "scripts.templates"], None),
        ("deployment", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    ]


def run(name: str, command: list[str], env: dict[str, str] | None) -> bool:
    """Returns whether a check passed; prints its output if it fails or says SKIPPED, and each import contract."""
    started = time.monotonic()
    process = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    verdict = "ok" if process.returncode == 0 else "FAILED"
    lines = process.stdout.strip().splitlines()
    if process.returncode == 0 and "SKIPPED" not in process.stdout:
        lines = [line for line in lines if line.endswith(" KEPT")]
    # A single write, because two checks may end at the same time.
    print("\n        ".join([f"{verdict:8}{name} ({time.monotonic() - started:.0f} s)", *lines]), flush=True)
    return process.returncode == 0


def check_dockerfile() -> bool:
    hadolint = shutil.which("hadolint", path=f"{BIN}:{os.environ['PATH']}")
    if hadolint:
        return run("Dockerfile", [hadolint, "docker/Dockerfile"], None)
    print("SKIPPED Dockerfile (hadolint is not here)")
    return not os.environ.get("CI")


def main(arguments: list[str]) -> int:
    if arguments == ["format"]:
        subprocess.run([str(BIN / "ruff"), "check", "--fix", "--quiet", "."], cwd=ROOT, check=False)
        subprocess.run([str(BIN / "ruff"), "format", "."], cwd=ROOT, check=True)
        return subprocess.run([str(BIN / "djade"), *tracked("templates/*.html")], cwd=ROOT, check=False).returncode
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = [*pool.map(lambda check: run(*check), checks()), check_dockerfile()]
    print(f"{verdicts.count(True)} checks passed, {verdicts.count(False)} failed")
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
