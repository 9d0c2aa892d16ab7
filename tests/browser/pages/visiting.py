"""Opens the pages of the list in a browser."""

from collections.abc import Iterable, Iterator

from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Response, expect

from accounts.models import User
from tests.accounts.people import prove
from tests.browser.pages.audited import Audited


def sign_in(context: BrowserContext, user: User, site: str) -> None:
    """Gives the browser a session of `user`."""
    client = Client()
    client.force_login(user)
    prove(client, user, method="mfa")
    context.add_cookies([{"name": "sessionid", "value": client.session.session_key, "url": site}])


def become(page: Page, viewer: str, site: str) -> None:
    """Signs out of `page`, and signs `viewer` in ("" for an anonymous visitor).

    Leaves the open page first: a form of the admin reports its editor every ten seconds, which would end the session.
    """
    page.goto("about:blank")
    page.context.clear_cookies()
    if viewer:
        sign_in(page.context, get_user_model().objects.get(email=viewer), site)


def visit(page: Page, audited: Audited, site: str) -> Response:
    """Opens the page as its viewer, runs its act, and checks that the state is reached."""
    become(page, audited.viewer, site)
    response = page.goto(f"{site}{audited.address()}")
    assert response is not None
    assert response.status == audited.status, f"{audited.name}: {response.url} answered {response.status}"
    # Without the permission, Wagtail redirects to its dashboard, with a message and the status 200.
    assert page.locator(".messages .error").count() == 0, f"{audited.name}: {audited.viewer} may not see it"
    if audited.act:
        audited.act(page)
        page.wait_for_load_state()
    if audited.shows:
        expect(page.locator("main"), audited.name).to_contain_text(audited.shows)
    return response


def visits(page: Page, pages: Iterable[Audited], site: str) -> Iterator[tuple[Audited, Response]]:
    for audited in pages:
        yield audited, visit(page, audited, site)
