"""Refusals of an app are subclasses of `Refusal` in its `errors` module; views show `str(refusal)`."""

import ast
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

from django.conf import settings

from common.errors import Refusal
from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
APPS = [path.parent for path in sorted(ROOT.glob("*/apps.py"))]
# Not shown to users: responses of mail servers and other sites, the end of a loop or job, programs outside of the
# project.
OTHERS = {
    ROOT / "common" / "exchanges.py": ["FetchFailed"],
    ROOT / "common" / "retention.py": ["PartlyFailed"],
    ROOT / "mailing" / "transports.py": ["TransportError"],
    ROOT / "mailing" / "drain.py": ["_Stop"],
    ROOT / "committee" / "verify_register.py": ["Broken"],
}


def independent_exceptions(path: Path) -> list[str]:
    """Returns the exceptions of a module that do not derive from another one of the project."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    builtin = {"Exception", "ValueError", "RuntimeError", "LookupError", "TypeError"}
    return [node.name for node in classes if any(getattr(base, "id", "") in builtin for base in node.bases)]


def test_exceptions_of_apps_derive_from_refusal():
    modules = [path for app in APPS for path in app.rglob("*.py") if path != ROOT / "common" / "errors.py"]
    assert faults(modules, independent_exceptions) == OTHERS


def test_errors_modules_define_only_refusals():
    names = [f"{app.name}.errors" for app in APPS if (app / "errors.py").exists()]
    assert len(names) >= 6
    for name in names:
        found = [kind for _name, kind in getmembers(import_module(name), isclass) if kind.__module__ == name]
        assert [kind for kind in found if issubclass(kind, Exception) and not issubclass(kind, Refusal)] == []


def test_str_of_a_refusal_is_its_message():
    class PollOver(Refusal):
        message = "This poll is over."

    assert str(PollOver()) == "This poll is over."
    assert str(PollOver("Come back tomorrow.")) == "Come back tomorrow."
