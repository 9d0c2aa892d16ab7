"""Check of documented means: no replaced method, no private name of a library, no HTML in f-strings (decision 0023)."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OWN = {path.parent.name for path in ROOT.glob("*/__init__.py")}
APPS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))
# Documented names with an underscore: of Django (models, managers, storages) and of Python (named tuples).
DOCUMENTED = {"_meta", "_state", "_db", "_default_manager", "_base_manager", "_open", "_save"}
DOCUMENTED |= {"_replace", "_asdict", "_fields", "_make"}
# Our own names on objects made by a library.
OURS = {"_audited", "_roles_by_day"}
HTML_NAMES = (
    "a|b|br|button|dd|div|dl|dt|em|form|h|h[1-6]|head|hr|i|iframe|img|input|label|li|link|meta|ol|optgroup|option|p|"
    "path|script|section|select|small|span|strong|style|svg|table|tbody|td|th|thead|time|tr|ul"
)
HTML = re.compile(rf"(?<!P)</?(?:{HTML_NAMES})(?=[\s/>])|</>")

# Kinds of findings, and file → the kind that is allowed there, with the reason.
REPLACED, BARE, PRIVATE, MARKUP = "replaced", "object.__new__", "private", "HTML"
EXCEPTIONS: dict[str, tuple[str, str]] = {
    "cms/admin/wagtail_changes.py": (REPLACED, "the one module for it"),
    "cms/middleware.py": (PRIVATE, "Wagtail keeps the site of a request under this name, and reads it anew each time"),
    "cms/models/files.py": (PRIVATE, "a new file is known by `_committed` alone; Wagtail measures a picture before it"),
    "common/middleware.py": (PRIVATE, "Django logs an answer of 503 as a fault, unless this name is set"),
    "common/object_store.py": (PRIVATE, "django-storages documents no way from a name to a key"),
    "common/search/__init__.py": (PRIVATE, "cuts a text into words for all backends, before any reads it"),
    "common/search/sqlite.py": (PRIVATE, "the rank, of an index that the ORM cannot ask"),
    "demo/load/pages.py": (PRIVATE, "writes thousands of pages at once, for the bench alone"),
    "operations/exports.py": (REPLACED, "prometheus_client names a process by this class alone"),
    "operations/services/broken_pages.py": (
        PRIVATE,
        "Django logs an answer of 503 as a fault, unless this name is set",
    ),
    "participation/admin/moderation/queues.py": (PRIVATE, "the list of Wagtail's takes another title from there alone"),
}

Finding = tuple[int, str, str]


def own_names(sources: Mapping[str, str]) -> set[str]:
    """Returns the names with a leading underscore defined by `sources`: functions, variables, attributes of `self`."""
    names = set()
    for source in sources.values():
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                    names.add(name)
                case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                    names.add(name)
    return {name for name in names if is_private(name)}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def findings(source: str, own: set[str]) -> Iterator[Finding]:
    """Yields line, kind and text of each finding in one module. `own` are our own private names."""
    tree = ast.parse(source)
    imported = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if is_library(module):
                imported |= {alias.asname or alias.name for alias in node.names}
                parts = [*module.split("."), *(alias.name for alias in node.names)]
                yield from ((node.lineno, PRIVATE, part) for part in parts if is_private(part))
            case ast.Import():
                imported |= {
                    (alias.asname or alias.name).split(".")[0] for alias in node.names if is_library(alias.name)
                }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=value, ctx=ast.Store()) if root_of(value) in imported:
                yield node.lineno, REPLACED, ast.unparse(node)
            case ast.Call(func=ast.Name(id="setattr"), args=[target, *_]) if root_of(target) in imported:
                yield node.lineno, REPLACED, ast.unparse(node)
            case ast.Attribute(value=ast.Name(id="object"), attr="__new__"):
                yield node.lineno, BARE, ast.unparse(node)
            case ast.JoinedStr(values=values):
                text = "".join(str(part.value) for part in values if isinstance(part, ast.Constant))
                if HTML.search(text):
                    yield node.lineno, MARKUP, " ".join(text.split())[:60]
            # A method that calls `super()` has its name from the base class.
            case ast.Attribute(attr=name, value=value) if is_private(name) and name not in DOCUMENTED | OURS:
                if name not in own or ast.unparse(value) == "super()":
                    yield node.lineno, PRIVATE, ast.unparse(node)


def is_library(module: str) -> bool:
    root = module.split(".")[0]
    return root not in OWN and root not in sys.stdlib_module_names


def root_of(node: ast.expr) -> str:
    """Returns the first name of `a.b.c`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def main() -> int:
    paths = [path for app in [*APPS, "config"] for path in sorted((ROOT / app).rglob("*.py"))]
    sources = {str(path.relative_to(ROOT)): path.read_text() for path in paths if "migrations" not in path.parts}
    own = own_names(sources)
    lines, used = [], set()
    for name, source in sources.items():
        allowed, _reason = EXCEPTIONS.get(name, ("", ""))
        for line, kind, text in findings(source, own):
            if kind == allowed:
                used.add(name)
            else:
                lines.append(f"{name}:{line}: {kind}: {text}")
    lines += [f"{name}: needs its exception no more" for name in EXCEPTIONS if name not in used]
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
