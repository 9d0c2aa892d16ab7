"""Simple markup of starter texts and of the demonstration, and pages published with a past date."""

import datetime as dt

import pytest
from wagtail.models import PageLogEntry

from cms.models import NewsIndexPage, NewsPage
from common.markdown import body, french, html
from home.services.publishing import publish_revision, publish_under

AT = dt.datetime(2019, 1, 14, 18, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Une ligne\n   coupée.", "<p>Une ligne coupée.</p>"),
        ("Un.\n\nDeux.", "<p>Un.</p><p>Deux.</p>"),
        ("## Titre\n\n### Sous-titre", "<h2>Titre</h2><h3>Sous-titre</h3>"),
        ("- un\n- deux,\n  suite", "<ul><li>un</li><li>deux, suite</li></ul>"),
        ("1. un\n2. deux", "<ol><li>un</li><li>deux</li></ol>"),
        ("Un mot **important**.", "<p>Un mot <b>important</b>.</p>"),
        ("Voir l’[aide](/aide/).", '<p>Voir l’<a href="/aide/">aide</a>.</p>'),
        ("Le signe < et le signe &.", "<p>Le signe &lt; et le signe &amp;.</p>"),
        ("14 h : c’est ouvert !", "<p>14\xa0h\xa0: c’est ouvert\xa0!</p>"),
    ],
)
def test_markup_is_converted_to_html(text, expected):
    assert html(text) == expected


def test_french_typography_keeps_plain_hyphens():
    assert french("Un  e-mail\n« court »") == "Un e-mail «\xa0court\xa0»"


@pytest.mark.indexed
def test_page_published_with_a_past_date_has_revision_and_log_entry(db):
    page = NewsPage(title="Première séance", slug="premiere-seance", body=body("Elle a eu lieu."))

    publish_under(NewsIndexPage.objects.get(), page, AT)

    page.refresh_from_db()
    assert page.live
    assert (page.first_published_at, page.last_published_at, page.live_revision.created_at) == (AT, AT, AT)
    assert not page.has_unpublished_changes
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish").exists()
    assert list(NewsPage.objects.search("lieu")) == [page]


def test_later_revision_keeps_the_first_publication_date(db):
    page = NewsPage(title="Première séance", slug="premiere-seance", body=body("Bientôt."))
    publish_under(NewsIndexPage.objects.get(), page, AT)

    page.body = body("Elle a eu lieu.")
    later = AT + dt.timedelta(days=10)
    publish_revision(page, later)

    page.refresh_from_db()
    assert (page.first_published_at, page.last_published_at) == (AT, later)
    assert "Elle a eu lieu" in str(page.body)
    assert page.revisions.count() == 2
