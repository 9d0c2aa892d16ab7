"""Permissions are checked only in modules called `permissions`: one `can_<verb>` for views and the admin."""

import ast
from pathlib import Path

from django.conf import settings

from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
SOURCES = [path for app in sorted(ROOT.glob("*/apps.py")) for path in sorted(app.parent.rglob("*.py"))]
ASKED_WITH = {"has_perm", "has_perms", "has_module_perms", "perms", "permission_required", "PermissionRequiredMixin"}


def may_ask(path: Path) -> bool:
    return path.stem == "permissions" or path.parent.name == "permissions"


def rights_asked(source: str) -> list[int]:
    """Returns the lines that check a Django permission. Wagtail's policies, for pages and files, are allowed.

    A method that extends Django's through `super()` is not a check of its own.
    """
    nodes = [node for node in ast.walk(ast.parse(source)) if not is_of_super(node)]
    names = [(node, getattr(node, "attr", getattr(node, "id", ""))) for node in nodes]
    return sorted({node.lineno for node, name in names if name in ASKED_WITH})


def is_of_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "super()"


def test_only_permissions_modules_ask_for_rights():
    elsewhere = [path for path in SOURCES if not may_ask(path)]
    assert faults(elsewhere, lambda path: rights_asked(path.read_text(encoding="utf-8"))) == {}


def test_the_rule_finds_what_breaks_it():
    """Control."""
    assert len(SOURCES) > 500
    assert sum(bool(rights_asked(path.read_text(encoding="utf-8"))) for path in SOURCES if may_ask(path)) >= 5
    assert rights_asked("def view(request):\n    return request.user.has_perm('polls.change_poll')") == [2]
    assert rights_asked("allowed = context['user'].perms\nok = user.has_perms(['a.b'])") == [1, 2]
    assert rights_asked("def has_perm(self, perm):\n    return super().has_perm(perm)") == []
    assert rights_asked("policy.user_has_permission(user, 'change')") == []
    assert may_ask(Path("polls/permissions.py"))
    assert may_ask(Path("committee/permissions/members.py"))
    assert not may_ask(Path("polls/views.py"))
