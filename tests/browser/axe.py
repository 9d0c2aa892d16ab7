"""axe-core in a page: no violation and no undecided contrast.

The environment variable AXE_SOURCE names the file of another version: `make audit` runs the latest one.
"""

import functools
import os
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

# Rules about colours (axe's category "color"). The rest of a page is the same in every theme, which
# `tests/architecture/test_styles.py` checks.
OF_COLOURS = "cat.color"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]

# axe treats the content of a closed <details> as hidden, although wide screens show it: menu and filters are opened.
RUN = """async options => {
  const folded = document.querySelectorAll('.menu:not([open]), .filters:not([open])');
  folded.forEach(details => { details.open = true });
  const results = await axe.run(document, options);
  folded.forEach(details => { details.open = false });
  return results;
}"""
RULES = "({tags, category}) => axe.getRules(tags).filter(r => r.tags.includes(category)).map(r => r.ruleId)"


@functools.cache
def _source() -> str:
    bundled = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    return Path(os.environ.get("AXE_SOURCE") or bundled).read_text()


def violations(page: Page, *, undecided_too: bool = True, only_colours: bool = False) -> list[str]:
    """Returns a line for each violation and, if `undecided_too`, for each contrast that axe cannot decide.

    `only_colours` is for a page whose other rules were checked in another theme. axe is injected once per page.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_source())
    only = {"type": "tag", "values": TAGS}
    if only_colours:
        only = {"type": "rule", "values": page.evaluate(RULES, {"tags": TAGS, "category": OF_COLOURS})}
    options = {"runOnly": only, "resultTypes": ["violations", "incomplete"]}
    results = page.evaluate(RUN, options)
    found = [(rule, node) for rule in results["violations"] for node in rule["nodes"]]
    undecided = [rule for rule in results["incomplete"] if undecided_too and rule["id"] == "color-contrast"]
    found += [(rule, node) for rule in undecided for node in rule["nodes"] if not is_text_of_a_drawing(node["html"])]
    return [f"{rule['id']}: {node['target']} {node['failureSummary'].splitlines()[-1].strip()}" for rule, node in found]


def is_text_of_a_drawing(html: str) -> bool:
    """Returns whether `html` is a text of an SVG, whose contrast axe cannot decide: `checks.drawn_texts` checks it."""
    return html.startswith(("<text ", "<text>"))
