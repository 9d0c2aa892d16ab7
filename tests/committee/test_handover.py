"""Page for a successor: correct for each user, with a fixed number of queries, and linked."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from committee.models import AgendaItem, Deliverable, Mandate, SessionAction, SessionPage, TopicPage
from tests.committee.minutes import DAY, NOW, TODAY, Role, held, member
from tests.factories import MandateFactory, MemberFactory, SessionPageFactory, TopicPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
URL = reverse("committee:handover")
RIGHTS = "Droits des fonctions"


def page_for(client, user, url=URL):
    client.force_login(user)
    text = client.get(url).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(text.split())


def future_session(days, **fields):
    start = NOW + days * DAY
    return SessionPageFactory(starts_at=start, ends_at=start + dt.timedelta(hours=2), **fields)


def topic_with_deliverables(title, pilot):
    topic = TopicPageFactory(title=title, progress=TopicPage.Progress.ONGOING, pilot=pilot)
    for text, days in (("Un second guide", 40), ("Un guide", 20)):
        Deliverable.objects.create(topic=topic, title=text, due_on=TODAY + days * DAY)
    Deliverable.objects.create(topic=topic, title="Un guide livré", state="livre", done_on=TODAY)
    return topic


def test_handover_lists_current_work_and_missing_parts(client, coordinator, editor_of):
    former = MandateFactory(member=MemberFactory(name="Rolande F."), role=Role.RAPPORTEUR, seat=None)
    Mandate.objects.filter(pk=former.pk).update(ends_on=TODAY - DAY)
    former.member.user = editor_of("Rédaction")
    former.member.save()
    MandateFactory(member=MemberFactory(name="Ali B."), ends_on=TODAY + 59 * DAY)
    MandateFactory(member=MemberFactory(name="Zoé T."), ends_on=TODAY + 61 * DAY)
    past = held()
    SessionAction.objects.create(session=past, member=former.member, text="Appeler la Ville", due_on=TODAY - DAY)
    SessionAction.objects.create(session=past, text="Réserver la salle", responsible="Le secrétariat")
    SessionAction.objects.create(session=past, text="Déjà faite", done_on=TODAY)
    SessionPage.objects.filter(pk=future_session(9).pk).update(place="")
    full = future_session(40, place="Salle B")
    AgendaItem.objects.create(session=full, title="Un point")
    topic_with_deliverables("Le téléphone", former.member)

    page = page_for(client, coordinator)
    for text in (
        f"{Role.COORDINATOR.label} : {coordinator.member.name}",
        "<strong>personne</strong>",
        "Il manque : l’ordre du jour, le lieu.",
        "Écrire le compte rendu du 14 novembre 2026",
        "Appeler la Ville",
        "Le secrétariat",
        "Prochain résultat : Un guide, au plus tard le 14 décembre 2026",
    ):
        assert text in page, text
    assert "Déjà faite" not in page
    # Weeks ahead no convocation is due: the steps beside it show when.
    assert "la convocation" not in page
    ending = page.partition("Mandats qui finissent")[2].partition("</ul>")[0]
    assert ("Ali B." in ending, "Zoé T." in ending) == (True, False)
    # Users who edit members see the permissions.
    assert RIGHTS not in page
    rights = page_for(client, editor_of("Animation")).partition(RIGHTS)[2]
    assert "Rolande F. : Rédaction" in rights


def test_only_minute_writers_and_staff_can_open_the_handover(client, coordinator, rapporteur, editor_of):
    readers = [coordinator, rapporteur, member(Role.DEPUTY_COORDINATOR)]
    staff = [editor_of("Secrétariat"), editor_of("Animation")]
    for user in readers:
        assert URL in page_for(client, user, reverse("committee:area"))
    for user in staff:
        assert URL in page_for(client, user, reverse("accounts:home"))
    for user in (*readers, *staff):
        client.force_login(user)
        assert client.get(URL).status_code == 200
    others = [member(), editor_of("Rédaction"), editor_of("Modération")]
    for user in others:
        client.force_login(user)
        assert client.get(URL).status_code == 403
        assert URL not in page_for(client, user, reverse("accounts:home"))
    assert URL not in page_for(client, others[0], reverse("committee:area"))
    client.logout()
    assert client.get(URL).status_code == 302


def test_queries_of_the_handover_do_not_grow_with_rows(client, editor_of, rapporteur):
    def make(number):
        former = MemberFactory(user=editor_of("Rédaction"))
        MandateFactory(member=former, role=Role.FACILITATOR, seat=None, ends_on=TODAY - DAY)
        MandateFactory(member=MemberFactory(), ends_on=TODAY + 9 * DAY)
        session = held(20 + number)
        future_session(30 + number)
        SessionAction.objects.create(session=session, member=former, text="À faire")
        topic_with_deliverables(f"Sujet {number}", former)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(URL).status_code == 200
        return len(captured)

    client.force_login(editor_of("Animation"))
    make(1)
    queries()
    first = queries()
    for number in (2, 3, 4):
        make(number)
    assert queries() == first
    assert Group.objects.filter(name="Rédaction", user__member__isnull=False).exists()
