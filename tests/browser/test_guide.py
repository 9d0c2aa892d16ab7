"""The guide of the admin, read by each role: from the menu « Aide » to its chapter, on a screen and on a phone."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from tests.browser.pages.visiting import sign_in
from tests.browser.people import PHONE_WIDTH, fits
from tests.factories import UserFactory
from tests.home.test_guide import OWN

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.guide("Qui fait quoi")
@pytest.mark.parametrize("width", [1280, PHONE_WIDTH])
@pytest.mark.parametrize("role", OWN)
def test_a_role_reads_its_chapter_from_the_menu(watched, live_server, role, width):
    person = UserFactory()
    person.groups.set(Group.objects.filter(name=role))
    with watched(width=width) as page:
        sign_in(page.context, person, live_server.url)
        page.goto("/admin/")
        if width == PHONE_WIDTH:
            page.locator("[data-wagtail-sidebar] button").first.click()
        page.get_by_role("button", name="Aide", exact=True).click()
        page.get_by_role("link", name="Guide", exact=True).click()
        page.locator(f'.guide__chapter-title a[href$="/{OWN[role][0]}/"]').click()
        expect(page.locator(".guide-steps")).to_be_visible()
        # The table of contents links to the last section, with its picture.
        page.locator(".guide__contents a").last.click()
        expect(page.locator(".guide__text h2").last).to_be_in_viewport()
        picture = page.locator(".guide__picture").first
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("picture => picture.naturalWidth") > width / 2
        assert width > PHONE_WIDTH or fits(page)
