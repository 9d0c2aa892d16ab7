"""Every kind of mail in a browser, with and without its `<style>`: no axe violation, nothing wider than a phone.

Many programs drop `<style>` (docs/mail.md lists them). Without it a mail looks the same in both themes, so it is
checked in the dark one only.
"""

import pytest
from playwright.sync_api import Browser, Page

from mailing.rendering import render_mail
from tests.browser.axe import violations
from tests.mails import every_mail_of_the_run
from tools.mails.pictures import without_style
from tools.mails.stage import part

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

# A mail has no landmarks, so it is shown inside a page that has them.
PAGE_RULES = ("region", "landmark-one-main")
NARROWEST = {"width": 320, "height": 740}
WIDER = "() => document.documentElement.scrollWidth > innerWidth"
LOOKS = (("light", str), ("dark", str), ("dark", without_style))


def test_mails_have_no_axe_violations_and_fit_a_phone(browser: Browser, tmp_path_factory):
    mails, _templates = every_mail_of_the_run(tmp_path_factory)
    wrong = []
    for theme, change in LOOKS:
        page = browser.new_page(viewport=NARROWEST, color_scheme=theme)
        for name, raw in mails.items():
            page.set_content(change(part(raw, "html")))
            wrong += [f"{name}, {theme}, {change.__name__}: {fault}" for fault in faults(page)]
        page.close()
    assert wrong == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("color:#F4EEE7!important", "color:#333333!important", "color-contrast"),
        ("max-width:600px", "width:600px", "wider"),
        ("<h1", "<h3", "page-has-heading-one"),
    ],
)
def test_faulty_mail_is_found(browser: Browser, before, after, words):
    html = render_mail(
        "emails/newsletter", {"subject": "Une séance", "parts": [], "stop_url": "https://comite.example/"}
    )[1]
    page = browser.new_page(viewport=NARROWEST, color_scheme="dark")
    page.set_content(html)
    assert faults(page) == []
    page.set_content(html.replace(before, after))
    assert words in " ".join(faults(page))
    page.close()


def faults(page: Page) -> list[str]:
    found = [fault for fault in violations(page) if fault.partition(":")[0] not in PAGE_RULES]
    return [*found, *(["wider than a phone"] if page.evaluate(WIDER) else [])]
