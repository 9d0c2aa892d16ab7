"""What we write of each page of the admin in the place of Wagtail: it is what Wagtail writes."""

import re
from pathlib import Path

import pytest
import wagtail.admin
from django.core.cache import caches
from django.template import engines
from django.test import RequestFactory
from django.utils.functional import lazystr
from wagtail.admin.telepath import JSContext, WagtailAdapterRegistry, registry
from wagtail.admin.templatetags.wagtailadmin_tags import keyboard_shortcuts_dialog
from wagtail.admin.ui import sidebar

from accounts.models import User

DIALOG = "wagtailadmin/shared/keyboard_shortcuts_dialog.html"
SYSTEMS = ["Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0)"]


def modules():
    """A menu with each kind of item, a lazy label, and a text that stands there twice."""
    items = [
        sidebar.LinkMenuItem("read", lazystr("À lire"), "/admin/a/?b=1&c=2", icon_name="glasses", attrs={"a": "b"}),
        sidebar.ActionMenuItem("leave", "Se déconnecter", "/admin/logout/"),
        sidebar.PageExplorerMenuItem("pages", "Pages", "/admin/pages/", 3, icon_name="folder-open-inverse"),
    ]
    inner = sidebar.SubMenuItem("more", "Un nom assez long pour être cité", items, footer_text="Version")
    return [
        sidebar.WagtailBrandingModule(),
        sidebar.SearchModule(type("Area", (), {"url": "/admin/pages/search/"})),
        sidebar.MainMenuModule([*items, inner], items[1:2], User(first_name="Odile", email="odile@courriel.example")),
    ]


@pytest.mark.django_db
def test_the_menu_is_packed_as_wagtail_packs_it():
    own = WagtailAdapterRegistry(telepath_js_path=None)
    for component, adapter in registry.adapters.items():
        kind = type(adapter)
        own.register(kind.__base__() if component.__module__ == sidebar.__name__ else adapter, component)
    packed = modules()
    assert JSContext().pack(packed) == own.js_context_class().pack(packed)


def test_no_item_of_the_menu_names_a_script():
    light = {kind: adapter for kind, adapter in registry.adapters.items() if kind.__module__ == sidebar.__name__}
    assert {"LinkMenuItem", "SubMenuItem", "MainMenuModule"} <= {kind.__name__ for kind in light}
    assert not any(adapter.get_media(None) for adapter in light.values())


@pytest.mark.parametrize("system", SYSTEMS, ids=["linux", "mac"])
def test_the_shortcuts_of_the_keyboard_are_those_of_wagtail(system):
    source = Path(wagtail.admin.__path__[0], "templates", DIALOG).read_text(encoding="utf-8")
    request = RequestFactory().get("/", headers={"user-agent": system})
    values = keyboard_shortcuts_dialog({"request": request})
    django = engines["django"]
    caches["local"].clear()

    def said(template):
        return re.sub(r"\s+", "", template.render(values, request))

    own = said(django.from_string(source))
    assert own == said(django.get_template(DIALOG)) == said(django.get_template(DIALOG))
    assert "Ctrl" in own or "⌘" in own
