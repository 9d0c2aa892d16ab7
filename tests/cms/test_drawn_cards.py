"""Drawn cards: content, access, and caching of each drawing."""

import datetime as dt
import io
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from wagtail.models import PageViewRestriction

from cms.discovery import drawn_cards
from cms.discovery.drawn_cards import MOST_LINES, ROOM, draw
from cms.hooks import CardSubject
from cms.models import PageCheck
from cms.quality.publication import check_again, check_missing
from cms.renditions import card_of
from committee.models.pictograms import FAMILIES, Pictogram
from common.palette import light
from common.pixel_art import drawable_text, width_of
from participation.models import Proposal
from polls.models import Poll
from tests.cms.factories import make_image
from tests.factories import NewsPageFactory, ProposalFactory, TopicPageFactory, VeilleEntryPageFactory

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
MAX_CARD = 40_000


def picture_of(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(response.content))


def address_in(client, path):
    """Returns the path of the card of a page."""
    html = client.get(path).text
    return html.partition('property="og:image" content="http://testserver')[2].partition('"')[0].replace("&amp;", "&")


class TestDrawing:
    @pytest.mark.parametrize("pictogram", ["", *Pictogram.values])
    def test_card_of_each_pictogram_has_the_colour_of_its_family(self, pictogram):
        family = FAMILIES[Pictogram(pictogram)] if pictogram else ""
        source = draw(CardSubject("Un titre", "Un sujet", family, pictogram), "Comité")
        picture = Image.open(io.BytesIO(source))
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert len(source) <= MAX_CARD
        right = {colour for _count, colour in picture.convert("RGB").crop((900, 195, 1130, 435)).getcolors(99999)}
        assert any(_is_close(colour, light()[family or "sandstone-dark"]) for colour in right)

    @pytest.mark.parametrize("title", ["Un titre court", "Des mots de longueurs diverses " * 9, "x" * 300, "", "日本"])
    def test_title_fits_in_at_most_four_lines(self, title):
        size, lines = drawn_cards._title(drawable_text(title))
        assert len(lines) <= MOST_LINES
        assert all(width_of(words, size) <= ROOM for words in lines)
        assert draw(CardSubject(title), "Comité")

    def test_every_letter_of_french_can_be_drawn(self):
        letters = "ÀÂÇÉÈÊËÎÏÔÙÛÜàâçéèêëîïôùûüÿ « L’été » : n° 1… oui ! (100 %) ; non ?"
        assert drawable_text(letters) == letters
        assert drawable_text("Œuvre – 5 €\u202f日") == "Oeuvre - 5 euros"

    def test_accents_change_the_image_and_not_the_width(self):
        plain, accented = (draw(CardSubject(title), "Comité") for title in ("Ecole", "École"))
        assert plain != accented
        assert width_of("naïve", 60) == width_of("naive", 60)


def _is_close(colour, token):
    wanted = tuple(int(token[start : start + 2], 16) for start in (1, 3, 5))
    return all(abs(one - other) <= 2 for one, other in zip(colour, wanted, strict=True))


