"""Conventions of the code that a linter does not know."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
APPS = [
    "accounts",
    "cms",
    "committee",
    "common",
    "config",
    "digests",
    "home",
    "mailing",
    "participation",
    "polls",
    "veille",
]
SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
MAX_LINES, MAX_FUNCTION_LINES = 400, 50

by_path = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


@by_path
def test_a_message_is_a_constant(path):
    """An f-string, or a message made by adding pieces, is never found in the catalogue."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    broken = [
        call.lineno
        for call in calls
        if name_of(call) in TRANSLATORS and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert not broken


@by_path
def test_a_file_can_be_read_in_one_sitting(path):
    assert len(path.read_text().splitlines()) <= MAX_LINES


@by_path
def test_a_function_fits_on_a_screen(path):
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions if f.end_lineno - f.lineno + 1 > MAX_FUNCTION_LINES}
    assert not long


@by_path
def test_nothing_is_left_to_do(path):
    assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text())


@by_path
def test_a_rule_does_not_read_the_clock(path):
    """`now` is an argument of models and services; views, forms, tasks and commands pass it."""
    if path.stem not in {"services", "permissions", "selectors", "rules"}:
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    clocks = [
        call.lineno for call in calls if ast.unparse(call.func) in ("timezone.now", "datetime.now", "dt.datetime.now")
    ]
    assert not clocks


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
