"""Permissions are checked only in modules called `permissions`: one `can_<verb>` for views and the admin."""

import ast
from pathlib import Path

from django.conf import settings

from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
SOURCES = [path for app in sorted(ROOT.glob("*/apps.py")) for path in sorted(app.parent.rglob("*.py"))]
PERMISSION_CHECKS = {
    "has_perm",
    "has_perms",
    "has_module_perms",
    "perms",
    "permission_required",
    "PermissionRequiredMixin",
}


def is_permissions_module(path: Path) -> bool:
    return path.stem == "permissions" or path.parent.name == "permissions"


def permission_checks(source: str) -> list[int]:
    """Returns the lines that check a Django permission. Wagtail's policies, for pages and files, are allowed.

    A method that extends Django's through `super()` is not a check of its own.
    """
    nodes = [node for node in ast.walk(ast.parse(source)) if not is_of_super(node)]
    names = [(node, getattr(node, "attr", getattr(node, "id", ""))) for node in nodes]
    return sorted({node.lineno for node, name in names if name in PERMISSION_CHECKS})


def is_of_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) == "super()"


def test_only_permissions_modules_check_permissions():
    elsewhere = [path for path in SOURCES if not is_permissions_module(path)]
    assert faults(elsewhere, lambda path: permission_checks(path.read_text(encoding="utf-8"))) == {}


def test_permission_checks_are_found():
    """Control."""
    assert len(SOURCES) > 500
    modules = [path for path in SOURCES if is_permissions_module(path)]
    assert sum(bool(permission_checks(path.read_text(encoding="utf-8"))) for path in modules) >= 5
    assert permission_checks("def view(request):\n    return request.user.has_perm('polls.change_poll')") == [2]
    assert permission_checks("allowed = context['user'].perms\nok = user.has_perms(['a.b'])") == [1, 2]
    assert permission_checks("def has_perm(self, perm):\n    return super().has_perm(perm)") == []
    assert permission_checks("policy.user_has_permission(user, 'change')") == []
    assert is_permissions_module(Path("polls/permissions.py"))
    assert is_permissions_module(Path("committee/permissions/members.py"))
    assert not is_permissions_module(Path("polls/views.py"))
