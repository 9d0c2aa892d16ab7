"""Each extension point is named in the `hooks.py` of its app, documented there, and listed in docs/architecture.md."""

import ast
import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROW = re.compile(r"^\| `(\w+)` \| `([\w/]+\.py)` \|", re.MULTILINE)


def hooks_in(source: str) -> dict[str, str]:
    """Returns the hook names of a module: its constants whose value is an identifier."""
    return {
        node.targets[0].id: node.value.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and node.value.value.isidentifier()
    }


def test_the_table_of_hooks_is_that_of_the_code():
    code = {
        (name, str(path.relative_to(ROOT)))
        for path in sorted(ROOT.glob("*/hooks.py"))
        for name in hooks_in(path.read_text(encoding="utf-8")).values()
    }
    assert len(code) > 20
    assert set(ROW.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))) == code


def test_each_hook_is_documented_where_it_is_named():
    for path in ROOT.glob("*/hooks.py"):
        source = path.read_text(encoding="utf-8")
        told = ast.get_docstring(ast.parse(source)) or ""
        missing = [name for constant, name in hooks_in(source).items() if name not in told and constant not in told]
        assert missing == [], path


def test_no_hook_names_a_model_above_it():
    """`TYPE_CHECKING` would hide the circle from the import contract."""
    assert [path for path in ROOT.glob("*/hooks.py") if "TYPE_CHECKING" in path.read_text(encoding="utf-8")] == []


def test_no_other_module_names_a_hook():
    named = re.compile(r"^[A-Z_]+_HOOK\b.* = \"", re.MULTILINE)
    modules = [path for app in ROOT.glob("*/apps.py") for path in app.parent.rglob("*.py") if path.name != "hooks.py"]
    assert [path for path in modules if named.search(path.read_text(encoding="utf-8"))] == []
    assert named.search('PAGE_HOOK = "page"')
