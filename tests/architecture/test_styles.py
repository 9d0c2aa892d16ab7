"""Style sheets: one bundle of all parts, colours in one place, sufficient contrast, old browsers."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from common import stylesheet

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "static" / "css"
# The admin has its own style sheets, on Wagtail's background colours.
PARTS = sorted(path for path in CSS.rglob("*.css") if not path.name.startswith("admin"))
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")

# Templates without a style of their own.
STYLED_WITH = {
    "card_drawn": "card",
    "field_notes": "field",
    "honeypot": "field",
    "active_filters": "filters",
    "filters_count": "filters",
    "list_filters": "filters",
    "picture": "prose",
    "summary_row": "summary_list",
    "theme_choice": "button",
    "sign_in": "button",
    "logo": "header",
    "messages": "notice",
    "notice_at": "notice",
    "street": "hero",
    "gables": "page_head",
}

# In the head of a page, hence invisible.
INVISIBLE = {"card_head", "error_lines", "feed_links", "scripts"}

by_part = pytest.mark.parametrize("path", PARTS, ids=lambda path: path.relative_to(CSS).as_posix())


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


# The bundle


def test_style_sheet_has_each_part_once_and_in_order():
    found = finders.find(stylesheet.NAME)
    text = Path(found).read_text(encoding="utf-8")
    texts = {path: stylesheet.lightened(path.read_text(encoding="utf-8")) for path in PARTS}
    assert {path: text.count(part) for path, part in texts.items()} == dict.fromkeys(PARTS, 1)
    places = [text.index(texts[path]) for path in stylesheet.parts()]
    assert all(sooner < later for sooner, later in pairwise(places))
    names = [path.name for path in stylesheet.parts()]
    assert (names[0], names[-1]) == ("tokens.css", "print.css")


def test_comments_and_spaces_are_removed_from_the_bundle():
    css = """/* What: a head. */\n@media print {\n  a:hover > b, i { content: "a; b"; top: 0; }\n\n  b c {}\n}\n"""
    assert stylesheet.lightened(css) == """@media print{a:hover>b,i{content:"a; b";top:0}b c{}}"""
    assert stylesheet.bundle().count("/*") == 0


def test_added_part_is_in_the_next_bundle(tmp_path, monkeypatch):
    """Control: the bundle is made from the present files, not from cached ones."""
    (tmp_path / "components").mkdir()
    (tmp_path / "tokens.css").write_text("a{}")
    monkeypatch.setattr(stylesheet, "SOURCES", tmp_path)
    finder = stylesheet.StylesheetFinder()
    finder.storage.location = str(tmp_path / "made")
    finder.storage.base_location = finder.storage.location
    monkeypatch.setattr(finder.storage, "path", lambda name: str(tmp_path / "made" / name))
    path = Path(finder.find(stylesheet.NAME))
    assert path.read_text() == "a{}"
    first = path.stat().st_mtime_ns
    assert Path(finder.find(stylesheet.NAME)).stat().st_mtime_ns == first
    (tmp_path / "components" / "new.css").write_text("b{}")
    assert finder.find(stylesheet.NAME, find_all=True) == [str(path)]
    assert path.read_text() == "a{}\nb{}"
    assert not list(path.parent.glob("tmp*"))


def test_collectstatic_gives_the_style_sheet_a_hashed_name(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = list((tmp_path / "css").glob("site*.css"))
    assert {path.read_text(encoding="utf-8") for path in collected} == {stylesheet.bundle()}
    assert any(re.fullmatch(r"site\.[0-9a-f]{12}\.css", path.name) for path in collected)


def test_each_component_template_has_a_style():
    styled = {path.stem for path in (CSS / "components").glob("*.css")}
    templates = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")} - INVISIBLE
    assert not {name for name in templates if STYLED_WITH.get(name, name) not in styled}
    assert not set(STYLED_WITH) - templates
    assert not set(STYLED_WITH) & styled


def test_each_css_class_is_used():
    """Unused classes are removed from the style sheet."""
    used = " ".join(
        path.read_text(encoding="utf-8")
        for folder in ("templates", "accounts", "cms", "committee", "common", "home", "participation", "polls")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".html", ".py", ".js")
    )
    # Built from data: `badge--{{ kind }}`, `tone--{{ mark.tone }}`, `<li class="{{ step.kind }}">`.
    made_of_data = re.compile(r"(badge|notice|answer|tone|family|communes__(ground|square))--\w+")
    classes = {
        name
        for path in PARTS
        for name in re.findall(r"\.(-?[a-z][\w-]*)(?=[^{}]*\{)", without_comments(path.read_text(encoding="utf-8")))
    }
    assert not {name for name in classes if not made_of_data.fullmatch(name) and name not in used}


# Colours

COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|"
    r"\b(white|black|red|green|blue|yellow|orange|gray|grey|purple|pink|brown)\b(?!-)",
    re.IGNORECASE,
)


def colours_in(css: str) -> list[str]:
    """Returns the colour values of the declarations in `css`, without the names of tokens."""
    declarations = re.findall(r"[\w-]+\s*:\s*([^;{}]+)[;}]", without_comments(css))
    return [match[0] for text in declarations for match in COLOUR.finditer(re.sub(r"var\([^)]*\)", "", text))]


@by_part
def test_colours_are_tokens(path):
    if path.name != "tokens.css":
        assert not colours_in(path.read_text(encoding="utf-8"))


def test_colour_outside_the_tokens_is_found():
    """Control."""
    assert colours_in("a { color: var(--red); background: #FFF }") == ["#FFF"]
    assert colours_in("a { border: 1px solid red; }") == ["red"]
    assert colours_in("a { color: var(--red); box-shadow: 0 0 0 6px var(--yellow); }") == []


def palette(selector: str) -> dict[str, str]:
    """Returns the colours defined by the block of `selector` in tokens.css."""
    block = re.search(re.escape(selector) + r"\s*\{([^}]*)\}", without_comments(TOKENS))
    assert block, selector
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});", block[1]))


LIGHT = palette(":root")
DARK_OF_SYSTEM = palette(':root:not([data-theme="light"])')
DARK_OF_READER = palette(':root[data-theme="dark"]')
PALETTES = {"light": LIGHT, "dark": {**LIGHT, **DARK_OF_READER}}
GROUNDS = ("ground", "surface", "sand")
# Families of topics: each has a line, a secondary and a background colour.
FAMILIES = ("services", "participation", "figures", "elsewhere", "inclusion")
# (foreground, background, minimum ratio): docs/design.md lists their uses.
PAIRS = [
    *[("ink", ground, 4.5) for ground in (*GROUNDS, "ill-pale", "green-pale", "amber-pale", "red-pale", "sky")],
    *[("ink", f"{family}-pale", 4.5) for family in FAMILIES],
    *[("ink-2", ground, 4.5) for ground in (*GROUNDS, "ill-pale")],
    *[("ill", ground, 4.5) for ground in (*GROUNDS, "ill-pale")],
    *[("ill-dark", ground, 4.5) for ground in (*GROUNDS, "ill-pale")],
    ("on-ill", "ill", 4.5),
    ("on-ill", "ill-dark", 4.5),
    ("sandstone-dark", "sandstone-pale", 4.5),
    *[("sandstone-dark", ground, 4.5) for ground in GROUNDS],
    *[(colour, f"{colour}-pale", 4.5) for colour in ("green", "amber", "red")],
    *[("red", ground, 4.5) for ground in GROUNDS],
    *[(family, ground, 4.5) for family in FAMILIES for ground in (*GROUNDS, f"{family}-pale")],
    ("on-night", "night", 4.5),
    ("yellow", "night", 4.5),
    ("ground", "ink", 4.5),
    ("on-yellow", "yellow", 4.5),
    *[("edge", ground, 3.0) for ground in GROUNDS],
    *[("green", ground, 3.0) for ground in GROUNDS],
    ("focus", "yellow", 3.0),
]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Returns the contrast ratio defined by WCAG, between 1 and 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize(("seen", "on", "least"), PAIRS)
def test_contrast_is_sufficient(theme, seen, on, least):
    colours = PALETTES[theme]
    assert contrast(colours[seen], colours[on]) >= least


def test_contrast_is_computed_as_defined_by_wcag():
    """Control: known values, and a pair with too little contrast."""
    assert round(contrast("#FFFFFF", "#000000"), 2) == 21
    assert round(contrast("#777777", "#FFFFFF"), 2) == 4.48
    assert contrast(LIGHT["sandstone"], LIGHT["ground"]) < 3


def test_focus_has_sufficient_contrast_on_any_background():
    """The outline or its halo has a ratio of 3 with each background."""
    for colours in PALETTES.values():
        for ground in (*GROUNDS, "ill-pale", "ill", "ink", "night", "sky"):
            assert max(contrast(colours["focus"], colours[ground]), contrast(colours["yellow"], colours[ground])) >= 3


def test_the_two_dark_palettes_are_the_same():
    assert DARK_OF_SYSTEM == DARK_OF_READER
    assert set(DARK_OF_READER) == set(LIGHT) - {"yellow", "on-yellow"}


def test_themes_differ_only_in_colours():
    """The audit checks dark pages by the rules about colours alone, because all else is the same in every theme."""
    themed = re.findall(r"(:root[^{}]*\[data-theme=[^{}]*)\{([^{}]*)\}", without_comments(TOKENS))
    assert len(themed) == 3
    for selector, block in themed:
        declared = [declaration.strip() for declaration in block.split(";") if declaration.strip()]
        other = [one for one in declared if not re.fullmatch(r"--[\w-]+: #\w{6}|color-scheme: (light|dark)", one)]
        assert other == [], selector
    assert depends_on_theme(TOKENS)
    assert [path.name for path in PARTS if path.name != "tokens.css" and depends_on_theme(path.read_text())] == []


def depends_on_theme(css: str) -> bool:
    return bool(re.search("prefers-color-scheme|data-theme", without_comments(css)))


def table_of_contrasts() -> dict[str, tuple[str, str, str]]:
    """Returns the row of each token in docs/design.md: light, dark, ratios."""
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `--([\w-]+)` \| (#\w{6}) \| (#\w{6}) \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
    return {name: (light, dark, ratio.strip()) for name, light, dark, ratio in rows}


def test_documentation_gives_the_colours_and_ratios_of_the_tokens():
    found = table_of_contrasts()
    assert list(found) == list(LIGHT)
    for name, (light, dark, ratio) in found.items():
        assert (light, dark) == (LIGHT[name], PALETTES["dark"][name]), name
        pairs = [(on, theme) for theme in PALETTES for seen, on, _ in PAIRS if seen == name]
        lowest = [
            f"{min(contrast(PALETTES[theme][name], PALETTES[theme][on]) for on, where in pairs if where == theme):.1f}"
            for theme in PALETTES
            if pairs
        ]
        assert ratio == ", ".join(lowest), name


# Old browsers, reduced motion, increased contrast

# A browser of 2018 ignores a whole rule with an unknown selector, and a value with an unknown function.
TOO_NEW = re.compile(
    r":has\(|:is\(|:where\(|color-mix\(|light-dark\(|\bclamp\(|\bmin\(|\bmax\(|@layer|@container|@import|&|\binset:|"
    r"\bsubgrid\b|place-items|@property",
)


@by_part
def test_style_sheet_is_supported_by_old_browsers(path):
    assert not TOO_NEW.findall(without_comments(path.read_text(encoding="utf-8")))


def test_unsupported_css_is_found():
    """Control."""
    for css in (":has(a){}", "a{b:clamp(1px,2px,3px)}", "a{&:hover{}}", "@layer x{}", "a{inset:0}"):
        assert TOO_NEW.search(css), css
    assert not TOO_NEW.search("a{grid-template-columns:minmax(0,1fr)}")


@by_part
def test_animations_require_no_preference_for_reduced_motion(path):
    css = without_comments(path.read_text(encoding="utf-8"))
    calm = re.sub(r"@media \(prefers-reduced-motion: no-preference\)\s*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", css)
    assert not re.search(r"\b(transition|animation|scroll-behavior|@keyframes)\b", calm)


def test_focus_is_visible_without_support_of_focus_visible():
    base = without_comments((CSS / "base.css").read_text(encoding="utf-8"))
    assert re.search(r"^:focus \{[^}]*outline: 3px", base, re.MULTILINE)
    for path in PARTS:
        css = without_comments(path.read_text(encoding="utf-8")).replace(":focus:not(:focus-visible)", "")
        assert ":focus-visible" not in css, path.name


def test_contrast_and_print_styles_override_the_chosen_theme():
    """They come last with the same specificity: `:root:root` equals `:root[data-theme]`."""
    places = [
        TOKENS.index(text)
        for text in (
            ':root[data-theme="dark"]',
            "@media (prefers-contrast: more) {\n  :root:root {",
            "@media print {\n  :root:root {",
        )
    ]
    assert places == sorted(places)
