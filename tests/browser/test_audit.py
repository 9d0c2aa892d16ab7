"""One list of pages and states, over which every check of the public site runs. Each new page enters it at once."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Response

from cms.models import NewsPage
from committee.models import SessionPage, TopicPage
from home import demo
from participation.models import CallPage, Proposal
from polls.models import Poll
from tests.browser.axe import violations
from veille.models import VeilleEntryPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

KILO = 1000
MAX_FIRST_VIEW = 45 * KILO
MAX_REQUESTS = 8
MAX_ELEMENTS = 800


@dataclass(frozen=True)
class Audited:
    """A page or a state. `reading` pages set no cookie."""

    name: str
    path: str
    reading: bool = True
    act: Callable[[Page], None] | None = None


def _press(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_load_state()

    return act


def _watch_without_result() -> str:
    """Filters that each have entries, but none together."""
    entry = VeilleEntryPage.objects.live().first()
    other = VeilleEntryPage.objects.live().exclude(place=entry.place).exclude(theme=entry.theme).first()
    return f"/veille/?{urlencode({'lieu': other.place, 'theme': entry.theme.slug})}"


def audited_pages() -> list[Audited]:
    """The audit list, over the demonstration content."""
    discussed = Proposal.objects.published().order_by("-comment_count").first()
    answered = Proposal.objects.filter(state=Proposal.State.NOT_RETAINED).first()
    now = timezone.now()
    past = SessionPage.objects.published().past(now).first()
    closed = Poll.objects.filter(closes_at__lt=now).first()
    pages = [
        Audited("home", "/"),
        Audited("news list", "/actualites/"),
        Audited("news item", NewsPage.objects.live().first().url),
        Audited("watch list", "/veille/"),
        Audited("watch, no result", _watch_without_result()),
        Audited("watch entry", VeilleEntryPage.objects.live().first().url),
        Audited("proposals", "/propositions/"),
        Audited("proposals, no result", "/propositions/?q=zzzzzz"),
        Audited("proposal with comments", discussed.get_absolute_url()),
        Audited("proposal not retained", answered.get_absolute_url()),
        Audited("calls", "/propositions/appels/"),
        Audited("call", CallPage.objects.live().first().url),
        Audited("committee", "/le-comite/"),
        Audited("members", "/le-comite/membres/"),
        Audited("rules of procedure", "/le-comite/reglement/"),
        Audited("sessions", "/le-comite/seances/"),
        Audited("session to come", SessionPage.objects.published().next(now).url),
        Audited("session with minutes", past.url),
        Audited("programme", "/le-comite/programme/"),
        Audited("topic", TopicPage.objects.live().first().url),
        Audited("polls", "/sondages/"),
        Audited("poll", Poll.objects.open(now).first().get_absolute_url()),
        Audited("poll results", f"{closed.get_absolute_url()}resultats/"),
        Audited("search", "/recherche/?q=numerique"),
        Audited("search, no result", "/recherche/?q=zzzzzz"),
        Audited("site map", "/plan-du-site/"),
        Audited("help", "/aide/"),
        Audited("contact", "/contact/"),
        Audited("rules", "/regles/"),
        Audited("easy to read", "/facile-a-lire/"),
        Audited("accessibility", "/accessibilite/"),
        Audited("personal data", "/donnees-personnelles/"),
        Audited("legal notice", "/mentions-legales/"),
        Audited("how to stop the e-mails", "/desinscription/"),
        Audited("page not found", "/nulle-part/"),
        Audited("start of a proposal", "/propositions/deposer/"),
        Audited("idea", "/propositions/deposer/idee/", reading=False),
        Audited("idea, errors", "/propositions/deposer/idee/", reading=False, act=_press("Continuer")),
        Audited("support, signed out", f"/propositions/{discussed.pk}/soutenir/", reading=False),
        Audited("comment, signed out", f"/propositions/{discussed.pk}/commenter/", reading=False),
        Audited("sign in", "/compte/connexion/", reading=False),
        Audited("sign in, errors", "/compte/connexion/", reading=False, act=_press("Recevoir un code")),
        Audited("new account", "/compte/creer/", reading=False),
        Audited("subscribe", "/lettre/inscription/", reading=False),
    ]
    return pages


@pytest.fixture
def pages(live_server, settings) -> list[Audited]:
    settings.DEMONSTRATION = True
    settings.BASE_URL = live_server.url
    demo.load(timezone.now())
    return audited_pages()


def visits(page: Page, pages: list[Audited]) -> Iterator[tuple[Audited, Response]]:
    for audited in pages:
        response = page.goto(audited.path)
        assert response is not None
        if audited.act:
            audited.act(page)
        yield audited, response


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_breaks_a_rule_of_accessibility(pages, watched, width, theme):
    with watched(width=width, theme=theme) as page:
        found = {audited.name: lines for audited, _ in visits(page, pages) if (lines := violations(page))}
    assert not found


def test_the_accessibility_check_can_fail(browser: Browser):
    page = browser.new_page()
    page.set_content(
        '<!doctype html><html><title></title><body><img src="data:,"><a href="#" style="color:#f37021">x</a><input>'
    )
    broken = " ".join(violations(page))
    page.close()
    for rule in ("image-alt", "color-contrast", "label", "html-has-lang"):
        assert rule in broken


def test_structure_reflow_and_targets(pages, watched):
    """One h1, no skipped level, unique titles, no sideways scrolling at 320 px or at 200 %, targets of 44 px."""
    wrong: list[str] = []
    titles: dict[str, str] = {}
    with watched(width=320, bypass_csp=True) as page:
        for audited, _ in visits(page, pages):
            levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
            steps = [later - sooner for sooner, later in zip(levels[levels.index(1) :], levels[1:], strict=False)]
            if levels.count(1) != 1 or any(step > 1 for step in steps):
                wrong.append(f"{audited.name}: headings {levels}")
            if (title := page.title()) in titles:
                wrong.append(f"{audited.name}: the title of {titles[title]}")
            titles[title] = audited.name
            wrong += [f"{audited.name}: {what}" for what in page.evaluate(LAYOUT_FAULTS)]
            page.set_viewport_size({"width": 1280, "height": 800})
            page.add_style_tag(content="html { font-size: 200% !important }")
            wrong += [f"{audited.name}, text at 200 %: {what}" for what in page.evaluate(LAYOUT_FAULTS)]
            page.set_viewport_size({"width": 320, "height": 800})
    assert not wrong


LAYOUT_FAULTS = """() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll('body *')]
      .find(e => e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).position !== 'absolute');
    faults.push('scrolls sideways: ' + (wide ? wide.outerHTML.slice(0, 90) : '?'));
  }
  const controls = 'button, .button, .menu a, .tools a, select, textarea, .choice,'
    + ' input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not([tabindex])';
  for (const control of document.querySelectorAll(controls)) {
    const box = control.getBoundingClientRect();
    if (box.width > 2 && (box.height < 43.5 || box.width < 43.5)) {
      faults.push('small target: ' + control.outerHTML.slice(0, 60) + ' ' + box.width + 'x' + box.height);
    }
  }
  return faults;
}"""


def test_weight_requests_and_cookies(pages, watched):
    """The budgets of docs/design.md; a reading page leaves no cookie with an anonymous visitor."""
    wrong: list[str] = []
    for audited in pages:
        if audited.act:
            continue
        with watched() as page:
            sizes: dict[str, int] = {}
            page.on("response", lambda response, sizes=sizes: sizes.update({response.url: _size(response)}))
            page.goto(audited.path, wait_until="networkidle")
            if sum(sizes.values()) > MAX_FIRST_VIEW or len(sizes) > MAX_REQUESTS:
                wrong.append(f"{audited.name}: {sum(sizes.values())} bytes in {len(sizes)} requests")
            elements = page.evaluate("document.querySelectorAll('*').length")
            if elements > MAX_ELEMENTS:
                wrong.append(f"{audited.name}: {elements} elements")
            if audited.reading and page.context.cookies():
                wrong.append(f"{audited.name}: sets {[cookie['name'] for cookie in page.context.cookies()]}")
    assert not wrong


def _size(response: Response) -> int:
    """Bytes over the wire once a proxy has compressed text; content images are counted apart."""
    kind = response.headers.get("content-type", "")
    return 0 if kind.startswith("image/") and "svg" not in kind else len(gzip.compress(response.body()))


def test_every_control_can_be_reached_and_seen_by_keyboard(pages, watched):
    """Tab goes through each control once, in the order of the document, with a visible focus; the first one skips."""
    wrong: list[str] = []
    with watched(width=360) as page:
        for audited, _ in visits(page, [page for page in pages if not page.act]):
            expected = page.evaluate(NUMBER_CONTROLS)
            seen: list[int] = []
            for _step in range(expected + 2):
                page.keyboard.press("Tab")
                state = page.evaluate(FOCUS)
                # A headless browser has no address bar: it goes back to the first control.
                if state is None or (seen and state["rank"] == 0):
                    break
                seen.append(state["rank"])
                if not state["visible"]:
                    wrong.append(f"{audited.name}: focus cannot be seen on {state['what']}")
            if len(set(seen)) < expected or seen != sorted(seen):
                wrong.append(f"{audited.name}: {len(set(seen))} of {expected} controls, in the order {seen}")
    assert not wrong


NUMBER_CONTROLS = """() => {
  let rank = 0;
  const groups = new Set();
  for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, iframe')) {
    if (e.disabled || e.tabIndex < 0 || e.type === 'hidden' || !e.getClientRects().length) continue;
    if (e.type === 'radio') { if (groups.has(e.name)) continue; groups.add(e.name); }
    e.dataset.rank = rank++;
  }
  return rank;
}"""

FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    rank: Number(e.dataset.rank ?? (e.type === 'radio' ? document.querySelector(`[name="${e.name}"][data-rank]`)
      .dataset.rank : -1)),
    what: e.outerHTML.slice(0, 60),
    visible: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 && box.bottom > 0
      && box.top < innerHeight,
  };
}"""
