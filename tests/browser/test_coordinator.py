"""The coordinator's year in a browser, on a wide screen and on a phone: each act ends on a public page.

`tests/home/test_year.py` plays a whole year on the server and counts its figures by hand. Here a coordinator, a
rapporteur and a member navigate by what the pages show.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import time_machine
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from accounts.models import User
from committee.models import Attendance, Deliverable, Mandate, Seat, SessionPage, WorkProgramme
from common.templatetags.dates import CITY_ZONE
from polls.services.answers import answer_poll
from tests.browser.walker import Walker
from tests.factories import (
    MandateFactory,
    MemberFactory,
    SeatFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)

pytestmark = [
    pytest.mark.browser,
    # `tests/home/test_year.py` plays the same year on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]

SUBJECTS = (
    *("Strasbourg.eu", "Monstrasbourg.eu", "Participer.strasbourg.eu", "Services numériques en mobilité"),
    *("Produire et utiliser les données", "Benchmark des métropoles", "Veille inspirante"),
    *("Inclusion numérique", "Enquêtes de terrain", "Définir des indicateurs"),
)
INCLUSION = 8
Role = Mandate.Role


def at(month: int, day: int, hour: int = 18, minute: int = 0, year: int = 2019) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=CITY_ZONE)


class Committee:
    """Three seats, including those of the coordinator and the rapporteur, and ten topics."""

    def __init__(self, walker: Walker) -> None:
        self.walker = walker
        names = ("Hélène W.", "Karim B.", "Louise S.")
        self.coordinator, self.rapporteur, self.member = people = [self._make_member(name) for name in names]
        self.coordinator.groups.add(Group.objects.get(name="Animation"))
        for person, role in zip(people, (Role.COORDINATOR, Role.RAPPORTEUR), strict=False):
            MandateFactory(member=person.member, seat=None, role=role)
        self.topics = [TopicPageFactory(number=number, title=title) for number, title in enumerate(SUBJECTS, 1)]

    def _make_member(self, name: str) -> User:
        user = UserFactory(public_name=name, date_joined=at(1, 1, year=2018))
        MandateFactory(member=MemberFactory(name=name, user=user), seat=SeatFactory())
        return user

    @contextmanager
    def signed_in(self, person: User | None, moment: dt.datetime) -> Iterator[Walker]:
        """Signs `person` in at `moment`; None is an anonymous visitor."""
        with time_machine.travel(moment):
            self.walker.become(person)
            yield self.walker

    def as_visitor(self, moment: dt.datetime) -> AbstractContextManager[Walker]:
        return self.signed_in(None, moment)


@pytest.fixture(params=[1280, pytest.param(360, marks=pytest.mark.nightly)])
def committee(request, watched, live_server, settings) -> Iterator[Committee]:
    settings.BASE_URL = live_server.url
    with time_machine.travel(at(12, 1, year=2018)), watched(width=request.param, statuses=(404, 422)) as page:
        yield Committee(Walker(page, live_server.url))


def make_held_session(number: int, month: int, day: int, title: str) -> SessionPage:
    """Makes a published session, planned three weeks before."""
    starts_at = at(month, day)
    with time_machine.travel(starts_at - dt.timedelta(days=21)):
        page = SessionPageFactory(title=title, number=number, starts_at=starts_at, ends_at=at(month, day, 20))
        page.save_revision().publish()
    return SessionPage.objects.get(pk=page.pk)


@pytest.mark.guide("Voter et adopter le programme")
def test_ballot_of_ten_topics_becomes_the_annual_programme(committee):
    open_ballot(committee)
    answer_ballot(committee)
    make_held_session(1, 1, 14, "Adopter le programme")
    adopt_programme(committee)
    with committee.as_visitor(at(1, 15, 9)) as reader:
        reader.open("/le-comite/programme/")
        reader.follow("Priorités 2019")
        ranks = zip(
            ("Inclusion numérique", "Monstrasbourg.eu", "Définir des indicateurs"), (15, 9, 6), (1, 2, 3), strict=True
        )
        reader.read(*(f"{topic} {points} Rang {rank}" for topic, points, rank in ranks))


def open_ballot(committee: Committee) -> None:
    with committee.signed_in(committee.coordinator, at(12, 20, year=2018)) as coordinator:
        coordinator.open("/admin/programmes-de-travail/add/")
        coordinator.fill(year="2019")
        coordinator.press("Enregistrer")
        coordinator.follow("Ouvrir le vote…")
        coordinator.date("closes_at", "14/01/2019 17:00")
        coordinator.press("Ouvrir le vote")
        expect(coordinator.page.locator(".messages")).to_contain_text("Le vote est prêt")


def answer_ballot(committee: Committee) -> None:
    """Two seats vote on the site; the coordinator votes on the page linked in the members' area."""
    programme = WorkProgramme.objects.get()
    question = programme.poll.questions.get()
    choices = {row.topic.number: row.choice for row in programme.ballot_topics.select_related("topic", "choice")}
    for person, points in ((committee.rapporteur, {INCLUSION: 10}), (committee.member, {2: 6, 10: 4})):
        answer = {choices[number].pk: given for number, given in points.items()}
        answer_poll(poll=programme.poll, user=person, answers={question.pk: answer}, now=at(12, 21, year=2018))
    with committee.signed_in(committee.coordinator, at(1, 7, 9)) as coordinator:
        coordinator.open("/membres/")
        coordinator.follow("Répondre à")
        for number, points in ((INCLUSION, 5), (2, 3), (10, 2)):
            coordinator.page.get_by_label(f"{number}. {SUBJECTS[number - 1]}").fill(str(points))
        coordinator.press("Envoyer ma réponse")
        coordinator.read("Votre réponse est enregistrée")


