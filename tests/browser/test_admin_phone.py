"""On a phone, the buttons of a form are visible at once and cover nothing at its end; no pictogram is cut."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.pages.visiting import sign_in
from tests.browser.test_audit import WAGTAILS_ERRORS
from tests.factories import NewsPageFactory, PlaceFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# Controls at the bottom, and the element at that point, which would differ if it were covered.
PRESSED = """() => [...document.querySelectorAll('footer .button')].filter(e => e.getClientRects().length).map(e => {
  const box = e.getBoundingClientRect();
  const seen = document.elementFromPoint(box.right - 8, (box.top + box.bottom) / 2);
  return [Math.ceil(box.bottom) <= innerHeight && box.right <= innerWidth, e.contains(seen)];
})"""
# Fields covered by the bar at the end of the page.
COVERED = """() => {
  const bar = document.querySelector('footer');
  const main = document.querySelector('main');
  main.scrollTo({top: main.scrollHeight, behavior: 'instant'});
  const fields = [...bar.closest('form').querySelectorAll('input, textarea, select, [contenteditable=true]')];
  const seen = fields.filter(e => e.getClientRects().length && !e.closest('footer') && !e.closest('.form-side'));
  const under = e => e.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
  return seen.filter(under).map(e => e.outerHTML.slice(0, 200));
}"""

# Pictograms that the left edge of the window cuts.
CUT = """() => [...document.querySelectorAll('main .icon')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && box.left < 0 && e.checkVisibility();
}).map(e => e.outerHTML.slice(0, 120))"""


def test_buttons_of_admin_forms_stay_at_the_bottom_of_a_phone(watched, live_server):
    """A page, a snippet and the settings, with buttons below 5,500 to 9,900 pixels of form before."""
    news, place = NewsPageFactory(), PlaceFactory()
    forms = [
        reverse("wagtailadmin_pages:edit", args=[news.pk]),
        reverse("places:edit", args=[place.pk]),
        reverse("wagtailsettings:edit", args=["cms", "siteconfiguration"]),
    ]
    with watched(width=360, passed_over=WAGTAILS_ERRORS) as page:
        sign_in(page.context, UserFactory(is_superuser=True, is_staff=True), live_server.url)
        for address in forms:
            page.goto(f"{live_server.url}{address}")
            expect(page.locator("footer .button").first).to_be_in_viewport()
            pressed = page.evaluate(PRESSED)
            assert pressed, address
            assert page.evaluate(CUT) == [], address
            assert all(all(one) for one in pressed), (address, pressed)
            assert page.evaluate(COVERED) == [], address
