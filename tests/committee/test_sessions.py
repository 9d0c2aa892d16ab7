"""Sessions: URL, state at a given time, pages."""

import datetime as dt
import re

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Collection, CollectionViewRestriction

from cms.blocks import BodyBlock
from committee.models import (
    AgendaItem,
    Deliverable,
    SessionDocument,
    SessionExpert,
    SessionPage,
    WorkshopGroup,
)
from common.templatetags.dates import CITY_ZONE, day
from tests.cms.factories import make_document
from tests.factories import SessionPageFactory, TopicPageFactory, UserFactory

INDEX = "/le-comite/seances/"
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
HOUR = dt.timedelta(hours=1)


def session(start, **fields):
    return SessionPageFactory(starts_at=start, ends_at=start + 2 * HOUR, **fields)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u2011", "-")


def test_slug_is_the_day_in_paris():
    page = session(dt.datetime(2026, 12, 13, 23, 30, tzinfo=dt.UTC), slug="autre-chose")
    assert page.slug == "2026-12-14"


def test_two_sessions_cannot_have_the_same_day():
    session(NOW + dt.timedelta(days=14))
    with pytest.raises(ValidationError) as error:
        session(NOW + dt.timedelta(days=14, hours=3))
    assert "Choisissez un autre jour" in error.value.message_dict["starts_at"][0]


def test_session_must_end_after_its_start():
    with pytest.raises(ValidationError) as error:
        SessionPageFactory(starts_at=NOW, ends_at=NOW)
    assert "ends_at" in error.value.message_dict


@pytest.mark.parametrize(
    ("offset", "status", "moment"),
    [
        (HOUR, "scheduled", "UPCOMING"),
        (-HOUR, "scheduled", "ONGOING"),
        (dt.timedelta(0), "scheduled", "ONGOING"),
        (-2 * HOUR, "scheduled", "OVER"),
        (HOUR, "cancelled", "CANCELLED"),
    ],
)
def test_moment_of_a_session(offset, status, moment):
    start = NOW + offset
    page = SessionPage(starts_at=start, ends_at=start + 2 * HOUR, status=status)
    assert page.moment(NOW).name == moment


@pytest.mark.parametrize(
    ("number", "title", "heading"),
    [
        (3, "les démarches", "Séance n° 3 : les démarches"),
        (None, "Réunion publique", "Réunion publique"),
        (3, "Séance n° 3 : les démarches", "Séance n° 3 : les démarches"),
    ],
)
def test_heading_has_the_number_once(number, title, heading):
    assert str(SessionPage(number=number, title=title).heading).replace("\u00a0", " ") == heading


def test_next_session_is_the_first_that_is_not_cancelled():
    session(NOW + dt.timedelta(days=7), status="cancelled")
    expected = session(NOW + dt.timedelta(days=14))
    session(NOW + dt.timedelta(days=21))
    assert SessionPage.objects.published().next(NOW) == expected


def test_held_sessions_are_over_and_not_cancelled():
    session(NOW + dt.timedelta(days=14))
    session(NOW - HOUR)
    session(NOW - dt.timedelta(days=7), status="cancelled")
    earlier, latest = (session(NOW - dt.timedelta(days=days)) for days in (28, 14))
    assert list(SessionPage.objects.held(NOW)) == [latest, earlier]


def test_list_shows_future_sessions_and_then_past_ones_by_year(client):
    session(NOW + dt.timedelta(days=14), title="La prochaine")
    session(NOW + dt.timedelta(days=45), title="Celle d’après")
    session(dt.datetime(2019, 1, 14, 18, tzinfo=CITY_ZONE), title="La première", number=1)
    session(dt.datetime(2020, 1, 13, 18, tzinfo=CITY_ZONE), title="Une autre année")
    page = read(client, INDEX)
    order = [page.index(text) for text in ("La prochaine", "Celle d’après", "2020</h3>", "2019</h3>", "La première")]
    assert order == sorted(order)
    assert "<span>lundi</span> <b>14</b> <span>janvier 2019</span>" in page
    assert "de 18 h à 20 h" in page
    assert 'href="webcal://testserver/le-comite/seances/calendrier.ics"' in page