@pytest.mark.django_db
class TestServing:
    @pytest.fixture(autouse=True)
    def media(self, settings, tmp_path):
        settings.MEDIA_ROOT = str(tmp_path)
        with time_machine.travel(NOW, tick=False):
            yield

    @pytest.fixture
    def drawn(self, monkeypatch):
        """Drawn cards, in order."""
        subjects = []

        def record_subject(subject, site_name):
            subjects.append(subject)
            return draw(subject, site_name)

        monkeypatch.setattr("cms.renditions.draw", record_subject)
        return subjects

    def test_card_of_a_page_is_drawn_once_with_its_title(self, client, drawn):
        topic = TopicPageFactory(title="Services mobiles", pictogram=Pictogram.MOBILITY)
        page = VeilleEntryPageFactory(title="Payer sans téléphone", topic=topic)
        address = address_in(client, page.url)
        assert drawn == []
        assert picture_of(client.get(address)).size == (1200, 630)
        response = client.get(address)
        assert picture_of(response)
        assert drawn == [CardSubject("Payer sans téléphone", "Services mobiles", "services", "mobility")]
        assert not response.cookies
        assert response["Cache-Control"] == "public, max-age=60"

    def test_card_is_drawn_at_publication(self, client, drawn):
        page = NewsPageFactory(title="Une actualité")
        check_again(page.pk)
        assert drawn == [CardSubject("Une actualité")]
        picture_of(client.get(address_in(client, page.url)))
        assert len(drawn) == 1

    def test_no_card_is_drawn_at_publication_of_a_page_with_an_image(self, drawn):
        check_again(NewsPageFactory(image=make_image()).pk)
        assert drawn == []

    def test_failed_drawing_is_logged_and_does_not_block_other_pages(self, monkeypatch, caplog):
        pages = NewsPageFactory.create_batch(2)

        def failing(*_arguments):
            raise OSError("no room")

        monkeypatch.setattr("cms.renditions.draw", failing)
        while check_missing(now=NOW):
            pass
        assert PageCheck.objects.filter(page__in=pages).count() == 2
        assert f"the card of the page {pages[0].pk} failed" in caplog.text

    def test_new_title_changes_the_url_and_removes_the_former_card(self, client, drawn, tmp_path):
        page = NewsPageFactory(title="Avant")
        before = address_in(client, page.url)
        picture_of(client.get(before))
        page.title = "Après"
        page.save_revision().publish()
        assert address_in(client, page.url) != before
        picture_of(client.get(before))
        assert drawn[-1].title == "Après"
        assert len(list(Path(tmp_path, "cards").iterdir())) == 1

    @pytest.mark.parametrize("why", ["unpublished", "restricted", "deleted"])
    def test_card_is_deleted_with_the_public_access_to_its_page(self, client, why, tmp_path):
        page = NewsPageFactory()
        address = address_in(client, page.url)
        picture_of(client.get(address))
        if why == "unpublished":
            page.unpublish()
        elif why == "restricted":
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        else:
            page.delete()
        assert client.get(address).status_code == 404
        assert list(Path(tmp_path, "cards").iterdir()) == []

    def test_a_draft_has_no_card(self, client):
        page = NewsPageFactory(live=False)
        assert client.get(f"/partage/pages/{page.pk}.png").status_code == 404

    def test_a_proposal_has_a_card_until_it_is_hidden(self, client, drawn):
        topic = TopicPageFactory(title="Enquêtes", pictogram=Pictogram.SURVEY)
        proposal = ProposalFactory(title="Demander l’avis des gens", topic=topic)
        address = address_in(client, proposal.get_absolute_url())
        assert picture_of(client.get(address))
        assert drawn == [CardSubject("Demander l’avis des gens", "Enquêtes", "participation", "survey")]
        Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.REFUSED)
        assert client.get(address).status_code == 404

    def test_a_poll_has_a_card_once_it_is_open(self, client):
        poll = Poll.objects.create(
            title="Quel jour ?", slug="quel-jour", is_draft=True, opens_at=NOW, closes_at=NOW + dt.timedelta(days=9)
        )
        assert client.get("/partage/sondages/quel-jour.png").status_code == 404
        Poll.objects.filter(pk=poll.pk).update(is_draft=False)
        assert picture_of(client.get(address_in(client, poll.get_absolute_url())))

    @pytest.mark.parametrize(
        "path", ["pages/999999", "pages/0{pk}", "pages/x", "rien/{pk}", "propositions/x", "pages/٣"]
    )
    def test_invalid_url_returns_404_and_draws_nothing(self, client, drawn, path):
        page = NewsPageFactory()
        assert client.get(f"/partage/{path.format(pk=page.pk)}.png").status_code == 404
        assert drawn == []

    def test_failed_drawing_leaves_no_partial_file(self, monkeypatch, tmp_path):
        page = NewsPageFactory()

        def failing(*_arguments):
            raise OSError("no room")

        monkeypatch.setattr("cms.renditions.draw", failing)
        with pytest.raises(OSError, match="no room"):
            card_of("pages", str(page.pk))
        assert not Path(tmp_path, "cards").exists()
