"""Real browser on the live server: the system's Chromium, never a downloaded one."""

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import perf_counter

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from tests.browser import pages
from tests.browser.pages.visiting import sign_in
from tests.browser.people import MODES, PHONE_WIDTH, WIDE, Pointing
from tests.browser.walker import Walker
from tests.migrated import folder_of_the_run, locked
from tools.browser import ARGUMENTS, CHROMIUM

# Timeout of expectations, generous for slow machines.
PATIENCE = 5 * 60 * 1000
expect.set_options(timeout=PATIENCE)

# Wagtail's content checks log their findings as errors; they are counted where the page shows them.
FOUND_BY_THE_CHECKS = "axe.run results ["

# Journeys of the first tier; all other browser tests are `thorough`.
FIRST_TIER = re.compile(
    "|".join(
        (
            r"test_journeys\.py::test_create_an_account_and_make_a_proposal_after_a_mistake\[javascript-",
            r"test_journeys\.py::test_a_moderator_publishes_from_the_list",
            r"test_session\.py::test_member_reports_an_absence_from_the_pending_tasks\[javascript-",
            r"test_enhanced_lists\.py::test_filter_proposals",
            r"test_enhancement\.py::test_comment_after_a_mistake",
            r"test_editing\.py::test_editor_previews_and_publishes_a_page",
        )
    )
)

# Journeys of the guide in the second tier: one per role, and what only a browser shows. `make nightly` plays them all.
SECOND_TIER = {
    "test_the_site_opens_and_the_committee_meets",
    "test_news_item_with_picture_and_proposal_is_previewed_and_published",  # Rédaction
    "test_pending_texts_are_published_or_refused",  # Modération
    "test_service_publishes_an_answer_from_a_template_and_starts_another",  # Services
    "test_a_proposal_is_entered_printed_and_claimed_on_a_phone",  # Accueil
    "test_seat_is_reassigned_and_the_former_member_erased",  # Secrétariat
    "test_next_session_is_prepared_convened_and_held",  # coordinator
    "test_editor_adds_a_second_factor_and_enters_the_admin",
    "test_finding_of_a_scenario_is_fixed_and_verified_by_four_people",  # a resident tests a service
    "test_pasted_document_keeps_headings_and_shows_what_is_removed",
    "test_dashboard_is_accessible_and_fits_the_screen",
}


def is_left_to_nightly(item: pytest.Item) -> bool:
    """Returns whether the test repeats others, or plays sections of the guide whose screens are requested instead."""
    return is_repetition(item) or (bool(item.get_closest_marker("guide")) and item.originalname not in SECOND_TIER)


