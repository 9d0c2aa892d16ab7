"""Keyboard navigation on an open page: each control is reached once, in order, with a visible focus."""

import re

from playwright.sync_api import Page

from tests.browser.checks import look

# Wagtail's user bar has a button of its own, in its shadow DOM.
FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex='0'], wagtail-userbar:defined"

# Menu and filters are opened, so that their content is reached too.
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

# Records the focused element at each Tab, after the focus has moved and the page has scrolled.
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
    """Checks that Tab reaches each control once, in document order, never covered by something else."""
    load_frames(page)
    controls = look(page, NUMBER_CONTROLS + NOTE_STOPS, FOCUSABLE)
    faults: list[str] = []
    ranks: list[int] = []
    # One more than the controls: it leaves the page, or finds an unexpected stop.
    for state in stops_of(page, len(controls) + 1):
        # A headless browser has no address bar, so the focus returns to the first control.
        if state is None or (ranks and state["rank"] == 0):
            break
        ranks.append(state["rank"])
        if state["hidden"]:
            faults.append(f"cannot be seen with the focus: {controls[state['rank']]}")
    if ranks != list(range(len(controls))):
        faults.append(f"{len(set(ranks))} of {len(controls)} controls, in the order {ranks}")
    return faults


def load_frames(page: Page) -> None:
    """Loads the lazy frames, because a frame that loads during the walk loses the focus."""
    for frame in page.frames[1:]:
        frame.frame_element().scroll_into_view_if_needed()
        frame.wait_for_url(re.compile("^http"))
    page.evaluate("scrollTo(0, 0)")


def stops_of(page: Page, steps: int) -> list[dict | None]:
    """Returns the stops of `steps` presses of Tab; None is outside of the page.

    The page records them itself and is queried once, because a query after each Tab takes longer than the walk. It gets
    no key events while the focus is in a frame: such a page is queried each time.
    """
    if len(page.frames) > 1:
        stops = []
        for _step in range(steps):
            page.keyboard.press("Tab")
            stops.append(page.evaluate("window.stop()"))
        return stops
    # A held key repeats itself.
    for _step in range(steps):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    return page.evaluate("[...window.stops.slice(1), window.stop()]")


def first_stop(page: Page) -> list[str]:
    """Checks that the first stop skips to the content: Tab, Enter. After `walk`, which ends there, Enter alone."""
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
    """Checks that the focus outline is at least 3 px wide, with a contrast of at least 3; call after `walk`."""
    return look(page, OUTLINES)
