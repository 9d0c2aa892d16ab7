"""All checks of the public site, on every page and state of `tests/browser/pages`.

A page is loaded once and checked in each theme, width and medium; in dark, by the rules about colours only, since
themes differ in nothing else. The duration of each part is printed (`-rP`), never asserted.

With LONG=1, as in `make audit`, axe checks each state in both widths of both themes; otherwise in one of each.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import product

import pytest
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Response

from tests.browser import checks, pages
from tests.browser.axe import violations
from tests.browser.pages import ADMIN, EMPTY_SITE, FORMS, PUBLIC, READING, REFUSALS, Audited

browser_test = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

THEMES = ("light", "dark")
SIZES = (checks.PHONE, checks.DESKTOP)
EVERY_LOOK = tuple(product(SIZES, THEMES))
LISTS = (
    *("proposals", "news list", "watch list", "polls", "sessions", "calls", "reports"),
    *("register of decisions", "search, results"),
)
LONG = bool(os.environ.get("LONG"))
# The two combinations cover each width and each theme.
LOOKS = EVERY_LOOK if LONG else ((checks.PHONE, "light"), (checks.DESKTOP, "dark"))
SIZES_OF_ADMIN = SIZES if LONG else (checks.DESKTOP,)
# After a change of size: two frames for the scripts of the page, then the end of the transitions that they begin.
MOVEMENTS_ENDED = """async () => {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
  const finite = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity)
  await Promise.allSettled(finite.map(one => one.finished))
}"""


def in_parts(listed: tuple[Audited, ...], name: str, count: int) -> dict[str, tuple[Audited, ...]]:
    """Splits the list into parts, each a separate test, so that two processes share the work."""
    return {f"{name}-{number + 1}": listed[number::count] for number in range(count)}


PARTS = {**in_parts(READING, "reading", 3), **in_parts(FORMS, "forms", 4)}
PARTS_OF_ADMIN = in_parts(ADMIN, "admin", 3)


def test_audit_list_is_long_enough_and_has_unique_names():
    """At least 25 addresses and 250 runs of axe, each page in two themes and two widths; no name twice."""
    everything = [*PUBLIC, *EMPTY_SITE, *ADMIN]
    names = [audited.name for audited in everything]

    assert len(names) == len(set(names))
    assert set(LISTS) <= {audited.name for audited in READING}
    assert len([*PUBLIC, *EMPTY_SITE]) * len(EVERY_LOOK) >= 250
    assert sum(len(part) for part in PARTS.values()) == len(PUBLIC)
    assert sum(len(part) for part in PARTS_OF_ADMIN.values()) == len(ADMIN)


def test_short_audit_covers_every_theme_and_width():
    assert {theme for _size, theme in LOOKS} == set(THEMES)
    assert all(any(size == seen for seen, _theme in LOOKS) for size in SIZES)


def test_ci_runs_the_second_tier_and_make_audit_the_long_form():
    assert "part test-second" in (settings.BASE_DIR / ".ci" / "run").read_text()
    assert '"LONG": "1"' in (settings.BASE_DIR / "tools" / "audit" / "__main__.py").read_text()


class Findings:
    """Faults by page and rule, and the duration of each rule."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.seconds: dict[str, float] = defaultdict(float)
        self.runs = 0

    def add(self, audited: Audited, rule: str, started: float, faults: Iterable[str]) -> None:
        self.seconds[rule] += time.monotonic() - started
        self.wrong += [f"{audited.name}, {rule}: {fault}" for fault in faults]

    def print_summary(self, pages_seen: int) -> None:
        spent = ", ".join(f"{rule} {seconds:.0f} s" for rule, seconds in sorted(self.seconds.items()))
        sys.stdout.write(f"{pages_seen} pages, {self.runs} runs of axe, {len(self.wrong)} faults: {spent}\n")


def inspect(page: Page, audited: Audited, documents: list[Response], findings: Findings) -> None:
    """Runs all checks on the open page."""

    def rule(name: str, look, *arguments, **options) -> None:
        started = time.monotonic()
        findings.add(audited, name, started, look(*arguments, **options))

    rule("structure", checks.structure, page)
    rule("markup", checks.markup, documents[-1].text())
    rule("motion", checks.motion, page)
    rule("words of tables", checks.table_words, page)
    if audited.name in LISTS:
        rule("first item", checks.first_item, page)
    for size, theme in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        rule(f"axe, {size['width']}, {theme}", violations, page, only_colours=theme == "dark")
        findings.runs += 1
        rule(f"fields, {theme}", checks.fields, page)
        rule(f"texts of drawings, {theme}", checks.drawn_texts, page)
    page.set_viewport_size(checks.DESKTOP)
    page.emulate_media(color_scheme="light", forced_colors="active")
    rule("forced colours", checks.forced_colours, page)
    page.emulate_media(forced_colors="none")
    checks.with_style(page, checks.DOUBLE_TEXT)
    rule("text at 200 %", checks.layout, page)
    page.set_viewport_size(checks.PHONE)
    rule("large letters on a phone", checks.large_letters, page)
    checks.with_style(page, checks.TEXT_SPACING)
    rule("text spacing", checks.layout, page)
    checks.with_style(page, "")
    page.set_viewport_size(checks.LANDSCAPE)
    rule("landscape", checks.layout, page)
    page.set_viewport_size(checks.SMALLEST)
    rule("320 × 256", checks.layout, page)
    rule("targets", checks.targets, page)
    page.emulate_media(media="print")
    rule("print", checks.printed, page)
    page.emulate_media(media="screen")


