"""`/composants/`: each component in all its states, in development and tests only."""

import importlib
import re
from pathlib import Path

import pytest
from django.conf import settings as site_settings

pytestmark = pytest.mark.django_db

TEMPLATES = Path(site_settings.BASE_DIR) / "templates"
INCLUDED = re.compile(r"{%\s*(?:include|extends)\s+['\"]([^'\"]+)['\"]")
# Head elements and scripts: not visible.
NOT_DRAWN = {"card_head.html", "feed_links.html", "scripts.html"}


def included_templates(name):
    """Returns the templates that `name` includes or extends, recursively."""
    found, waiting = set(), [name]
    while waiting:
        source = (TEMPLATES / waiting.pop()).read_text(encoding="utf-8")
        new = set(INCLUDED.findall(source)) - found
        # Fields are rendered by Django's form renderer.
        if "as_field_group" in source:
            new.add("components/field.html")
        # The tag that renders comments also renders the message about the last action.
        if "{% threads " in source:
            new.add("components/notice_at.html")
        found |= new
        waiting += new
    return found


def test_components_page_uses_each_component_template():
    used = {name.removeprefix("components/") for name in included_templates("home/components.html")}
    every = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    assert every - used == NOT_DRAWN & every


def test_missing_component_is_detected():
    """Control: a missing component is detected."""
    used = included_templates("404.html")
    assert "components/footer.html" in used
    assert "components/answer.html" not in used


def test_components_page_shows_each_state(client):
    html = client.get("/composants/").content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    for kind in (
        "badge--waiting",
        "badge--partly",
        "badge--ongoing",
        "badge--yes",
        "badge--no",
        "answer--no",
    ):
        assert kind in html
    for kind in ("info", "ok", "warning", "error"):
        assert f"notice--{kind}" in html
    for kind in ("done", "current", "future"):
        assert f'class="{kind}"' in html
    assert html.count("field--error") == 5
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_links_of_the_table_of_contents_have_a_target(client):
    html = client.get("/composants/").content.decode()
    anchors = re.findall(r'<li><a href="#([\w-]+)">', html)
    assert len(anchors) > 10
    assert not [anchor for anchor in anchors if f'id="{anchor}"' not in html]


def test_components_page_returns_404_in_production(client, settings):
    assert importlib.import_module("config.settings.base").COMPONENTS_PAGE is False
    settings.COMPONENTS_PAGE = False
    assert client.get("/composants/").status_code == 404
