"""Work of the secretariat besides sessions, on a wide screen and on a phone: members, seats, documents, the survey.

Sessions, minutes, the programme and the annual report are in `test_coordinator.py`.
"""

import datetime as dt

import pytest
from django.utils import timezone

from committee.models import Mandate, Member, MemberDocument, Seat
from indicators.models import Measurement, Survey
from tests.browser.walker import Walker
from tests.factories import MandateFactory, MemberFactory, SeatFactory, SessionPageFactory, UserFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/committee` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


def french(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.mark.guide("Tenir la liste des membres et des sièges")
def test_seat_is_reassigned_and_the_former_member_erased(walker):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    seat = SeatFactory(name="Habitants, siège 3")
    leaving = MandateFactory(member__name="Odile M.", seat=seat).member
    coming = MemberFactory(name="Paul R.", user=UserFactory())
    walker.work_as("Secrétariat")
    walker.choose("Le comité", "Membres")
    walker.read("Habitants, siège 3")
    walker.follow("Paul R.")
    add_mandate(walker, seat)
    walker.press("Enregistrer")
    walker.read("Odile M.")
    assert not coming.mandates.exists()

    walker.choose("Le comité", "Membres")
    walker.follow("Odile M.")
    walker.date("mandates-0-ends_on", french(yesterday))
    walker.press("Enregistrer")
    walker.follow("Paul R.")
    add_mandate(walker, seat)
    walker.press("Enregistrer")
    walker.choose("Le comité", "Sièges")
    walker.read("Paul R.")
    walker.follow("Habitants, siège 3")
    walker.read("Odile M.", "Paul R.")

    walker.choose("Le comité", "Membres")
    walker.follow("Odile M.")
    erase = walker.page.get_by_role("link", name="Effacer la personne…").first
    walker.unfold("Actions", erase)
    walker.follow("Effacer la personne…")
    walker.press("Effacer la personne")
    leaving.refresh_from_db()
    assert "Odile" not in leaving.name
    assert Mandate.objects.filter(seat=seat).count() == 2
    assert Member.objects.sitting(timezone.localdate()).get() == coming


def add_mandate(walker: Walker, seat: Seat) -> None:
    """Adds a mandate to the form of a member."""
    walker.press_and_stay("Ajouter : Mandat")
    walker.select("mandates-0-role", Mandate.Role.MEMBER)
    walker.page.get_by_role("button", name="Choisir").last.click()
    walker.window().get_by_role("link", name=seat.name).click()
    walker.chosen(seat.name)
    # Without leaving the field: the next one is a date too, whose calendar would open.
    walker.fill(**{"mandates-0-starts_on": french(timezone.localdate())})


@pytest.mark.guide("Passer le relais")
def test_new_coordinator_gets_permissions_and_reads_the_handover(walker):
    coordinator = MemberFactory(name="Hélène W.", user=UserFactory())
    MandateFactory(member=coordinator)
    MandateFactory(member=coordinator, seat=None, role=Mandate.Role.COORDINATOR)
    walker.become(UserFactory(is_superuser=True))
    walker.open("/admin/")
    walker.follow("Donner à Hélène W. les droits de la coordination…")
    walker.read("Hélène W. exerce cette fonction", "Animation")
    walker.press("Donner ces droits")
    walker.shows_message("Hélène W. a les droits de la coordination.")

    walker.become(coordinator.user)
    walker.open("/membres/")
    walker.follow("Passation")
    walker.read("Qui exerce quelle fonction", "Hélène W.", "Droits qui devraient prendre fin")
    walker.open("/admin/")
    walker.follow("Passation")
    walker.read("Séances à venir")


@pytest.mark.guide("Convoquer les membres", "Tenir la liste des membres et des sièges")
def test_convocations_are_printed_and_a_members_document_is_uploaded(walker, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    MandateFactory(member__name="Odile M.")
    MandateFactory(member__name="Paul R.", member__user=UserFactory())
    SessionPageFactory(title="Finir une démarche")
    walker.work_as("Secrétariat")
    walker.choose("Le comité", "Convocations")
    walker.follow("Convoquer les membres…")
    walker.press("Relire avant d’envoyer")
    walker.press("Tout de suite")
    walker.read("Odile M.", "Paul R.")
    walker.follow("Imprimer les convocations")
    walker.read("Odile M.", "Finir une démarche")
    assert walker.page.locator(".receipt").count() == 1

    walker.choose("Le comité", "Documents des membres")
    walker.follow("Ajouter")
    walker.fill(title="Budget de l’année")
    walker.page.locator("[name=file]").set_input_files(
        {"name": "budget.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 " + b"x" * 500}
    )
    walker.press("Enregistrer")
    assert MemberDocument.objects.get().title == "Budget de l’année"


@pytest.mark.guide("Publier le bilan d’une année")
def test_participation_survey_is_created(walker):
    today = timezone.localdate()
    walker.work_as("Secrétariat")
    walker.choose("Le comité", "Qui participe")
    walker.follow("Ajouter")
    walker.fill(year=str(today.year))
    walker.date("opens_on", french(today))
    walker.date("closes_on", french(today + dt.timedelta(days=30)))
    walker.press("Enregistrer")
    assert Survey.objects.get().year == today.year


@pytest.mark.guide("Suivre les indicateurs du comité")
def test_an_indicator_is_proposed_adopted_measured_and_corrected(walker):
    last_year = timezone.localdate().year - 1
    held = timezone.now() - dt.timedelta(days=500)
    session = SessionPageFactory(starts_at=held, ends_at=held + dt.timedelta(hours=2), title="Six indicateurs")
    walker.work_as("Secrétariat")
    walker.choose("Le comité", "Indicateurs")
    walker.follow("Ajouter")
    walker.fill(title="Lieux d’aide", question="Où trouver de l’aide ?", unit="lieux")
    walker.fill(source_url="https://www.insee.fr/fr/statistiques/4241397")
    walker.press("Enregistrer")
    walker.follow("Noter l’adoption…")
    walker.select("session", str(session.pk))
    walker.press("Noter l’adoption")
    walker.press("Inscrire pour toujours")
    walker.follow("Ajouter une valeur…")
    walker.select("period", str(last_year))
    walker.fill(value="12")
    walker.press("Ajouter une valeur")
    walker.press("Inscrire pour toujours")
    walker.read(f"{last_year} : 12 lieux", "www.insee.fr")
    walker.open("/admin/")
    walker.choose("Le comité", "Valeurs des indicateurs")
    walker.follow("Lieux d’aide")
    walker.fill(value="14", reason="Deux lieux avaient été oubliés.")
    walker.press("Corriger une valeur")
    walker.press("Inscrire pour toujours")
    walker.read(f"{last_year} : 14 lieux", "12 lieux corrigée : Deux lieux avaient été oubliés.")
    assert [one.value for one in Measurement.objects.order_by("pk")] == [12, 14]
