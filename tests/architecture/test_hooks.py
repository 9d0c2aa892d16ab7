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


def test_table_of_hooks_in_the_documentation_matches_the_code():
    code = {
        (name, str(path.relative_to(ROOT)))
        for path in sorted(ROOT.glob("*/hooks.py"))
        for name in hooks_in(path.read_text(encoding="utf-8")).values()
    }
    assert len(code) > 20
    assert set(ROW.findall((ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"))) == code


def test_each_hook_is_documented_in_its_module():
    for path in ROOT.glob("*/hooks.py"):
        source = path.read_text(encoding="utf-8")
        docstring = ast.get_docstring(ast.parse(source)) or ""
        missing = [
            name for constant, name in hooks_in(source).items() if name not in docstring and constant not in docstring
        ]
        assert missing == [], path


def test_hooks_modules_do_not_use_type_checking():
    """`TYPE_CHECKING` would hide a circular import from the import contract."""
    assert [path for path in ROOT.glob("*/hooks.py") if "TYPE_CHECKING" in path.read_text(encoding="utf-8")] == []


def test_hook_names_are_defined_only_in_hooks_modules():
    named = re.compile(r"^[A-Z_]+_HOOK\b.* = \"", re.MULTILINE)
    modules = [path for app in ROOT.glob("*/apps.py") for path in app.parent.rglob("*.py") if path.name != "hooks.py"]
    assert [path for path in modules if named.search(path.read_text(encoding="utf-8"))] == []
    assert named.search('PAGE_HOOK = "page"')