def adopt_programme(committee: Committee) -> None:
    with committee.signed_in(committee.coordinator, at(1, 14, 20)) as coordinator:
        coordinator.open("/admin/programmes-de-travail/")
        coordinator.follow("Adopter…")
        coordinator.read("8. Inclusion numérique 15", "2. Monstrasbourg.eu 9")
        coordinator.press("Adopter le programme")
        expect(coordinator.page.locator(".messages")).to_contain_text("Le programme est adopté")


@pytest.mark.guide("Préparer une séance", "Convoquer les membres", "Noter les présences")
def test_next_session_is_prepared_convened_and_held(committee):
    first = make_held_session(1, 1, 14, "Choisir les sujets")
    prepare_next_session(committee, first)
    convene_members(committee)
    record_attendance(committee)
    with committee.as_visitor(at(2, 26, 9)) as reader:
        reader.open("/le-comite/seances/")
        reader.follow("Les démarches en ligne")
        reader.read("2 sièges représentés sur 3")
        reader.misses("visio.example")


def prepare_next_session(committee: Committee, first: SessionPage) -> None:
    """The dashboard reports that no session is planned, then what the draft lacks."""
    with committee.signed_in(committee.coordinator, at(1, 28, 9)) as coordinator:
        coordinator.open("/admin/")
        coordinator.read("Aucune séance n’est prévue", "Dupliquer la séance précédente")
        coordinator.open(f"/admin/pages/{first.pk}/edit/")
        duplicate = coordinator.page.get_by_role("link", name="Dupliquer pour la prochaine séance").first
        coordinator.unfold("Actions", duplicate)
        coordinator.follow("Dupliquer pour la prochaine séance")
        coordinator.date("day", "25/02/2019")
        coordinator.press("Créer le brouillon")
        coordinator.open("/admin/")
        coordinator.read("Cette séance n’est pas encore publiée", "Écrire l’ordre du jour")
        coordinator.follow("Écrire l’ordre du jour")
        coordinator.fill(title="Les démarches en ligne", number="2")
        coordinator.press_and_stay("Ajouter : Point")
        coordinator.page.locator("[name=agenda_items-0-title]").fill("Reprendre une démarche plus tard")
        coordinator.publish()


