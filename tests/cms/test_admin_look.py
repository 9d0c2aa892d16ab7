"""Look of the admin: the site's colours in Wagtail's custom properties, pictograms in place of its icons."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from wagtail.admin.icons import get_icons

from cms.admin.dashboard import DashboardPanel
from common import stylesheet
from tests.architecture.test_styles import PALETTES, contrast, palette, without_comments

CSS = Path(settings.BASE_DIR) / "static" / "css"
SHEETS = [path.read_text(encoding="utf-8") for path in sorted(CSS.glob("admin*.css"))]
# (foreground, background): pairs of the admin in addition to those of the site.
PAIRS = [
    *[(seen, "sky") for seen in ("ink", "ink-2", "ill", "red")],
    *[(seen, "surface") for seen in ("ink", "ink-2", "ill", "red", "green")],
    ("on-night", "night"),
    ("yellow", "night"),
    ("sandstone-dark", "sandstone-pale"),
]


def tokens():
    return Path(finders.find(stylesheet.ADMIN_NAME)).read_text(encoding="utf-8")


def test_each_theme_of_the_admin_has_the_colours_of_the_site():
    def colours(selector):
        block = re.search(re.escape(selector) + r"\s*\{([^{}]*)\}", without_comments(tokens()))[1]
        return dict(re.findall(r"--([\w-]+): (#\w{6});", block))

    assert colours(":root") == palette(":root")
    assert colours(".w-theme-system") == colours(".w-theme-dark") == palette(':root[data-theme="dark"]')


def test_admin_tokens_contain_colours_only():
    """Wagtail has its own `--width`."""
    assert set(re.findall(r"--[\w-]+: ([^;]*);", without_comments(tokens()))) <= {
        *re.findall(r"#\w{6}|var\(--[\w-]+\)", tokens())
    }


def test_each_custom_property_used_by_the_admin_is_defined():
    asked = {name for sheet in SHEETS for name in re.findall(r"var\(--(?!w-)([\w-]+)", sheet)}
    assert asked
    assert asked <= set(re.findall(r"--([\w-]+):", "".join([tokens(), *SHEETS])))


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("seen", "on"), PAIRS)
def test_text_of_the_admin_has_sufficient_contrast(theme, seen, on):
    assert contrast(PALETTES[theme][seen], PALETTES[theme][on]) >= 4.5


def subclasses_of(panel):
    return [one for kind in panel.__subclasses__() for one in (kind, *subclasses_of(kind))]


def test_each_panel_has_an_icon_and_icon_names_are_unique():
    names = re.findall(r'id="icon-([\w-]+)"', get_icons())
    assert len(names) == len(set(names))
    assert {panel.icon for panel in subclasses_of(DashboardPanel) if hasattr(panel, "icon")} <= set(names)


def test_each_menu_item_has_an_existing_icon(admin_client):
    props = BeautifulSoup(admin_client.get("/admin/").content, "html.parser").find(id="wagtail-sidebar-props").string
    icons = dict(re.findall(r'"label": "([^"]+)", "icon_name": "([^"]+)"', props.encode().decode("unicode_escape")))
    assert set(icons.values()) <= set(re.findall(r'id="icon-([\w-]+)"', get_icons()))
    alike = {icons[label] for label in ("Membres", "Sièges", "Enquêtes de terrain", "Campagnes d’essais")}
    assert len(alike) == 4


def test_page_not_found_has_the_title_and_logo_of_the_admin(admin_client):
    page = BeautifulSoup(admin_client.get("/admin/rien-du-tout/").content, "html.parser")
    assert page.title.get_text().endswith("Page introuvable - Administration du comité")
    assert page.select_one(".page404__logo img")


def test_each_icon_has_the_name_of_its_file_and_is_made_of_squares():
    paths = [*(Path(settings.BASE_DIR) / "templates" / "cms" / "icons").glob("*.svg")]
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert f'id="icon-{path.stem}" viewBox="0 0 12 12"' in text
        assert re.fullmatch(r"(M\d+ \d+h\d+v\d+h-\d+z)+", re.search(r' d="([^"]+)"', text)[1])


def test_each_icon_named_in_the_code_exists():
    """Wagtail silently omits an icon whose name is unknown."""
    named = re.compile(
        r"""(?:\bicon|icon_name|header_icon|menu_icon)\s*=\s*["']([a-z0-9-]+)["']|{% icon name=["']([a-z0-9-]+)["']"""
    )
    root = Path(settings.BASE_DIR)
    files = [path for app in root.glob("*/apps.py") for path in app.parent.rglob("*.py")]
    files += (root / "templates").rglob("*.html")
    sources = [path.read_text(encoding="utf-8") for path in files]
    asked = {name for source in sources for names in named.findall(source) for name in names if name}
    assert {"print", "calendar-alt"} <= asked
    assert asked <= set(re.findall(r'id="icon-([\w-]+)"', get_icons()))
