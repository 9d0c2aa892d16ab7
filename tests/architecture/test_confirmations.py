"""The tables of docs/confirmations.md are those of the code: each act that cannot be taken back requires `shown`."""

import ast
import inspect
import re

from django.conf import settings
from django.utils.module_loading import import_string

PAGE = settings.BASE_DIR / "docs" / "confirmations.md"
APPS = ("committee", "digests", "fieldwork", "indicators", "mailing", "participation", "polls", "veille")


def documented():
    bound = PAGE.read_text().partition("## Bound acts")[2].partition("## Bound otherwise")[0]
    return set(re.findall(r"^\| [^|]+ \| `([\w.]+)` \| [^|]+ \|$", bound, re.MULTILINE))


def modules():
    """Yields the name and the syntax tree of each module of the product."""
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            name = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
            yield name, ast.parse(path.read_text())


def test_each_documented_service_requires_what_was_shown():
    for path in documented():
        shown = inspect.signature(import_string(path)).parameters.get("shown")
        assert shown is not None, path
        assert shown.default is inspect.Parameter.empty, f"{path} must have no default: a caller could forget it"


def test_each_service_that_requires_what_was_shown_is_documented():
    found = {
        f"{name}.{function.name}"
        for name, tree in modules()
        if "services" in name or name == "mailing.releases"
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        if any(arg.arg == "shown" for arg in function.args.kwonlyargs)
    }
    # The follow-up of a decision whose caller has compared.
    assert found - {"participation.services.moderation.decide"} == documented()


def test_only_documented_modules_decide_by_program():
    text = PAGE.read_text().partition("## By a program")[2]
    passing = {
        name
        for name, tree in modules()
        for call in ast.walk(tree)
        if isinstance(call, ast.keyword) and call.arg == "shown" and ast.unparse(call.value) == "BY_PROGRAM"
    }
    assert passing == set(re.findall(r"`(\w+\.[\w.]+)`", text))