def convene_members(committee: Committee) -> None:
    with committee.signed_in(committee.coordinator, at(2, 11, 9)) as coordinator:
        coordinator.open("/admin/convocations/")
        coordinator.follow("Convoquer les membres…")
        coordinator.fill(words="Lisez les réponses de la ville.", online_link="https://visio.example/comite")
        coordinator.press("Relire avant d’envoyer")
        coordinator.read("Lisez les réponses de la ville.", "Reprendre une démarche plus tard")
        coordinator.press("Tout de suite")
        coordinator.read("Karim B.", "Louise S.")
    with committee.signed_in(committee.member, at(2, 12, 9)) as member:
        member.open("/membres/")
        member.follow("Convocations")
        member.read("Lisez les réponses de la ville.", "Rejoindre la séance")


def record_attendance(committee: Committee) -> None:
    """The coordinator shows the code, the rapporteur enters it; the rest is recorded on the sheet."""
    with committee.signed_in(committee.coordinator, at(2, 25, 17, 50)) as coordinator:
        coordinator.open("/membres/")
        coordinator.follow("Noter les présences")
        coordinator.follow("Montrer le code")
        code = coordinator.page.locator(".room-code span:not(.visually-hidden)").all_inner_texts()
    with committee.signed_in(committee.rapporteur, at(2, 25, 18, 5)) as rapporteur:
        rapporteur.open("/membres/")
        rapporteur.follow("Dire que je suis là")
        rapporteur.fill(code=" ".join(code))
        rapporteur.tick("where", "salle")
        rapporteur.press("Dire que je suis là")
        rapporteur.read("Votre présence est notée")
    with committee.signed_in(committee.coordinator, at(2, 25, 20, 10)) as coordinator:
        coordinator.open("/membres/")
        coordinator.follow("Noter les présences de la séance du 25 février")
        coordinator.page.get_by_role("group", name="Louise S.").get_by_label("Excusé").check()
        coordinator.press("Enregistrer, tous les autres sont présents")
        coordinator.read("Tous les sièges sont notés")


@pytest.mark.guide("Écrire et faire approuver le compte rendu")
def test_approved_minutes_create_decisions_and_actions(committee):
    first, second = (
        make_held_session(1, 1, 14, "Choisir les sujets"),
        make_held_session(2, 2, 25, "Les démarches en ligne"),
    )
    draft_minutes(committee)
    correct_minutes(committee, first)
    approve_minutes(committee, first, second)
    with committee.as_visitor(at(2, 26, 9)) as reader:
        reader.open(first.url)
        reader.read("Un guide tient sur deux pages.", "Le comité demande un guide.", "Écrire le guide")
        reader.open("/le-comite/decisions/")
        reader.read("Le comité demande un guide.")
        reader.open("/le-comite/programme/")
        reader.follow("8. Inclusion numérique")
        reader.read("Le comité demande un guide.", "Écrire le guide")


def draft_minutes(committee: Committee) -> None:
    with committee.signed_in(committee.rapporteur, at(1, 16, 9)) as rapporteur:
        rapporteur.open("/membres/")
        rapporteur.follow("Comptes rendus des séances")
        rapporteur.follow("Choisir les sujets")
        rapporteur.follow("Écrire le compte rendu")
        topic = str(committee.topics[INCLUSION - 1].pk)
        page = rapporteur.page
        rapporteur.fill(text="## Le guide\nUn guide tient sur une page.")
        for row, words in (("decisions", "Le comité demande un guide."), ("actions", "Écrire le guide")):
            page.locator(f"[name={row}-0-text]").fill(words)
            page.locator(f"[name={row}-0-topic]").select_option(topic)
        page.locator("[name=decisions-0-manner]").select_option("accord")
        # Autosaved, then saved by the button: no warning about another window.
        expect(page.get_by_text("Enregistré à 9")).to_be_visible(timeout=60_000)
        rapporteur.press("Enregistrer le compte rendu")
        rapporteur.follow("Ouvrir aux corrections")
        rapporteur.fill(until="30/01/2019")
        rapporteur.press("Ouvrir aux corrections")
        rapporteur.read("Vous pouvez proposer des corrections jusqu’au mercredi 30 janvier")


