"""Every kind of page of the admin in a real browser, including Wagtail's own: no request is refused."""

import pytest
from django.test import Client

from tests.browser.pages.visiting import sign_in
from tests.browser.test_audit import WAGTAILS_ERRORS
from tests.cms.test_french_admin import things
from tests.cms.walking import walk
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    # The second tier opens the lists of the admin (`test_admin_lists.py`), and our panels and forms (`test_audit.py`).
    pytest.mark.nightly,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

__all__ = ["things"]


def test_admin_pages_log_no_console_errors(things, watched, live_server, settings):
    settings.BASE_URL = live_server.url
    person = UserFactory(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(person)
    pages = [visit for visit in walk(client) if visit.by_link and visit.tree]
    one_of_each_template = {visit.template: visit.address for visit in pages}
    assert len(one_of_each_template) > 40
    with watched(width=1280, passed_over=WAGTAILS_ERRORS) as page:
        sign_in(page.context, person, live_server.url)
        for address in one_of_each_template.values():
            page.goto(address)
            # Debounced scripts have run.
            page.evaluate("new Promise(done => requestIdleCallback(done))")
