"""Date fields of the admin use French dates, keep the entered text, and their calendar hides no button."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.models import NewsPage
from committee.models import SessionPage
from tests.browser.test_editing import sign_in_as
from tests.factories import NewsPageFactory, SessionPageFactory, TopicPageFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# Visible buttons of a form or dialog that a click in their centre would miss.
COVERED = """field => [...field.closest('[role=dialog], body').querySelectorAll('button, a.button')].filter(one => {
  const seen = one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const box = one.getBoundingClientRect()
  const hit = seen && box.width && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
  return hit && hit.closest('.xdsoft_datetimepicker') && !one.closest('.xdsoft_datetimepicker')
}).map(one => one.outerHTML)"""


def write(page: Page, name: str, text: str) -> None:
    """Fills in a field, whose calendar opens where there is room, and leaves it.

    Not with the Tab key: the next field may be a date too, whose calendar opens a moment later.
    """
    field = page.locator(f"[name={name}]")
    field.click()
    field.fill(text)
    calendar = page.locator(".xdsoft_datetimepicker:visible")
    if page.viewport_size["width"] > 1000:
        expect(calendar).to_have_count(1)
    else:
        page.wait_for_timeout(500)
    assert field.evaluate(COVERED) == []
    field.blur()
    expect(calendar).to_have_count(0)
    expect(field).to_have_value(text)


def open_schedule(page: Page) -> None:
    """Opens the dialog of a page's publishing schedule."""
    page.wait_for_load_state("networkidle")
    page.locator("[aria-label^='Afficher/masquer'][aria-label*='tat']").first.click()
    page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first.click()


def test_calendar_does_not_open_after_its_field_loses_focus(watched, live_server):
    session = SessionPageFactory()
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Secrétariat")
        page.goto(f"/admin/seances/{session.pk}/dupliquer/")
        page.locator("[name=day]").focus()
        page.keyboard.press("Tab")
        page.wait_for_timeout(500)
        expect(page.locator(".xdsoft_datetimepicker:visible")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_session_gets_the_date_typed_by_the_user(watched, live_server, width):
    session = SessionPageFactory()
    with watched(width=width, statuses=(422,)) as page:
        sign_in_as(page, live_server, "Secrétariat")
        page.goto(f"/admin/seances/{session.pk}/dupliquer/")
        write(page, "day", "le 4 janvier")
        page.locator("main form button[type=submit]").click()
        expect(page.locator("main form")).to_contain_text("Écrivez la date ainsi")
        expect(page.locator("[name=day]")).to_have_value("le 4 janvier")
        write(page, "day", "04/01/2027")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url("**/edit/")
    assert SessionPage.objects.filter(slug=date(2027, 1, 4).isoformat()).exists()


@pytest.mark.nightly
@pytest.mark.parametrize("width", [360, 1280])
def test_added_form_row_has_the_same_calendar(watched, live_server, width):
    topic = TopicPageFactory()
    with watched(width=width) as page:
        sign_in_as(page, live_server, "Secrétariat")
        page.goto(f"/admin/pages/{topic.pk}/edit/")
        page.wait_for_load_state("networkidle")
        page.locator("#id_deliverables-ADD").click()
        write(page, "deliverables-0-due_on", "04/01/2027")


@pytest.mark.nightly
@pytest.mark.parametrize("width", [360, 1280])
def test_a_snippet_has_the_same_calendar(watched, live_server, width):
    with watched(width=width) as page:
        sign_in_as(page, live_server, "Animation")
        page.goto("/admin/sondages/add/")
        page.wait_for_load_state("networkidle")
        write(page, "closes_at", "04/01/2027 18:00")


@pytest.mark.guide("Enregistrer, publier, programmer")
@pytest.mark.parametrize("width", [360, 1280])
def test_news_item_is_scheduled_for_the_typed_date(watched, live_server, width):
    news = NewsPageFactory(live=False)
    moment = (timezone.localtime() + timedelta(days=300)).strftime("%d/%m/%Y 09:30")
    with watched(width=width) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/{news.pk}/edit/")
        open_schedule(page)
        write(page, "go_live_at", moment)
        write(page, "expire_at", "31/12/2040 23:59")
        with page.expect_event("load"):
            page.locator("#schedule-publishing-dialog [type=submit]").click()
    draft = NewsPage.objects.get(pk=news.pk).get_latest_revision_as_object()
    assert draft.go_live_at == timezone.make_aware(datetime.strptime(moment, "%d/%m/%Y %H:%M"))


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.nightly)])
def test_invalid_schedule_is_reported_in_the_open_dialog(watched, live_server, width):
    """The error used to be inside the dialog, which had to be reopened."""
    news = NewsPageFactory(live=False)
    # The autosave is refused too.
    with watched(width=width, statuses=(400, 404)) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/{news.pk}/edit/")
        open_schedule(page)
        write(page, "go_live_at", "bientôt")
        page.locator("#schedule-publishing-dialog [type=submit]").click()
        expect(page.locator("#schedule-publishing-dialog")).to_contain_text("Écrivez la date et l’heure ainsi")
        expect(page.locator("[name=go_live_at]")).to_be_visible()
        expect(page.locator("[name=go_live_at]")).to_have_value("bientôt")