def correct_minutes(committee: Committee, session: SessionPage) -> None:
    with committee.signed_in(committee.member, at(1, 20, 9)) as member:
        member.open("/membres/")
        member.follow("Relisez le compte rendu")
        member.fill(passage="sur une page", replacement="sur deux pages", why="Une seule ne suffit pas.")
        member.press("Envoyer ma correction")
        member.read("Votre correction est envoyée")
    with committee.signed_in(committee.rapporteur, at(1, 21, 9)) as rapporteur:
        rapporteur.open("/membres/")
        rapporteur.follow("Décidez d’une correction")
        rapporteur.tick("state", "acceptee")
        rapporteur.fill(reason="C’est ce qui s’est dit.")
        rapporteur.press("Envoyer la décision")
        rapporteur.read("Un guide tient sur deux pages.")
    with committee.signed_in(committee.member, at(2, 1, 9)) as member:
        member.open(session.url)
        member.read("attend l’approbation de la prochaine séance")
    with committee.as_visitor(at(2, 1, 9)) as reader:
        reader.open(session.url)
        reader.read("Projet de compte rendu, en attente d’approbation", "Un guide tient sur deux pages.", "Par accord")


def approve_minutes(committee: Committee, session: SessionPage, later: SessionPage) -> None:
    with committee.signed_in(committee.coordinator, at(2, 25, 19)) as coordinator:
        coordinator.open(f"/membres/seances/{session.slug}/compte-rendu/")
        coordinator.follow("Noter l’approbation")
        coordinator.select("approved_in", str(later.pk))
        coordinator.press("Approuver et publier")
        coordinator.read("Approuvé le 25 février 2019")


@pytest.mark.guide("Tenir un sujet à jour", "Publier le bilan d’une année")
def test_deliverable_is_delivered_and_the_annual_report_published(committee):
    session = make_held_session(1, 1, 14, "Choisir les sujets")
    Attendance.objects.create(
        session=session, seat=Seat.objects.first(), state="present", how="sheet", recorded_at=at(1, 14, 20)
    )
    topic = committee.topics[INCLUSION - 1]
    Deliverable.objects.create(topic=topic, title="Le guide", due_on=dt.date(2019, 10, 1))
    mark_as_delivered(committee)
    publish_annual_report(committee)
    with committee.as_visitor(at(11, 19, 9)) as reader:
        reader.open("/le-comite/programme/")
        reader.follow("8. Inclusion numérique")
        reader.read("Livré", "Le guide", "livré le 12 octobre 2019")
        reader.open("/restitution/2019/")
        reader.read("Une année pour apprendre.", "Séances tenues 1", "Livrables rendus 1")


def mark_as_delivered(committee: Committee) -> None:
    """The dashboard lists what is late, with a link to the form of its topic."""
    with committee.signed_in(committee.coordinator, at(10, 14, 9)) as coordinator:
        coordinator.open("/admin/")
        coordinator.read("En retard", "pour le 1er octobre 2019")
        coordinator.follow("Le guide")
        coordinator.select("deliverables-0-state", "livre")
        coordinator.date("deliverables-0-done_on", "12/10/2019")
        coordinator.publish()


def publish_annual_report(committee: Committee) -> None:
    with committee.signed_in(committee.coordinator, at(11, 18, 9)) as coordinator:
        coordinator.open("/admin/restitutions/add/")
        coordinator.fill(year="2019", introduction="Une année pour apprendre.")
        coordinator.press("Enregistrer")
        coordinator.follow("Mesurer les chiffres…")
        coordinator.press("Mesurer les chiffres")
        coordinator.read("Une année pour apprendre.")
        coordinator.follow("Publier…")
        coordinator.press("Publier le bilan")
