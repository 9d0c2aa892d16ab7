"""May to September: the digest announces the programme, the office writes to members, a deliverable is delivered."""

from committee.models import TopicPage
from tests.browser.test_letter import add_block
from tests.browser.year.minutes import INCLUSION
from tests.browser.year.story import (
    ANIMATION,
    RESIDENT,
    SECRETARIAT,
    STEERING,
    TEAM,
    WITH_ACCOUNT,
    WITHOUT_ACCOUNT,
    YEAR,
    Year,
    at,
    french,
    words,
)

DELIVERABLE = "Une carte et une liste des lieux d’aide"


def programme(year: Year) -> None:
    the_digest_has_the_programme(year)
    a_deliverable_is_planned(year)
    the_secretariat_writes_to_members(year)
    the_deliverable_is_late_then_delivered(year)


def the_secretariat_writes_to_members(year: Year) -> None:
    with year.acts(SECRETARIAT, at(5, 20)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Lettre", "Messages aux abonnés ou aux membres")
        secretary.follow("Ajouter")
        secretary.fill(subject="La salle change de nom")
        add_block(secretary, name="Texte", words="La salle 301 s’appelle maintenant salle Odile.")
        secretary.press("Enregistrer")
        secretary.follow("Envoyer…")
        secretary.read(*WITHOUT_ACCOUNT)
        secretary.press("Tout de suite")
    year.expect_effects(
        mails={"La salle change de nom": WITH_ACCOUNT},
    )


def a_deliverable_is_planned(year: Year) -> None:
    with year.acts(ANIMATION, at(5, 10)) as coordination:
        topic = TopicPage.objects.get(title=INCLUSION)
        coordination.open(f"/admin/pages/{topic.pk}/edit/")
        coordination.press_and_stay("Ajouter : Résultat attendu")
        coordination.fill(**{"deliverables-0-title": DELIVERABLE})
        coordination.date("deliverables-0-due_on", french(9, 1))
        coordination.publish()
    year.expect_effects()


def the_digest_has_the_programme(year: Year) -> None:
    year.until(at(5, 2))
    year.expect_effects(
        mails={"1 nouvelle du comité": "Inès G."},
        begins={f"1er juin {YEAR}, 7 h": STEERING},
        ends={f"1er mai {YEAR}, 7 h": STEERING},
    )
    assert INCLUSION in words(year.mail(RESIDENT))


def the_deliverable_is_late_then_delivered(year: Year) -> None:
    year.until(at(9, 2))
    year.expect_effects(
        begins={f"1er octobre {YEAR}, 7 h": STEERING, "Une carte et une liste des lieux d’aide": TEAM},
        ends={f"1er juin {YEAR}, 7 h": STEERING},
    )
    with year.acts(ANIMATION, at(9, 6)) as coordination:
        coordination.open("/admin/")
        coordination.follow(DELIVERABLE)
        coordination.select("deliverables-0-state", "livre")
        coordination.date("deliverables-0-done_on", french(9, 5))
        coordination.publish()
    year.expect_effects(
        ends={"Une carte et une liste des lieux d’aide": TEAM},
    )
    year.expect_readers(TopicPage.objects.get(title=INCLUSION).url, "livré le 5 septembre", *year.all_readers())
