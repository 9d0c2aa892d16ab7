"""Our replacement of Wagtail's template for the head of admin pages has the same output."""

import re
from pathlib import Path

import pytest
import wagtail.admin
from django.core.cache import caches
from django.template import engines
from django.test import RequestFactory
from wagtail.admin.templatetags.wagtailadmin_tags import keyboard_shortcuts_dialog

DIALOG = "wagtailadmin/shared/keyboard_shortcuts_dialog.html"
SYSTEMS = ["Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0)"]


@pytest.mark.parametrize("system", SYSTEMS, ids=["linux", "mac"])
def test_keyboard_shortcuts_dialog_has_the_output_of_wagtail(system):
    source = Path(wagtail.admin.__path__[0], "templates", DIALOG).read_text(encoding="utf-8")
    request = RequestFactory().get("/", headers={"user-agent": system})
    values = keyboard_shortcuts_dialog({"request": request})
    django = engines["django"]
    caches["local"].clear()

    def rendered(template):
        return re.sub(r"\s+", "", template.render(values, request))

    own = rendered(django.from_string(source))
    assert own == rendered(django.get_template(DIALOG)) == rendered(django.get_template(DIALOG))
    assert "Ctrl" in own or "⌘" in own