def test_list_shows_whether_a_session_has_minutes_and_agenda(client):
    page = session(dt.datetime(2019, 1, 14, 18, tzinfo=CITY_ZONE))
    assert "Compte rendu" not in read(client, INDEX)
    AgendaItem.objects.create(session=page, title="Point")
    page.minutes = BodyBlock().to_python([{"type": "text", "value": "<p>Décidé.</p>"}])
    page.save()
    text = read(client, INDEX)
    assert "Compte rendu" in text
    assert "Ordre du jour" in text


def test_a_session_shows_time_place_and_access(client):
    page = session(NOW + dt.timedelta(days=14), place="Salle 32, arrêt Étoile-Bourse", open_to_public=False, number=3)
    topic = TopicPageFactory(title="Mobilité")
    AgendaItem.objects.create(
        session=page, title="Bilan", presenter="Sylvie R.", minutes=40, starts_at=dt.time(18, 40), topic=topic
    )
    content = read(client, page.url)
    for text in (
        "À venir",
        "Séance n° 3 : Titre",
        "Salle 32",
        "Réservée aux membres",
        "18 h 40",
        "Présenté par Sylvie R.",
        "40 minutes",
        topic.url,
        "Ajouter à mon agenda",
    ):
        assert text in content, text
    assert content.count("<h1") == 1
    assert "<form" not in content.partition("<main")[2]


def test_unpublished_topic_is_not_shown(client):
    page = session(NOW + dt.timedelta(days=14))
    topic = TopicPageFactory(title="Sujet en préparation", live=False)
    AgendaItem.objects.create(session=page, title="Bilan", topic=topic)
    assert "Sujet en préparation" not in read(client, page.url)


def test_a_cancelled_session_is_marked_before_its_heading(client):
    page = session(NOW + dt.timedelta(days=14), status="cancelled")
    text = read(client, page.url)
    assert text.index("Cette séance est annulée.") < text.index("<h1")
    assert "Ajouter à mon agenda" not in text


def test_session_links_to_previous_and_next_ones(client):
    before = session(NOW - dt.timedelta(days=30))
    page = session(NOW - dt.timedelta(days=2))
    after = session(NOW + dt.timedelta(days=14))
    session(NOW - dt.timedelta(days=20), live=False)
    text = read(client, page.url)
    assert f'href="{before.url}" rel="prev"' in text
    assert f'href="{after.url}" rel="next"' in text


def test_minutes_are_due_two_weeks_after_the_session(client):
    page = session(NOW)
    for days_ago, is_late in ((14, False), (15, True)):
        held_at = NOW - days_ago * 24 * HOUR
        SessionPage.objects.filter(pk=page.pk).update(starts_at=held_at, ends_at=held_at + dt.timedelta(hours=2))
        text, promised = read(client, page.url), day(held_at + 14 * 24 * HOUR).replace("\xa0", " ")
        assert (f"est publié ici au plus tard le {promised}." in text) != is_late
        assert (f"attendu depuis le {promised}." in text) == is_late
        # The digest does not include minutes, so no link may promise an e-mail.
        assert "/lettre/inscription/" not in text.partition("<main")[2].partition("</main")[0]
        assert SessionPage.objects.minutes_overdue(NOW.date()).filter(pk=page.pk).exists() == is_late


def minutes(*titles):
    html = "".join(f"<h2>{title}</h2><p>Texte.</p>" for title in titles)
    return BodyBlock().to_python([{"type": "text", "value": html}])


def test_long_minutes_have_a_table_of_contents(client):
    titles = ["Ce qui a été décidé", "Ce qui s’est dit", "Ce qui s’est dit", "La suite"]
    page = session(NOW - dt.timedelta(days=20), minutes=minutes(*titles))
    text = read(client, page.url)
    anchors = re.findall(r'<li><a href="#(cr-[^"]+)">', text)
    assert anchors == ["cr-ce-qui-a-ete-decide", "cr-ce-qui-sest-dit", "cr-ce-qui-sest-dit-2", "cr-la-suite"]
    for anchor in anchors:
        assert text.count(f'id="{anchor}"') == 1


def test_short_minutes_have_no_table_of_contents(client):
    page = session(NOW - dt.timedelta(days=20), minutes=minutes("Ce qui a été décidé", "Ce qui s’est dit"))
    text = read(client, page.url)
    assert "Ce qui a été décidé" in text
    assert 'class="contents"' not in text


