"""The keyboard on an open page: each control reached once, in order, and its focus seen."""

import re

from playwright.sync_api import Page

from tests.browser.checks import look

# The bar of Wagtail holds a button of its own, in its shadow.
FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0'], wagtail-userbar:defined"

# The menu and the filters are opened: what they hold is to be reached too.
NUMBER_CONTROLS = """
document.querySelectorAll('details').forEach(details => { details.open = true });
const groups = new Set();
let rank = 0;
for (const e of document.querySelectorAll(argument)) {
  if (e.disabled || (e.tabIndex < 0 && !e.shadowRoot) || e.type === 'hidden' || !drawn(e)) continue;
  if (e.type === 'radio') { if (groups.has(e.name)) continue; groups.add(e.name); }
  e.dataset.rank = rank++;
  faults.push(name(e));
}
"""

# Notes at each Tab where the one before has led: by then the focus has moved, and the page has scrolled to it.
NOTE_STOPS = """
window.stop = () => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const counted = e.type === 'radio' ? document.querySelector(`[name="${e.name}"][data-rank]`) : e;
  const focused = e.shadowRoot?.activeElement ?? e;
  const box = focused.getClientRects()[0] ?? focused.getBoundingClientRect();
  // The middle of what is inside the window.
  const middle = (from, to, room) => (Math.max(from, 0) + Math.min(to, room)) / 2;
  const [x, y] = [middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight)];
  const above = document.elementFromPoint(x, y);
  const free = above && (e.contains(above) || above.contains(e) || above.matches('label, .choice'));
  return { rank: Number(counted.dataset.rank ?? -1), hidden: !free || box.bottom < 1 || box.top > innerHeight - 1 };
};
window.stops = [];
addEventListener('keydown', event => { if (event.key === 'Tab') window.stops.push(window.stop()) }, { capture: true });
"""


def walk(page: Page) -> list[str]:
    """Tab goes to each control once, in the order of the document, never under something else."""
    load_frames(page)
    controls = look(page, NUMBER_CONTROLS + NOTE_STOPS, FOCUSABLE)
    faults: list[str] = []
    ranks: list[int] = []
    # One more than there are controls: it leaves the page, or finds a stop that is none of them.
    for state in stops_of(page, len(controls) + 1):
        # A headless browser has no address bar: it goes back to the first control.
        if state is None or (ranks and state["rank"] == 0):
            break
        ranks.append(state["rank"])
        if state["hidden"]:
            faults.append(f"cannot be seen with the focus: {controls[state['rank']]}")
    if ranks != list(range(len(controls))):
        faults.append(f"{len(set(ranks))} of {len(controls)} controls, in the order {ranks}")
    return faults


def load_frames(page: Page) -> None:
    """Loads the frames that wait until they are near the window: one that loads meanwhile loses the focus."""
    for frame in page.frames[1:]:
        frame.frame_element().scroll_into_view_if_needed()
        frame.wait_for_url(re.compile("^http"))
    page.evaluate("scrollTo(0, 0)")


def stops_of(page: Page, steps: int) -> list[dict | None]:
    """Where `steps` Tabs lead, one after the other; None is outside of the page.

    The page notes them itself and is asked once: a question after each Tab takes longer than the walk. It hears no key
    while the focus goes through the page inside a frame: such a page is asked each time.
    """
    if len(page.frames) > 1:
        stops = []
        for _step in range(steps):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("window.stop()"))
        return stops
    # A key that is held down repeats itself.
    for _step in range(steps):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    return page.evaluate("[...window.stops.slice(1), window.stop()]")


def first_stop(page: Page) -> list[str]:
    """The first stop leads to the content: one Tab, one Enter. After `walk`, which ends there, Enter alone."""
    if page.evaluate("document.activeElement.dataset.rank") != "0":
        page.keyboard.press("Tab")
    link = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    where = page.evaluate("location.hash && document.activeElement.matches('main') ? 'content' : 'elsewhere'")
    return [] if where == "content" else [f"the first stop is {link} and leads {where}"]


OUTLINES = """
for (const e of document.querySelectorAll('[data-rank]:not(wagtail-userbar)')) {
  e.focus({ focusVisible: true, preventScroll: true });
  const style = getComputedStyle(e), behind = ground(e.parentElement);
  const halo = (style.boxShadow.match(/rgba?\\([^)]+\\)/g) || []).at(-1);
  const ratio = Math.max(contrast(style.outlineColor, behind), halo ? contrast(halo, behind) : 0);
  if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 3 || ratio < 3) {
    faults.push(`focus of ${style.outlineWidth} ${style.outlineStyle}, contrast ${ratio.toFixed(1)}: ${name(e)}`);
  }
}
"""


def outlines(page: Page) -> list[str]:
    """The focus is drawn 3 px wide or more, with a contrast of 3 or more; call after `walk`."""
    return look(page, OUTLINES)
