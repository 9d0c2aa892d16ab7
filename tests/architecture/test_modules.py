"""Names of modules are the same in all apps (docs/architecture.md, "Which file to open")."""

from pathlib import Path

from django.conf import settings

from tests.architecture.faults import faults

ROOT = Path(settings.BASE_DIR)
APPS = [path.parent for path in sorted(ROOT.glob("*/apps.py"))]
OURS = {
    *("models", "permissions", "errors", "queries", "services", "notifications"),
    *("forms", "views", "urls", "templatetags", "admin", "exports", "hooks", "wagtail_hooks", "personal_data"),
}
OF_LIBRARIES = {
    *("__init__", "apps", "migrations", "management", "tasks", "signals", "middleware", "checks", "context_processors"),
    *("blocks", "fields", "feeds", "sitemaps", "adapter"),
}
# Packages of helpers, with a module per topic.
HELPERS = {"common", "mailing"}
# Packages of independent features, with the same names of modules inside.
FEATURES = {
    "committee": {
        *("area", "attendance", "convocations", "directory", "handover", "invitations", "minutes"),
        *("programme", "register"),
    },
    "fieldwork": {"surveys", "trials", "volunteers"},
    "indicators": {"defined", "representativeness", "restitution"},
    "veille": {"benchmark"},
}
# Modules unique to an app: packages of topics, files read by another program, texts.
OWN = {
    "cms": {"citations", "discovery", "quality", "renditions"},
    "committee": {"verify_register"},
    "decidim": {"mapping", "reader", "report", "rows"},
    "demo": {"clock", "content", "load", "pictures", "texts"},
    "home": {"starter_texts"},
    "polls": {"kinds"},
}


def modules_in(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path.is_dir() and path.stem[0] != "_")}


def strange_names(app: Path) -> set[str]:
    """Returns the modules of an app, and of its features, with names outside the common vocabulary."""
    features = FEATURES.get(app.name, set())
    inside = [modules_in(app / feature) for feature in features]
    return modules_in(app).difference(features, OWN.get(app.name, set())).union(*inside) - OURS - OF_LIBRARIES


def test_module_names_are_the_same_in_all_apps():
    assert faults([app for app in APPS if app.name not in HELPERS], strange_names) == {}


def test_each_module_name_is_documented():
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = document.partition("## Which file to open")[2].partition("\n## ")[0]
    assert {name for name in OURS if f"`{name}`" not in section} == set()


def test_unknown_module_names_are_found(tmp_path):
    """Control."""
    for name in ("models.py", "screens.py", "views/__init__.py", "desk_views/__init__.py"):
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert strange_names(tmp_path / "app") == {"screens", "desk_views"}