def test_documents_have_their_size_and_a_link_to_the_accessible_version(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = session(NOW - dt.timedelta(days=20))
    plan, text = (
        make_document(title="Le plan", name="plan.pdf"),
        make_document(title="Le plan en mots", name="plan.odt"),
    )
    SessionDocument.objects.create(session=page, document=plan, accessible_version=text)
    content = read(client, page.url)
    assert plan.url in content
    assert "PDF, 240 ko" in content
    assert content.index("Le plan") < content.index("Le plan en mots")
    assert text.url in content


def test_private_documents_are_listed_only_for_readers_who_can_open_them(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    page = session(NOW - dt.timedelta(days=20))
    closed = Collection.get_first_root_node().add_child(name="Réservé")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    for document in (make_document(title="Canari"), make_document(title="Perroquet", collection=closed)):
        SessionDocument.objects.create(session=page, document=document)
    for expected in ((True, False), (True, True)):
        content = read(client, page.url)
        assert ("Canari" in content, "Perroquet" in content) == expected
        client.force_login(UserFactory())


def test_reading_sets_no_cookie(client):
    page = session(NOW + dt.timedelta(days=14))
    for address in (INDEX, page.url):
        assert not client.get(address).cookies


def test_experts_and_groups_are_shown_with_public_topics_only(client):
    page = session(NOW - dt.timedelta(days=20))
    topic, hidden = TopicPageFactory(title="Mobilité"), TopicPageFactory(title="Sujet en préparation", live=False)
    SessionExpert.objects.create(
        session=page, name="Mireille V.", occupation="bibliothécaire", biography="Elle <b>aide</b>.", topic=hidden
    )
    WorkshopGroup.objects.create(
        session=page, name="Table verte", facilitator="Louise S.", room="salle 2", produced="Dix idées.", topic=topic
    )
    content = read(client, page.url)
    for text in (
        "Mireille V.",
        "bibliothécaire",
        "Elle &lt;b&gt;aide&lt;/b&gt;.",
        "Table verte",
        "Dix idées.",
        topic.url,
    ):
        assert text in content, text
    assert "Animé par Louise S. · salle 2" in content
    assert "Sujet en préparation" not in content


def test_experts_of_public_sessions_are_listed(client):
    first, last = (session(NOW - dt.timedelta(days=days), title=f"Il y a {days}") for days in (60, 20))
    SessionExpert.objects.create(session=first, name="Idriss T.", occupation="médiateur")
    SessionExpert.objects.create(session=last, name="Mireille V.")
    for start, fields in (
        (NOW + dt.timedelta(days=9), {}),
        (NOW - dt.timedelta(days=30), {"status": "cancelled"}),
        (NOW - dt.timedelta(days=40), {"live": False}),
    ):
        SessionExpert.objects.create(session=session(start, **fields), name="Pas entendue")
    heard = read(client, INDEX).split('id="auditions"')[1].split("</section>")[0]
    order = [heard.index(text) for text in ("Il y a 20", "Mireille V.", "Il y a 60", "Idriss T., médiateur")]
    assert order == sorted(order)
    assert "Pas entendue" not in heard


def test_deliverable_and_session_of_its_workshop_link_to_each_other(client):
    page = session(NOW - dt.timedelta(days=20), title="Les durées")
    topic, hidden = TopicPageFactory(), TopicPageFactory(live=False)
    row = Deliverable.objects.create(topic=topic, title="Une liste de lieux", workshop_session=page)
    assert page.url not in read(client, topic.url)
    with pytest.raises(ValidationError) as error:
        row.clean()
    assert set(error.value.message_dict) == {"workshop_session"}
    WorkshopGroup.objects.create(session=page, name="Table verte")
    row.clean()
    Deliverable.objects.create(topic=hidden, title="En préparation", workshop_session=page)
    begun = read(client, page.url).split('id="suites-des-ateliers"')[1].split("</section>")[0]
    assert f'href="{topic.url}#livrables"' in begun
    assert "Une liste de lieux" in begun
    assert "En préparation" not in begun
    assert f'href="{page.url}#ateliers"' in read(client, topic.url)
    page.unpublish()
    assert page.url not in read(client, topic.url)