def is_repetition(item: pytest.Item) -> bool:
    """Returns whether other modes of the same journey cover this one pairwise.

    Keyboard with scripts and pointing without cover each value once; odd journeys of the admin run on a wide screen,
    even ones on a phone.
    """
    parameters = getattr(item, "callspec", None)
    if parameters is None:
        return False
    if "person" in parameters.params:
        return parameters.params["person"] is MODES["javascript"]
    if "walker" in parameters.params:
        wide = zlib.crc32(item.originalname.encode()) % 2 == 1
        return parameters.params["walker"] == (PHONE_WIDTH if wide else WIDE)
    return False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of the later tiers; skips browser tests with a clear reason if there is no browser.

    It runs before the hook of `tests/conftest.py`, which deselects repetitions.
    """
    for item in items:
        if item.get_closest_marker("browser") and not FIRST_TIER.search(item.nodeid):
            item.add_marker(pytest.mark.thorough)
            if is_left_to_nightly(item):
                item.add_marker(pytest.mark.nightly)
    if not CHROMIUM:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": list(ARGUMENTS),
        "timeout": PATIENCE,
    }


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    """Browser whose pages use the timeout of `expect`."""

    def patient(open_window: Callable) -> Callable:
        def opened(**options):
            window = open_window(**options)
            window.set_default_timeout(PATIENCE)
            return window

        return opened

    browser.new_context = patient(browser.new_context)
    browser.new_page = patient(browser.new_page)
    return browser


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris"}


@pytest.fixture
def audit_settings(live_server, settings, tmp_path) -> None:
    """Settings required by the audit list: error pages with URLs, and a mailbox."""
    settings.DEMONSTRATION = True
    settings.BASE_URL = live_server.url
    settings.ROOT_URLCONF = "tests.browser.urls"
    settings.MAILBOX_DIR = tmp_path
    settings.VAR_DIR = tmp_path


@pytest.fixture
def demonstration(audit_settings, tmp_path, tmp_path_factory) -> None:
    """Demonstration with the data of the states in the list. Loading takes seconds, so later tests use a copy.

    The copy is the whole SQLite database, the only one for browser tests, shared by the processes of a run.
    """
    folder = folder_of_the_run(tmp_path_factory)
    connection.ensure_connection()
    with locked(folder / "demonstration.lock"), closing(sqlite3.connect(folder / "demonstration.sqlite3")) as copy:
        if copy.execute("SELECT 1 FROM sqlite_master").fetchone():
            copy.backup(connection.connection)
        else:
            pages.prepare()
            connection.connection.backup(copy)
    pages.write_mail(tmp_path)


# User actions: each press, and each field that is filled in.
NOTE_STEPS = "for (const kind of ['click', 'change']) addEventListener(kind, () => noteStep(), true)"


@pytest.fixture
def watched(request, browser: Browser, live_server) -> Callable:
    """Gives `with watched(width=…, theme=…) as page`: fails on a request to another site and on a console error.

    The number of actions and the duration are recorded and written at the end of the run (`tests/conftest.py`).

    The browser logs error pages such as 404: these messages are ignored only for `statuses`, as are messages with words
    of `passed_over` and the findings of Wagtail's content checks.
    """

    @contextmanager
    def open_page(
        *,
        width: int = 360,
        theme: str = "light",
        statuses: tuple[int, ...] = (404,),
        passed_over: tuple[str, ...] = (),
        **options,
    ) -> Iterator[Page]:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            **options,
        )
        steps: list[str] = []
        if options.get("java_script_enabled", True):
            context.expose_binding("noteStep", lambda source: steps.append(source["page"].url))
            context.add_init_script(NOTE_STEPS)
        begun = perf_counter()
        page = context.new_page()
        strangers: list[str] = []
        errors: list[str] = []
        own = (live_server.url, "data:", "blob:", "about:")
        page.on("request", lambda request: None if request.url.startswith(own) else strangers.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        expected = [*(f"status of {status} " for status in statuses), FOUND_BY_THE_CHECKS, *passed_over]
        page.on(
            "console",
            lambda message: (
                errors.append(f"{page.url}: {message.text} ({message.location['url']})")
                if message.type == "error" and not any(words in message.text for words in expected)
                else None
            ),
        )
        yield page
        noted = f"{width} px, {len(steps)} steps, {perf_counter() - begun:.0f} s"
        request.node.user_properties.append(("journey", noted))
        context.close()
        assert not strangers, f"requests to other sites: {strangers}"
        assert not errors, f"console errors: {errors}"

    return open_page


@pytest.fixture(params=MODES.values(), ids=MODES.keys())
def person(request, watched, live_server, settings) -> Iterator[Pointing]:
    """User of a phone 360 px wide; pages may not request other sites."""
    settings.BASE_URL = live_server.url
    with watched(width=PHONE_WIDTH, java_script_enabled=request.param.scripts, statuses=(403, 404, 422)) as page:
        yield request.param.person(page)


@pytest.fixture(params=[WIDE, PHONE_WIDTH])
def walker(request, watched, live_server, settings) -> Iterator[Walker]:
    """User of the admin, on a wide screen and on a phone."""
    settings.BASE_URL = live_server.url
    # Autosave is refused while a required field is empty.
    with watched(width=request.param, statuses=(400, 404, 422)) as page:
        yield Walker(page, live_server.url)


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Gives `visit(path, user=…, js=True)`: a page on a small phone, which must respect the content security policy."""
    contexts = []
    refused: list[str] = []

    def open_page(path: str, *, user=None, js: bool = True, clock: bool = False) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": 360, "height": 800},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=js,
        )
        contexts.append(context)
        if user:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
        page.on("pageerror", lambda error: refused.append(str(error)))
        if clock:
            page.clock.install()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not refused
