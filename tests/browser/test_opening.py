"""First day of a site, on a wide screen and on a phone: from an empty site to a published season, in a dozen forms."""

import datetime as dt

import pytest
from django.utils import timezone

from committee.models import Mandate, Seat, SessionPage, TopicPage
from tests.browser.walker import Walker

pytestmark = [
    pytest.mark.browser,
    # `tests/home` and `tests/committee` cover the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


@pytest.fixture(autouse=True)
def new_site(settings):
    settings.DEMONSTRATION = False


def open_steps(walker: Walker) -> None:
    walker.open("/admin/")
    walker.follow("Voir toutes les étapes")


@pytest.mark.guide("Suivre les étapes", "Créer les sièges et les membres", "Choisir les sujets et les dates")
def test_steps_lead_from_an_empty_site_to_a_published_season(walker):
    first_day = timezone.localdate() + dt.timedelta(days=30)
    walker.work_as("Animation")
    open_steps(walker)
    walker.read("Mentions légales", "Personne n’a cette fonction")
    walker.press("Remplir les pages vides")
    walker.shows_message("Mentions légales")

    walker.follow("Créer les sièges")
    walker.fill(college_1="Habitants", count_1="2")
    walker.date("starts_on", f"{first_day:%d/%m/%Y}")
    walker.press("Créer les sièges")
    walker.shows_message("2 sièges créés")

    open_steps(walker)
    walker.follow("Écrire qui sont les membres")
    rows = [
        "Nom;Siège;Rôle;Mandat du",
        f"Odile M.;Habitants, siège 1;Coordination;{first_day:%d/%m/%Y}",
        f"Paul R.;Habitants, siège 3;Membre;{first_day:%d/%m/%Y}",
    ]
    content = {"name": "membres.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    walker.page.locator("[name=file]").set_input_files(content)
    walker.press("Voir ce que le fichier ferait")
    walker.read("Rien n’est encore écrit", "Odile M.", "Aucun siège ne s’appelle « Habitants, siège 3 »")
    walker.press("Créer ces membres")
    walker.read("1 ligne nouvelle", "1 ligne refusée")

    open_steps(walker)
    walker.follow("Créer les sujets")
    walker.page.get_by_label("Veille inspirante").uncheck()
    walker.press("Créer les sujets")
    walker.shows_message("9 sujets sont publiés")

    open_steps(walker)
    walker.follow("Écrire les dates des séances")
    for rank in (1, 2):
        walker.date(f"day_{rank}", f"{first_day + rank * dt.timedelta(weeks=4):%d/%m/%Y}")
    walker.date("starts", "18:00")
    walker.date("ends", "20:00")
    walker.fill(place="Salle Bleue")
    walker.press("Créer les séances")
    walker.shows_message("2 séances sont publiées")

    assert (Seat.objects.count(), Mandate.objects.count()) == (2, 2)
    assert (TopicPage.objects.live().count(), SessionPage.objects.live().count()) == (9, 2)
    open_steps(walker)
    walker.read("Fait")
