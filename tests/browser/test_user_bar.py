"""Wagtail's user bar in a real browser: on the site for users of the admin, and counting faults beside the form."""

import pytest
from playwright.sync_api import expect

from digests.models import EditorialWord
from tests.browser.test_editing import open_preview, sign_in_as
from tests.cms.factories import make_document, make_image
from tests.factories import NewsPageFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

BAR = "Voir les actions rapides Wagtail"


def test_user_bar_links_to_the_form_that_counts_content_faults(watched, live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    table = {"columns": [{"type": "text", "heading": "Quartier"}], "rows": [{"values": ["Neudorf"]}], "caption": ""}
    news = NewsPageFactory(
        body=[
            {"type": "text", "value": "<h3>Trop bas</h3><p>Pour venir, <a href='/aide/'>cliquez ici</a>.</p>"},
            {"type": "image", "value": {"image": {"image": make_image().pk, "decorative": False, "alt_text": ""}}},
            {"type": "table", "value": table},
            {"type": "file", "value": make_document(title="scan_0012.pdf").pk},
            {"type": "button", "value": {"label": "S’inscrire", "page": None, "url": ""}},
        ]
    )
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(news.url)
        page.get_by_role("button", name=BAR).click()
        expect(page.locator("[data-w-userbar-axe-count]")).to_have_text("6")
        page.get_by_role("menuitem", name="Modifier cette page").click()
        page.wait_for_url(f"**/admin/pages/{news.pk}/edit/")
        panel = page.locator("[data-side-panel=checks]")
        expect(panel.locator("[data-content-checker-count]")).to_have_text("–")
        page.locator("[data-side-panel-toggle=checks]").click()
        expect(panel.locator("[data-content-checker-count]")).to_have_text("6")
        expect(panel.locator("[data-content-word-count]")).not_to_have_text("-")
        expect(page.locator(".w-minimap__collapse-all--floating")).to_be_hidden()
        assert sorted(panel.locator("[data-content-checker-name]").all_inner_texts()) == [
            "Hiérarchie de titre incorrecte",
            "Le titre d’un fichier ressemble à un nom de fichier",
            "Un bouton ne mène nulle part",
            "Un lien ne dit pas où il mène",
            "Un tableau n’a pas de titre",
            "Une image n’a pas de texte",
        ]


def test_user_bar_covers_no_link_at_the_end_of_a_page(watched, live_server):
    with watched(width=320) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto("/")
        bar = page.get_by_role("button", name=BAR)
        expect(bar).to_be_visible()
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        last = page.locator(".footer a").last.evaluate("link => link.getBoundingClientRect().bottom")
        assert last < bar.evaluate("bar => bar.getBoundingClientRect().top")


def test_editorial_is_previewed_as_in_the_digest(watched, live_server):
    NewsPageFactory(title="Trois ateliers")
    word = EditorialWord.objects.create(body="Bonjour à tous.", signature="Odile M.", until="2100-01-01", live=False)
    word.save_revision()
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/mots-de-la-redaction/edit/{word.pk}/")
        preview = open_preview(page)
        text = preview.get_by_text("Bonjour à tous.")
        expect(text).to_be_visible()
        assert text.evaluate("e => getComputedStyle(e.closest('table')).maxWidth") == "600px", "the mail has its styles"
        expect(page.locator("[data-side-panel-toggle=checks]")).to_have_count(0)
