"""Conventions of the code that linters cannot check."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
APPS = [*sorted(path.parent.name for path in ROOT.glob("*/apps.py")), "config"]
SOURCES = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
OTHER_SOURCES = [path for folder in ("scripts", "tests", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
MAX_LINES, MAX_FUNCTION_LINES = 400, 50


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def nodes(source: str, *kinds: type[ast.AST]) -> list:
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def concatenated_messages(source: str) -> list[int]:
    return [
        call.lineno
        for call in nodes(source, ast.Call)
        if name_of(call) in TRANSLATORS and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
    ]


def too_many_lines(source: str) -> int:
    lines = len(source.splitlines())
    return lines if lines > MAX_LINES else 0


def long_functions(source: str) -> list[str]:
    functions = nodes(source, ast.FunctionDef, ast.AsyncFunctionDef)
    return [f.name for f in functions if f.end_lineno - f.lineno >= MAX_FUNCTION_LINES]


def todo_comments(source: str) -> list[str]:
    return re.findall(r"\b(?:TODO|FIXME|XXX)\b", source)


def clock_calls(source: str) -> list[int]:
    calls = nodes(source, ast.Call)
    return [c.lineno for c in calls if ast.unparse(c.func) in ("timezone.now", "datetime.now", "dt.datetime.now")]


def test_messages_are_constants():
    """Messages from f-strings or concatenation are missing from the catalogue."""
    assert faults_in(concatenated_messages) == {}


def test_files_are_not_too_long():
    assert faults_in(too_many_lines, SOURCES + OTHER_SOURCES) == {}


def test_functions_are_not_too_long():
    assert faults_in(long_functions) == {}


def test_sources_have_no_todo_comments():
    assert faults_in(todo_comments) == {}


def test_business_rules_do_not_read_the_clock():
    """Rules take `now` as an argument; views, forms, tasks, commands and hooks pass it."""
    layers = {"services", "permissions", "queries", "notifications"}
    rules = [path for path in SOURCES if layers & {path.stem, *path.relative_to(ROOT).parts}]
    assert rules
    assert faults_in(clock_calls, rules) == {}


def faults_in(look: Callable[[str], object], paths: list[Path] = SOURCES) -> dict[Path, object]:
    return faults(paths, lambda path: look(path.read_text(encoding="utf-8")))


def test_each_rule_finds_violations():
    """Control."""
    assert len(SOURCES) > 300
    assert len(OTHER_SOURCES) > 300
    assert concatenated_messages("_(f'Bonjour {name}')\n_('Bon' + 'jour')\n_('Bonjour')") == [1, 2]
    assert too_many_lines("\n" * (MAX_LINES + 1)) == MAX_LINES + 1
    assert too_many_lines("\n" * MAX_LINES) == 0
    long = "def long():\n" + "    pass\n" * MAX_FUNCTION_LINES
    assert long_functions(f"{long}def short():\n    pass") == ["long"]
    assert todo_comments(f"a = 1  # {'TO'}{'DO'}: later") == ["TODO"]
    assert clock_calls("def rule(now):\n    return now < timezone.now()") == [2]


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_test_files_named_in_the_documentation_exist():
    """docs/quality.md names them."""
    named = re.findall(r"`(?:tests/)?(\w+/test_\w+\.py)`", (ROOT / "docs" / "quality.md").read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / "tests" / name).exists()] == []
    assert len(named) > 50
