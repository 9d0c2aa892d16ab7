"""October to January: the coordinator leaves, a seat changes hands, the annual report, the next year begins."""

from tests.browser.year.story import (
    ADMINISTRATOR,
    ANIMATION,
    SECRETARIAT,
    STEERING,
    TEAM,
    YEAR,
    Year,
    at,
    french,
)


def handover(year: Year) -> None:
    the_coordinator_leaves(year)
    another_member_becomes_coordinator(year)
    permissions_follow_the_office(year)
    a_new_member_takes_the_seat(year)
    the_annual_report_is_published(year)
    the_next_year_begins(year)


def the_coordinator_leaves(year: Year) -> None:
    with year.acts(SECRETARIAT, at(10, 1)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Membres")
        secretary.follow("Rachid B.")
        secretary.date("mandates-0-ends_on", french(10, 15))
        secretary.date("mandates-1-ends_on", french(10, 15))
        secretary.press("Enregistrer")
    year.expect_effects(
        begins={f"1er novembre {YEAR}, 7 h": STEERING, "Rachid B.": TEAM},
        ends={f"1er octobre {YEAR}, 7 h": STEERING},
    )
    year.until(at(10, 16))
    year.expect_effects(
        mails={
            f"Votre mandat au comité a pris fin le 15 octobre {YEAR}": "Rachid B.",
            "Votre fonction est finie : Coordination": "Rachid B.",
        },
        begins={"Coordination": TEAM, "Habitants, siège 1": TEAM},
        ends={
            "Dire si vous acceptez d’être nommé sur le site": "Rachid B.",
            "Rachid B.": TEAM,
            f"Noter les présences de la séance du 20 avril {YEAR}": "Rachid B.",
            f"Écrire le compte rendu du 16 mars {YEAR}": "Rachid B.",
            f"Écrire le compte rendu du 20 avril {YEAR}": "Rachid B.",
            f"Écrire dans le compte rendu du 20 avril {YEAR} que le programme {YEAR} est adopté": "Rachid B.",
        },
    )


def another_member_becomes_coordinator(year: Year) -> None:
    with year.acts(SECRETARIAT, at(10, 18)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Membres")
        secretary.follow("Hélène W.")
        secretary.press_and_stay("Ajouter : Mandat")
        secretary.select("mandates-1-role", "coordinator")
        secretary.date("mandates-1-starts_on", french(10, 18))
        secretary.press("Enregistrer")
    year.expect_effects(
        mails={"Votre fonction commence : Coordination": "Hélène W."},
        begins={
            "Donner à Hélène W. les droits de la coordination…": "Administration",
            f"Noter les présences de la séance du 20 avril {YEAR}": "Hélène W.",
            f"Écrire le compte rendu du 16 mars {YEAR}": "Hélène W.",
            f"Écrire le compte rendu du 20 avril {YEAR}": "Hélène W.",
            f"Écrire dans le compte rendu du 20 avril {YEAR} que le programme {YEAR} est adopté": "Hélène W.",
            "1 mandat n’a pas de dernier jour": TEAM,
        },
        ends={"Coordination": TEAM},
    )


def permissions_follow_the_office(year: Year) -> None:
    """Permissions are given to the new coordinator by hand; those of the former one ended with the office."""
    with year.acts(ADMINISTRATOR, at(10, 18, 10)) as administrator:
        administrator.open("/admin/")
        administrator.follow("Donner à Hélène W. les droits de la coordination…")
        administrator.press("Donner ces droits")
    year.expect_effects(ends={"Donner à Hélène W. les droits de la coordination…": ADMINISTRATOR})
    year.expect_readers("/admin/convocations/", "Convocations", *TEAM, "Hélène W.")


def a_new_member_takes_the_seat(year: Year) -> None:
    with year.acts(SECRETARIAT, at(10, 19)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Membres")
        secretary.follow("Ajouter")
        secretary.fill(name="Zoé P.")
        secretary.press_and_stay("Ajouter : Mandat")
        secretary.select("mandates-0-role", "member")
        secretary.page.get_by_role("button", name="Choisir").last.click()
        secretary.window().get_by_role("link", name="Habitants, siège 1", exact=True).click()
        secretary.chosen("Habitants, siège 1")
        secretary.date("mandates-0-starts_on", french(10, 19))
        secretary.press("Enregistrer")
    year.expect_effects(
        begins={"3 membres n’ont pas de compte": TEAM, "2 mandats n’ont pas de dernier jour": TEAM},
        ends={
            "2 membres n’ont pas de compte": TEAM,
            "1 mandat n’a pas de dernier jour": TEAM,
            "Habitants, siège 1": TEAM,
        },
    )
    year.until(at(11, 2))
    year.expect_readers("/admin/convocations/", "Convocations", *TEAM, "Hélène W.")
    year.expect_effects(
        mails={"2 nouvelles du comité": "Inès G."},
        begins={f"1er décembre {YEAR}, 7 h": STEERING, f"Préparer le programme {YEAR + 1}": TEAM},
        ends={f"1er novembre {YEAR}, 7 h": STEERING},
    )
    year.expect_readers("/membres/passation/", f"Préparer le programme {YEAR + 1}", *TEAM, "Hélène W.")


def the_annual_report_is_published(year: Year) -> None:
    with year.acts(SECRETARIAT, at(11, 15)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Bilans")
        secretary.follow("Ajouter")
        secretary.fill(year=str(YEAR), introduction="Une année pour apprendre.")
        secretary.press("Enregistrer")
        secretary.follow("Mesurer les chiffres…")
        secretary.press("Mesurer les chiffres")
        secretary.follow("Publier…")
        secretary.press("Publier le bilan")
    year.expect_effects()
    year.expect_readers(f"/restitution/{YEAR}/", "Une année pour apprendre.", *year.all_readers())


def the_next_year_begins(year: Year) -> None:
    with year.acts(ANIMATION, at(12, 1)) as coordination:
        coordination.open("/admin/")
        coordination.choose("Le comité", "Programmes de travail")
        coordination.follow("Ajouter")
        coordination.fill(year=str(YEAR + 1))
        coordination.press("Enregistrer")
    year.expect_effects(
        mails={"1 nouvelle du comité": "Inès G."},
        begins={
            f"1er janvier {YEAR + 1}, 7 h": STEERING,
            "Améliorons ensemble le numérique à Strasbourg": STEERING,
            "Les membres": "Secrétariat",
            "Les séances": "Secrétariat",
            "Programme de travail": "Secrétariat",
            f"Ouvrir le vote du programme {YEAR + 1}": TEAM,
        },
        ends={f"1er décembre {YEAR}, 7 h": STEERING, f"Préparer le programme {YEAR + 1}": TEAM},
    )
    year.until(at(1, 4, year=YEAR + 1))
    year.expect_effects(
        begins={f"1er février {YEAR + 1}, 7 h": STEERING},
        ends={f"1er janvier {YEAR + 1}, 7 h": STEERING},
    )
    stale = f"Le comité n’a pas encore adopté ses priorités de {YEAR + 1}. Voici celles de {YEAR}."
    year.expect_readers("/le-comite/programme/", stale, *year.all_readers())