def audit(listed: Iterable[Audited], watched, live_server) -> None:
    findings = Findings()
    seen = 0
    with watched(width=360, statuses=REFUSALS, reduced_motion="reduce") as page:
        documents: list[Response] = []
        page.on("response", lambda response: documents.append(response) if is_document(page, response) else None)
        for audited in listed:
            started = time.monotonic()
            page.set_viewport_size(checks.PHONE)
            try:
                pages.visit(page, audited, live_server.url)
            # An unreachable state must not hide the faults of the others.
            except (AssertionError, PlaywrightError, ObjectDoesNotExist, AttributeError) as missed:
                findings.add(audited, "opening", started, [" ".join(str(missed).split())[:300]])
                continue
            findings.add(audited, "opening", started, [])
            inspect(page, audited, documents, findings)
            seen += 1
    findings.print_summary(seen)
    assert not findings.wrong, "\n".join(findings.wrong)


def is_document(page: Page, response: Response) -> bool:
    """Returns whether the response is a displayed page, not a redirection to one."""
    request = response.request
    return request.is_navigation_request() and response.frame == page.main_frame and not 300 <= response.status < 400


def test_only_known_faults_of_wagtail_are_ignored():
    """Only known faults of Wagtail are ignored: no other rule and no other place."""
    assert is_wagtails("page-has-heading-one: ['html'] Page must have a level-one heading")
    assert not is_wagtails("aria-allowed-role: ['h3'] ARIA role alert is not allowed for given element")
    assert not is_wagtails("color-contrast: ['html'] Element has insufficient color contrast of 1.03")


# Faults of Wagtail's own admin: axe rule, text of the place, and the reason to ignore them.
WAGTAILS = (
    ("aria-input-field-name", ".notranslate", "its text editor does not name its field"),
    ("aria-input-field-name", 'aria-describedby="placeholder-', "the same editor, by a shorter selector"),
    ("page-has-heading-one", "html", "its forms of lists have their title in the breadcrumb"),
    ("target-size", "#w-minimap-toggle", "on a phone its outline of a form has a small button"),
    ("target-size", ".title-wrapper > a", "on a phone its fixed bar lies over a line of its lists"),
    ("aria-allowed-role", 'h2[role="alert"]', "its lists announce the number of results in a heading"),
    ("landmark-unique", "-proposals-", "it numbers the rows under each row anew: “Proposal 1” under each point"),
)
# A script of Wagtail's bulk action confirmation queries an empty selector and logs an error.
WAGTAILS_ERRORS = ("Error connecting controller SyntaxError",)


def is_wagtails(fault: str) -> bool:
    return any(fault.startswith(f"{rule}: ") and place in fault for rule, place, _reason in WAGTAILS)


class TestPages:
    pytestmark = browser_test

    @pytest.mark.parametrize("part", PARTS)
    def test_pages_of_the_demonstration(self, demonstration, watched, live_server, part):
        audit(PARTS[part], watched, live_server)

    def test_pages_of_an_empty_site(self, audit_settings, watched, live_server):
        audit(EMPTY_SITE, watched, live_server)

    @pytest.mark.parametrize("part", PARTS_OF_ADMIN)
    def test_pages_of_the_admin(self, demonstration, watched, live_server, part):
        """Our panels and forms: axe only, because structure and layout are Wagtail's.

        Wagtail draws forms on gradients and under its own bars, where axe cannot decide the contrast: only decided ones
        count here. The dashboard, which is ours, is checked completely in `test_editing.py`.
        """
        findings = Findings()
        with watched(width=1280, reduced_motion="reduce", passed_over=WAGTAILS_ERRORS) as page:
            for audited in PARTS_OF_ADMIN[part]:
                page.set_viewport_size(checks.DESKTOP)
                pages.visit(page, audited, live_server.url)
                for size in SIZES_OF_ADMIN:
                    page.set_viewport_size(size)
                    # The menu slides away on a narrow screen. The whole page is measured: the fixed bars lie over
                    # fields in the middle of it, which one scrolls away from.
                    page.evaluate(MOVEMENTS_ENDED)
                    height = page.evaluate("document.querySelector('main').scrollHeight")
                    page.set_viewport_size({**size, "height": max(size["height"], height)})
                    started = time.monotonic()
                    found = [fault for fault in violations(page, undecided_too=False) if not is_wagtails(fault)]
                    findings.add(audited, f"axe, {size['width']}", started, found)
                    findings.runs += 1
            findings.print_summary(len(PARTS_OF_ADMIN[part]))
            assert not findings.wrong, "\n".join(findings.wrong)
