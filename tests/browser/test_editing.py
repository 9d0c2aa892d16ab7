"""Editing in a real browser: the admin and its preview respect their content security policies without an error."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect
from wagtail.rich_text import RichText

from cms.models import NewsIndexPage, NewsPage
from tests.browser.axe import violations
from tests.browser.pages.visiting import sign_in
from tests.factories import CommentFactory, NewsPageFactory, ProposalFactory, UserFactory, VeilleEntryPageFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TITLE = "Trois ateliers gratuits en novembre"
# Pastes HTML, as the browser does for a text of a word processor.
PASTE = """(editor, html) => {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/html', html)
  clipboardData.setData('text/plain', 'Texte')
  editor.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}"""


def sign_in_as(page: Page, live_server, group: str) -> None:
    """Gives `page` a session of a new user of `group`."""
    person = UserFactory()
    person.groups.add(Group.objects.get(name=group))
    sign_in(page.context, person, live_server.url)


def add_text(page: Page, text: str) -> None:
    page.locator("button.c-sf-add-button").first.click()
    page.get_by_role("option", name="Texte", exact=True).click()
    editor = page.locator("[role=textbox][contenteditable=true]").last
    editor.click()
    page.keyboard.type(text)
    expect(editor).to_have_text(text)
    # The editor widget copies the text to the form with a delay; a preview shows the content of the form.
    expect(page.locator("input[name='body-0-value']")).to_have_value(re.compile(text))


def open_preview(page: Page):
    page.get_by_role("button", name="Afficher/masquer la prévisualisation").click()
    return page.frame_locator("iframe[data-w-preview-target='iframe'], #w-preview-iframe").first


def test_editor_previews_and_publishes_a_page(watched, live_server):
    index = NewsIndexPage.objects.get()
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/add/cms/newspage/{index.pk}/")
        page.get_by_role("textbox", name="Titre").first.fill(TITLE)
        page.locator("#id_introduction").fill("Venez avec votre téléphone.")
        add_text(page, "Le comité vous invite.")
        preview = open_preview(page)
        expect(preview.get_by_role("heading", level=1)).to_have_text(TITLE)
        expect(preview.get_by_text("Le comité vous invite.")).to_be_visible(timeout=15_000)
        background = preview.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        assert background != "rgba(0, 0, 0, 0)", "the preview has the style of the site"

        page.get_by_role("button", name="Plus d'actions").click()
        page.get_by_role("button", name="Publier", exact=True).click()
        page.wait_for_url(f"**/admin/pages/{index.pk}/")

    assert NewsPage.objects.published().get().title == TITLE
    with watched() as page:
        page.goto("/actualites/")
        page.get_by_role("link", name=TITLE).click()
        expect(page.get_by_text("Le comité vous invite.")).to_be_visible()


def test_publishing_during_an_autosave_creates_one_page(watched, live_server):
    index = NewsIndexPage.objects.get()
    held = []

    def hold(route):
        is_draft = route.request.method == "POST" and "json" in route.request.headers["accept"]
        held.append(route) if is_draft else route.continue_()

    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.add_init_script("addEventListener('w-unsaved:watch-edits', () => { window.isWatched = true })")
        page.goto(f"/admin/pages/add/cms/newspage/{index.pk}/")
        # Wagtail takes the content of the form shortly after it is shown as the original: no change would be unsaved.
        page.evaluate(
            "new Promise(done => window.isWatched ? done() : addEventListener('w-unsaved:watch-edits', done))"
        )
        page.route("**/admin/pages/add/**", hold)
        with page.expect_request(lambda request: request.method == "POST" and "/pages/add/" in request.url):
            page.get_by_role("textbox", name="Titre").first.fill(TITLE)
            page.locator("#id_introduction").fill("Venez avec votre téléphone.")
            add_text(page, "Le comité vous invite.")
        page.get_by_role("button", name="Plus d'actions").click()
        page.get_by_role("button", name="Publier", exact=True).click()
        (draft,) = held
        draft.continue_()
        page.wait_for_url(f"**/admin/pages/{index.pk}/")
    news = NewsPage.objects.get()
    assert (news.live, news.introduction) == (True, "Venez avec votre téléphone.")


@pytest.mark.guide("Faire un titre, une liste ou un lien")
def test_pasted_document_keeps_headings_and_shows_what_is_removed(watched, live_server):
    news = NewsPageFactory(body=[("text", RichText("<p></p>"))])
    word = (
        "<h1>Les ateliers</h1><p>Venez.</p><table><tr><td>Gare</td><td>18 h</td></tr></table><img src='file:///a.png'>"
    )
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/{news.pk}/edit/")
        editor = page.locator("[role=textbox][contenteditable=true]").last
        editor.click()
        editor.evaluate(PASTE, word)
        expect(editor.locator("h2")).to_have_text("Les ateliers")
        notice = page.locator("[data-left-out]")
        expect(notice).to_contain_text("Un tableau collé devient des lignes")
        expect(notice).to_contain_text("Les images collées ne viennent pas")
        editor.evaluate(PASTE, "<p>Rien de plus.</p>")
        expect(notice).to_have_count(0)


@pytest.mark.guide("Ce que le site refuse de publier")
@pytest.mark.parametrize("width", [1280, 360])
def test_bulk_publish_shows_the_refused_pages_and_reasons(watched, live_server, width):
    index = NewsIndexPage.objects.get()
    good, low = (NewsPageFactory(live=False, title=title) for title in ("Atelier prêt", "Atelier à corriger"))
    good.save_revision()
    low.body = [("text", RichText("<h3>Trop bas</h3>"))]
    low.save_revision()
    with watched(width=width) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/{index.pk}/")
        for title in (good.title, low.title):
            page.locator("tr", has_text=title).get_by_role("checkbox").check()
        page.locator(".bulk-action-btn", has_text="Publier").first.click()
        page.get_by_role("button", name="Oui, publier").click()
        expect(page.locator(".messages .success")).to_contain_text("1 page")
        refusal = page.locator(".messages .error")
        expect(refusal).to_contain_text(low.title)
        expect(refusal).to_contain_text("titre 2")
        refusal.get_by_role("link", name="Corriger cette page").click()
        page.wait_for_url(f"**/admin/pages/{low.pk}/edit/")
    assert [NewsPage.objects.get(pk=one.pk).live for one in (good, low)] == [True, False]


@pytest.mark.nightly
def test_watch_entry_form_logs_no_console_errors(watched, live_server):
    entry = VeilleEntryPageFactory()
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/{entry.pk}/edit/")
        preview = open_preview(page)
        expect(preview.get_by_role("heading", level=1)).to_have_text(entry.title)


@pytest.mark.guide("Ce qui vous attend")
@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (360, "light"),
        (1280, "dark"),
        pytest.param(360, "dark", marks=pytest.mark.nightly),
        pytest.param(1280, "light", marks=pytest.mark.nightly),
    ],
)
@pytest.mark.parametrize("group", ["Modération", "Animation"])
def test_dashboard_is_accessible_and_fits_the_screen(watched, live_server, group, width, theme):
    ProposalFactory(state="recue", created_at=timezone.now() - timedelta(days=20))
    CommentFactory(state="recu")
    with watched(width=width, theme=theme) as page:
        sign_in_as(page, live_server, group)
        page.goto("/admin/")
        expect(page.locator(".work-panel").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        heights = page.locator(".work-panel__actions a").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert heights
        assert min(heights) >= 44
        # Wagtail's own frame is not checked.
        assert not [line for line in violations(page) if "work" in line]


@pytest.mark.guide("Sur un téléphone")
@pytest.mark.parametrize(
    ("group", "path"),
    [
        ("Modération", "/admin/propositions/?state=recue"),
        ("Modération", "/admin/commentaires/?state=recu"),
        ("Services", "/admin/propositions-en-attente/"),
    ],
)
def test_buttons_of_admin_lists_are_large_and_visible_on_a_phone(watched, live_server, group, path):
    """Actions of a row and bulk actions are large and inside the window; the others are reachable."""
    ProposalFactory(state="recue", title="Des horaires lisibles sur un petit téléphone")
    ProposalFactory(state="publiee", title="Un moteur de recherche qui comprend les fautes")
    CommentFactory(state="recu")
    with watched(width=360) as page:
        sign_in_as(page, live_server, group)
        page.goto(path)
        rows = page.locator(".listing tbody tr")
        expect(rows.first).to_be_visible()
        buttons = rows.locator(".actions .button")
        if group == "Modération":
            rows.first.get_by_role("checkbox").check()
            expect(page.locator(".bulk-actions-choices")).to_be_visible()
            buttons = page.locator(".listing .actions .button, .bulk-action-btn")
            # The bar slides in.
            expect(page.locator(".bulk-action-btn").last).to_be_in_viewport(ratio=1)
        boxes = buttons.evaluate_all("all => all.map(one => one.getBoundingClientRect())")
        assert boxes
        assert all(box["height"] >= 44 and box["left"] >= 0 and box["right"] <= 360 for box in boxes)
        last = rows.first.locator("td").last
        last.scroll_into_view_if_needed()
        assert last.evaluate("cell => cell.getBoundingClientRect().right") <= 361


def test_proposal_is_refused_from_the_dashboard_by_keyboard(watched, live_server):
    proposal = ProposalFactory(state="recue")
    with watched(width=360) as page:
        sign_in_as(page, live_server, "Modération")
        page.goto("/admin/")
        refuse = page.locator(".work-panel__actions a").nth(1)
        refuse.focus()
        page.keyboard.press("Enter")
        page.get_by_role("radio").first.focus()
        page.keyboard.press("Space")
        for button in ("Relire l’e-mail avant de l’envoyer", "Refuser et envoyer l’e-mail"):
            page.get_by_role("button", name=button).focus()
            page.keyboard.press("Enter")
        page.wait_for_url("**/admin/")
    proposal.refresh_from_db()
    assert proposal.state == "refusee"


def test_the_buttons_of_a_link_in_a_text_are_french(watched, live_server):
    """Wagtail's script has their English words in it, which no catalogue replaces."""
    body = [("text", RichText('<p>Voici <a href="https://www.insee.fr/">les chiffres de la ville</a>.</p>'))]
    news = NewsPageFactory(body=body)
    with watched(width=1280) as page:
        sign_in_as(page, live_server, "Rédaction")
        page.goto(f"/admin/pages/{news.pk}/edit/")
        page.locator(".TooltipEntity").click(timeout=20_000)
        expect(page.locator(".Tooltip__button")).to_have_text(["Modifier", "Retirer"])
        assert "Save Selected" not in page.content()
