"""Checks outside the audit of each page: keyboard, print, weight, and controls of the checks."""

import gzip
import io
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Response

from committee.models import SessionPage
from participation.models import Proposal
from tests.browser import checks, keyboard, pages
from tests.browser.axe import violations
from tests.browser.pages import ADMIN, FORMS, READING, REFUSALS, visit
from tools.audit.weight import MAX_ELEMENTS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

KILO = 1000
# The page of components shows each of them in each state, for developers.
SHOWCASE = "components"
MAX_FIRST_VIEW, MAX_HTML, MAX_STYLE, MAX_SCRIPT = 45 * KILO, 14 * KILO, 16 * KILO, 18 * KILO
MAX_REQUESTS = 8
MAX_SHEETS = 2

# One page per template, because the states of a page have the same controls.
WALKED = [
    page
    for page in [*READING, *FORMS]
    if not page.act
    and not re.search(
        "no result|filters|one type|without news|done|merged|call closed|call in|error of|paused|words removed",
        page.name,
    )
]


@pytest.mark.parametrize("half", [0, 1])
def test_every_control_is_reachable_and_visible_by_keyboard(demonstration, watched, live_server, half):
    """Tab reaches each control once, in document order; the first one skips to the content."""
    wrong: list[str] = []
    with watched(width=360, statuses=REFUSALS) as page:
        for audited, _ in pages.visits(page, WALKED[half::2], live_server.url):
            faults = keyboard.walk(page)
            # The walk ends where it began, at the first stop.
            if audited.status < 500:
                faults += keyboard.first_stop(page)
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                faults += [f"{theme}: {fault}" for fault in keyboard.outlines(page)]
            page.emulate_media(color_scheme="light")
            wrong += [f"{audited.name}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def test_weight_requests_cookies_and_storage(demonstration, watched, live_server):
    """Budgets of docs/design.md; a reading page stores nothing for an anonymous visitor."""
    wrong: list[str] = []
    titles: dict[str, str] = {}
    with watched(statuses=REFUSALS) as page:
        # Empty cache and storage for each page. A new context for each would take longer.
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        responses: list[Response] = []
        page.on("response", lambda response: responses.append(response))
        for audited in [
            page for page in [*READING, *FORMS] if not page.act and not page.viewer and page.name != SHOWCASE
        ]:
            # Pending requests of the previous page are not counted.
            page.goto("about:blank")
            responses.clear()
            page.goto(audited.address(), wait_until="load")
            wrong += [f"{audited.name}: {fault}" for fault in over_budget(responses)]
            elements = page.evaluate("document.querySelectorAll('*').length")
            if elements > MAX_ELEMENTS:
                wrong.append(f"{audited.name}: {elements} elements")
            stored = page.evaluate("localStorage.length + sessionStorage.length")
            cookies = [cookie["name"] for cookie in page.context.cookies()]
            if stored or (audited.reading and cookies):
                wrong.append(f"{audited.name}: keeps {stored} values and the cookies {cookies}")
            # Target of the redirection, if any.
            path = urlsplit(page.url).path
            if titles.setdefault(page.title(), path) != path:
                wrong.append(f"{audited.name}: the title of {titles[page.title()]}")
            page.context.clear_cookies()
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
    assert not wrong, "\n".join(wrong)


def over_budget(responses: list[Response]) -> list[str]:
    """Returns exceeded budgets, assuming compression by a proxy; content images are counted separately."""
    weights = {"html": 0, "style": 0, "script": 0, "other": 0}
    for response in responses:
        kind = response.headers.get("content-type", "")
        if 300 <= response.status < 400 or (kind.startswith("image/") and "svg" not in kind):
            continue
        name = next((name for name in ("html", "css", "javascript") if name in kind), "other")
        name = {"css": "style", "javascript": "script"}.get(name, name)
        weights[name] += len(gzip.compress(response.body()))
    limits = {"html": MAX_HTML, "style": MAX_STYLE, "script": MAX_SCRIPT}
    faults = [f"{weights[name]} bytes of {name}" for name, limit in limits.items() if weights[name] > limit]
    if (total := sum(weights.values())) > MAX_FIRST_VIEW:
        faults.append(f"{total} bytes in all")
    if len(responses) > MAX_REQUESTS:
        faults.append(f"{len(responses)} requests")
    return faults


# One page for each kind of drawing: houses, pictograms, states, steps, charts, portraits.
DRAWN = ("home", "proposals", "dossier, whole", "programme", "topic", "poll results", "who takes part", "members")
# Letters, lines and crossings of lines contain no square of this size of solid ink.
BLOCK, INK = 12, 40


def blocks_of_ink(page: Page) -> int:
    """Counts squares of BLOCK pixels of solid ink on the printed page, ignoring images and portraits."""
    page.evaluate("document.querySelectorAll('img, .portrait').forEach(one => (one.style.visibility = 'hidden'))")
    with Image.open(io.BytesIO(page.screenshot(full_page=True))) as picture:
        small = picture.convert("L").resize((picture.width // BLOCK, picture.height // BLOCK), Image.Resampling.BOX)
    return sum(small.histogram()[:INK])


def test_printed_pages_have_no_solid_black_areas(demonstration, watched, live_server):
    """Drawings are grey or outlined on paper, also with printed backgrounds and the dark theme."""
    found = {}
    with watched(width=1280, theme="dark") as page:
        for audited in (one for one in READING if one.name in DRAWN):
            page.goto(audited.address())
            page.emulate_media(media="print")
            found[audited.name] = blocks_of_ink(page)
            page.emulate_media(media="screen")
        page.emulate_media(media="print")
        page.evaluate(
            "document.querySelector('h1').innerHTML = '<svg width=40 height=40><rect width=40 height=40 /></svg>'"
        )
        found["control"] = blocks_of_ink(page)
    assert len(found) == len(DRAWN) + 1
    assert found.pop("control") > 0
    assert {name: count for name, count in found.items() if count} == {}


def test_printed_session_page_fits_on_two_sheets(demonstration, watched, live_server):
    """One or two A4 sheets with everything essential; no sheet for only the last line of the footer."""
    sessions = SessionPage.objects.published()
    sheets = {}
    with watched(width=1280) as page:
        for session in sessions:
            page.goto(session.url)
            paper = page.pdf(format="A4", print_background=True)
            assert len(paper) > 5 * KILO
            sheets[session.slug] = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert len(sheets) > 8
    assert {slug: count for slug, count in sheets.items() if not 1 <= count <= MAX_SHEETS} == {}


@pytest.mark.parametrize("which", ["form of a call on paper", "form of a poll on paper"])
def test_paper_form_fits_on_two_sheets(demonstration, watched, live_server, which):
    [form] = [one for one in READING if one.name == which]
    with watched(width=1280) as page:
        page.goto(form.address())
        paper = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= MAX_SHEETS


def test_receipt_is_printed_completely_on_one_sheet(demonstration, watched, live_server):
    """With the longest possible entry, and complete: Wagtail's admin scrolls inside its window."""
    [sheet] = [one for one in ADMIN if one.name == "admin: receipt"]
    Proposal.objects.filter(desk_entry__isnull=False).update(problem="Bonjour. " * 222, body="Bonjour. " * 222)
    with watched(width=1280) as page:
        visit(page, sheet, live_server.url)
        paper = page.pdf(format="A4")
        page.emulate_media(media="print")
        height = page.locator(".receipt").evaluate("sheet => sheet.scrollHeight")
        assert page.evaluate("document.documentElement.scrollHeight") >= height
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


# Expected fault of each check on a small page with only this fault.
WORD = "Donaudampfschifffahrtsgesellschaftskapitän"
CONTROLS = {
    "sideways": (checks.layout, f"<p style='font-size:40px'>{WORD}", "scrolls sideways"),
    "cut": (checks.layout, "<p style='height:20px;width:90px;overflow:hidden'>Trois lignes de texte", "does not fit"),
    "spilt": (checks.layout, "<button style='height:20px;width:60px'>Trois lignes de texte", "does not fit"),
    "late list": (checks.first_item, "<main><div style='height:741px'></div><p class='card'>Un</main>", "begins at 7"),
    "no list": (checks.first_item, "<main><h1>Titre</h1></main>", "begins at Infinity"),
    "cut word": (
        checks.table_words,
        "<main><table><tr><td style='max-width:60px;overflow-wrap:anywhere'>monstrasbourg.eu</table></main>",
        "a word is cut: monstrasbourg.eu",
    ),
    "target": (checks.targets, "<button style='height:30px'>Envoyer ma réponse</button>", "not 44"),
    "link": (checks.targets, "<ul style='line-height:1'><li><a href='/'>Aide</a></ul>", "not 24"),
    "field": (checks.fields, "<main><input style='border:1px solid #ccc'></main>", "border of a field"),
    "borderless": (checks.forced_colours, "<button style='border:0'>Envoyer</button>", "no border"),
    "own colours": (checks.forced_colours, "<p style='forced-color-adjust:none;color:#ccc'>Gris", "contrast of"),
    "a column of letters": (
        checks.large_letters,
        "<p style='width:1em;word-break:break-all'>Sujet",
        "a word on 3 lines",
    ),
    "broad letters": (checks.large_letters, "<p style='width:400px'>Sujet", "scrolls sideways"),
    "motion": (checks.motion, "<a href='/' style='transition:color 1s'>Aide</a>", "moves"),
    "menu on paper": (checks.printed, "<h1>Titre</h1><header><nav>Menu</nav></header>", "printed"),
    "ink on a dark drawing": (
        checks.drawn_texts,
        "<svg><rect fill='#111'/><text x='9' y='20'>Rhin</text></svg>",
        "text of a drawing, contrast of 1",
    ),
    "no title on paper": (checks.printed, "<h1 style='display:none'>Titre</h1>", "title is not printed"),
    "ink on ink": (checks.printed, "<h1 style='background:#000;color:#000'>Titre</h1>", "cannot be read on paper"),
    "two titles": (checks.structure, "<h1>Un</h1><h1>Deux</h1>", "headings"),
    "skipped level": (checks.structure, "<h1>Un</h1><h3>Trois</h3>", "headings"),
    "twice": (checks.structure, "<h1 id='un'>Un</h1><p id='un'>", "twice the id un"),
    "dead name": (checks.structure, "<h1>Un</h1><input aria-describedby='rien'>", "names rien"),
    "dead anchor": (checks.structure, "<h1>Un</h1><a href='#rien'>Lire</a>", "leads nowhere"),
    "order": (keyboard.walk, "<a href='/a' tabindex='2'>A</a><a href='/b' tabindex='1'>B</a>", "in the order"),
    "trap": (
        keyboard.walk,
        "<a href='/a'>A</a><input onkeydown='event.preventDefault()'><a href='/b'>B</a>",
        "of 3 controls",
    ),
    "covered": (
        keyboard.walk,
        "<a href='/a'>A</a><div style='position:fixed;inset:0;background:red'></div>",
        "cannot be seen",
    ),
    "first stop": (keyboard.first_stop, "<a href='#a'>A</a><main id='contenu'></main>", "leads elsewhere"),
    "thin focus": (keyboard.outlines, "<a href='/a' data-rank='0' style='outline:1px solid'>A</a>", "focus of 1px"),
    "pale focus": (keyboard.outlines, "<a href='/a' data-rank='0' style='outline:3px solid #ccc'>A</a>", "contrast 1"),
}


@pytest.mark.parametrize("wrong", CONTROLS)
def test_each_check_can_fail(browser: Browser, wrong):
    check, body, words = CONTROLS[wrong]
    page = browser.new_page(viewport={"width": 320, "height": 256})
    page.set_content(f"<!doctype html><html lang='fr'><title>Témoin</title><body>{body}")
    if check is checks.forced_colours:
        page.emulate_media(forced_colors="active")
    faults = check(page)
    page.close()
    assert words in "\n".join(faults)


def test_page_without_faults_passes_every_check(browser: Browser):
    """Control: otherwise a check that always fails would pass."""
    page = browser.new_page(viewport={"width": 320, "height": 256})
    page.set_content(
        "<!doctype html><html lang='fr'><title>Témoin</title><style>:focus { outline: 3px solid #000 }"
        "a { line-height: 24px } button { min-height: 44px; border: 2px solid #000 }"
        "input { min-height: 44px; width: 90%; border: 2px solid #555 } @media print { form { display: none } }</style>"
        "<a href='#contenu'>Aller au contenu</a><main id='contenu' tabindex='-1'><h1>Titre</h1><h2>Sous-titre</h2>"
        "<p>Une <a href='/'>phrase</a>.</p><form><label for='nom'>Nom</label> <input id='nom'>"
        "<button>Envoyer</button></form></main>"
    )
    faults = [
        *(
            checks.layout(page)
            + checks.large_letters(page)
            + checks.targets(page)
            + checks.fields(page)
            + checks.motion(page)
        ),
        *(checks.structure(page) + keyboard.walk(page) + keyboard.outlines(page)),
    ]
    page.evaluate("document.activeElement.blur(); document.body.prepend(document.querySelector('a'))")
    page.emulate_media(forced_colors="active")
    faults += checks.forced_colours(page)
    page.emulate_media(forced_colors="none", media="print")
    faults += checks.printed(page)
    page.close()
    assert not faults


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p><div>Un</div></p>", "unexpected-end-tag"),
        ("<ul><li><b>Un</ul>", "end-tag-too-early"),
        ("<p id=un id=deux>Un", "duplicate-attribute"),
        ("<p>Un & deux &foo;", "expected-named-entity"),
        ("<p style='color:red'>Un", "inline: <p style="),
        ("<p onclick='a()'>Un", "inline: <p onclick="),
        ("<script>alert(1)</script>", "inline: <script"),
    ],
)
def test_invalid_markup_is_found(html, words):
    page = "<!doctype html><html lang='fr'><head><title>Témoin</title></head><body>{}</body></html>"
    assert words in "\n".join(checks.markup(page.format(html)))
    assert not checks.markup(page.format("<p>Un <b>mot</b></p><script src='/a.js' defer></script>"))
    assert not checks.markup(page.format('<script id="a" type="application/json">{}</script>'))


def test_axe_can_fail(browser: Browser):
    page = browser.new_page()
    page.set_content(
        '<!doctype html><html><title></title><body><img src="data:,"><a href="#" style="color:#f37021">x</a><input>'
        '<p style="background:linear-gradient(#fff,#000)">Un texte</p>'
    )
    broken = " ".join(violations(page))
    page.close()
    for rule in ("image-alt", "color-contrast", "label", "html-has-lang", "could not be determined"):
        assert rule in broken


def test_colour_rules_find_all_faults_of_a_theme(browser: Browser):
    """Both checks find a fault of the dark theme only, and the shorter one finds nothing else."""
    page = browser.new_page(color_scheme="dark")
    page.set_content(
        "<!doctype html><html lang='fr'><title>Témoin</title><style>a { color: #00f }"
        "@media (prefers-color-scheme: dark) { p { color: #ccc; background: #000 }"
        "a { color: #aaa; text-decoration: none }"
        "em { color: #222 } b { background: linear-gradient(#fff, #000) } }</style>"
        "<main><h1>Titre</h1><p>Un <em>texte</em> avec <a href='/aide/'>un lien</a>.</p><b>Un mot</b>"
        "<img src='data:,'></main>"
    )
    everything, shorter = violations(page), violations(page, only_colours=True)
    page.emulate_media(color_scheme="light")
    in_light = violations(page)
    page.close()
    assert {"color-contrast", "link-in-text-block"} <= {fault.partition(":")[0] for fault in shorter}
    assert any("could not be determined" in fault for fault in shorter)
    assert set(everything) - set(in_light) == set(shorter)


@dataclass
class Answer:
    """Part of a response that the budgets read; its body cannot be compressed."""

    kind: str
    kilobytes: int
    status: int = 200

    @property
    def headers(self) -> dict[str, str]:
        return {"content-type": self.kind}

    def body(self) -> bytes:
        return secrets.token_bytes(self.kilobytes * KILO)


HTML, STYLE, SCRIPT, SVG = "text/html; charset=utf-8", "text/css", "text/javascript", "image/svg+xml"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([Answer(HTML, 13), Answer(STYLE, 11), Answer(SCRIPT, 17), Answer("image/webp", 90)], ""),
        ([Answer(HTML, 15)], "of html"),
        ([Answer(STYLE, 9), Answer(STYLE, 9)], "of style"),
        ([Answer(SCRIPT, 19)], "of script"),
        ([Answer(HTML, 13), Answer(STYLE, 11), Answer(SCRIPT, 17), Answer(SVG, 6)], "in all"),
        ([Answer(SVG, 1)] * 9, "9 requests"),
    ],
)
def test_exceeded_budget_is_reported(answers, expected):
    faults = over_budget(answers)
    assert expected in " ".join(faults)
    assert len(faults) == bool(expected)
