"""January to March: the site opens, members come, sessions are convened, moved, cancelled and held."""

import datetime as dt

from committee.models import Seat, SessionPage
from tests.browser.year.story import (
    ADMINISTRATOR,
    ANIMATION,
    HOLDERS,
    SECRETARIAT,
    SITTING,
    STEERING,
    SUBSTITUTES,
    TEAM,
    WITH_ACCOUNT,
    WITHOUT_ACCOUNT,
    YEAR,
    Year,
    address_of,
    at,
    but,
    french,
)

FIRST = "Choisir les sujets"
HELD = f"« Séance n° 1 : {FIRST} », de 18 h 30 à 20 h 30"
SESSIONS = ((1, 26), (2, 23), (3, 16), (4, 20))


def opening(year: Year) -> None:
    the_site_opens(year)
    members_join(year)
    the_first_session_is_written(year)
    the_members_are_convened(year)
    the_session_moves(year)
    the_coordinator_gets_permissions(year)
    two_members_report_an_absence(year)
    the_session_is_held(year)
    another_session_is_cancelled(year)


def the_site_opens(year: Year) -> None:
    """Animation and the secretariat follow the steps of « Ouvrir le site »: eight forms in all."""
    year.team()
    with year.acts(ANIMATION, at(1, 4)) as animation:
        animation.open("/admin/")
        animation.follow("Voir toutes les étapes")
        animation.press("Remplir les pages vides")
        animation.follow("Ouvrir les réglages")
        animation.fill(phone="03 88 00 00 01", contact_email="comite@courriel-de-la-ville.fr", desk_address="Mairie")
        animation.press("Enregistrer")
        animation.open("/admin/")
        animation.follow("Voir toutes les étapes")
        animation.follow("Créer les sujets")
        animation.press("Créer les sujets")
        animation.shows_message("10 sujets sont publiés.")
    year.expect_effects(
        begins={
            "Actualités": STEERING,
            "Comité stratégique partenarial": TEAM,
            "Conseil de développement": TEAM,
            "Créer les sièges": TEAM,
            "Dates des séances": TEAM,
            "Données personnelles": STEERING,
            "Erreurs": STEERING,
            "Fonctions": TEAM,
            "Invitations": TEAM,
            "Membres": TEAM,
            "Mentions légales": STEERING,
            "Premier appel": STEERING,
            "Première séance": TEAM,
            "Réglages et contact": STEERING,
            "Sauvegarde": STEERING,
            "Sièges": TEAM,
            "Textes légaux et autres textes": STEERING,
            "Veille inspirante": STEERING,
        },
    )


def members_join(year: Year) -> None:
    with year.acts(SECRETARIAT, at(1, 5)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Sièges")
        secretary.follow("Créer plusieurs sièges")
        secretary.fill(college_1="Habitants", count_1="12")
        secretary.date("starts_on", french(1, 1))
        secretary.press("Créer les sièges")
        secretary.open("/admin/")
        secretary.choose("Le comité", "Membres")
        secretary.follow("Membres depuis un fichier")
        secretary.page.locator("[name=file]").set_input_files(
            {"name": "membres.csv", "mimeType": "text/csv", "buffer": members_file().encode()}
        )
        secretary.press("Voir ce que le fichier ferait")
        secretary.press("Créer, et inviter")
    year.expect_effects(
        mails={"Créez votre compte du comité": WITH_ACCOUNT},
        begins={"14 membres n’ont pas de compte": TEAM},
        ends={"Créer les sièges": TEAM, "Invitations": TEAM, "Membres": TEAM, "Sièges": TEAM},
    )
    for name in WITH_ACCOUNT:
        year.joins(name)
    year.expect_effects(
        mails={"Votre code pour créer votre compte": WITH_ACCOUNT},
        begins={
            "2 membres n’ont pas de compte": TEAM,
            "Donner à Rachid B. les droits de la coordination…": "Administration",
        },
        ends={"14 membres n’ont pas de compte": TEAM},
    )
    begins = f"Les prochains mandats commencent le 11 janvier {YEAR}."
    year.expect_readers("/le-comite/membres/", begins, *year.all_readers())


def members_file() -> str:
    """Returns the file template, filled in: the mandates begin a week after the writing."""
    seats = [seat.name for seat in Seat.objects.all()]
    roles = {"Rachid B.": "Coordination", "Karim T.": "Rapport des séances"}
    rows = [(name, seat, roles.get(name, "Membre")) for name, seat in zip(SITTING, seats, strict=True)]
    rows += [(name, seat, "Suppléant") for name, seat in zip(SUBSTITUTES, seats, strict=False)]
    lines = ["Nom;Siège;Rôle;Mandat du;Mandat au;E-mail"]
    days = f"{french(1, 11)};{french(1, 10, YEAR + 2)}"
    for name, seat, role in rows:
        lines.append(f"{name};{seat};{role};{days};{address_of(name) if name in WITH_ACCOUNT else ''}")
    return "\n".join(lines)


def the_first_session_is_written(year: Year) -> None:
    with year.acts(SECRETARIAT, at(1, 6)) as secretary:
        secretary.open("/admin/")
        secretary.follow("Écrire les dates des séances")
        for rank, (month, day) in enumerate(SESSIONS, 1):
            secretary.date(f"day_{rank}", french(month, day))
        secretary.fill(starts="18:00", ends="20:00", place="Centre administratif, salle 301")
        secretary.press("Créer les séances")
    year.expect_effects(
        begins={
            f"Séance du 16 mars {YEAR}": STEERING,
            f"Séance du 23 février {YEAR}": STEERING,
            f"Séance du 26 janvier {YEAR}": STEERING,
            "Écrire l’ordre du jour": TEAM,
        },
        ends={"Dates des séances": TEAM, "Première séance": TEAM},
    )
    with year.acts(SECRETARIAT, at(1, 6, 10)) as secretary:
        secretary.open("/admin/")
        secretary.follow("Écrire l’ordre du jour")
        secretary.fill(title=FIRST)
        secretary.press_and_stay("Ajouter : Point")
        secretary.page.locator("[name=agenda_items-0-title]").fill("Trois sujets pour l’année")
        secretary.publish()
    year.expect_effects(
        begins={
            f"Convoquer les membres à la séance du 26 janvier {YEAR}": TEAM,
            "Séance n° 1 : Choisir les sujets": STEERING,
        },
        ends={f"Séance du 26 janvier {YEAR}": STEERING, "Écrire l’ordre du jour": TEAM},
    )
    year.expect_readers("/le-comite/seances/", FIRST, *year.all_readers())


def the_members_are_convened(year: Year) -> None:
    with year.acts(SECRETARIAT, at(1, 8)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Convocations")
        secretary.follow("Convoquer les membres…")
        secretary.fill(words="Lisez le règlement avant de venir.")
        secretary.press("Relire avant d’envoyer")
        secretary.press("Tout de suite")
        secretary.read(*WITHOUT_ACCOUNT)
    year.expect_effects(
        mails={f"Convocation : séance du 26 janvier {YEAR}": WITH_ACCOUNT},
        ends={f"Convoquer les membres à la séance du 26 janvier {YEAR}": TEAM},
    )


def the_session_moves(year: Year) -> None:
    session = SessionPage.objects.get(number=1)
    with year.acts(SECRETARIAT, at(1, 12)) as secretary:
        secretary.open(f"/admin/pages/{session.pk}/edit/")
        secretary.date("starts_at", f"{french(1, 27)} 18:30")
        secretary.date("ends_at", f"{french(1, 27)} 20:30")
        secretary.publish()
        secretary.shows_message("convoqués")
    year.expect_effects(
        mails={
            "Votre fonction commence : Coordination": "Rachid B.",
            "Votre fonction commence : Rapport des séances": "Karim T.",
        },
        begins={
            "Choisir ce que les autres membres voient de vous dans l’annuaire": WITH_ACCOUNT,
            "Dire si vous acceptez d’être nommé sur le site": WITH_ACCOUNT,
            f"Prévenir 14 membres : la séance du 26 janvier {YEAR} a changé": TEAM,
            f"Remplacer Aïcha N. en cas d’absence, à {HELD}": "Simone H.",
            f"Venir à {HELD}": HOLDERS,
        },
    )
    with year.acts(SECRETARIAT, at(1, 12, 10)) as secretary:
        secretary.open("/admin/")
        secretary.follow("Prévenir")
        secretary.press("Relire avant d’envoyer")
        secretary.press("Tout de suite")
    year.expect_effects(
        mails={f"Convocation corrigée : séance du 27 janvier {YEAR}": WITH_ACCOUNT},
        ends={f"Prévenir 14 membres : la séance du 26 janvier {YEAR} a changé": TEAM},
    )


def the_coordinator_gets_permissions(year: Year) -> None:
    with year.acts(ADMINISTRATOR, at(1, 13)) as administrator:
        administrator.open("/admin/")
        administrator.follow("Donner à Rachid B. les droits de la coordination…")
        administrator.press("Donner ces droits")
    year.expect_effects(ends={"Donner à Rachid B. les droits de la coordination…": ADMINISTRATOR})
    year.expect_readers("/admin/convocations/", "Convocations", *TEAM, "Rachid B.")


def two_members_report_an_absence(year: Year) -> None:
    """Rachid's substitute has no account, Aïcha's has one."""
    report_absence(year, "Rachid B.", at(1, 20))
    year.expect_effects(
        begins={
            f"Yves L. : à appeler pour la séance du 27 janvier {YEAR}": TEAM,
            f"Vous ne venez pas à {HELD}": "Rachid B.",
        },
        ends={f"Venir à {HELD}": "Rachid B."},
    )
    report_absence(year, "Aïcha N.", at(1, 21))
    year.expect_effects(
        mails={f"Pouvez-vous remplacer Aïcha N. le 27 janvier {YEAR} ?": "Simone H."},
        begins={f"Remplacer Aïcha N. à {HELD}": "Simone H.", f"Vous ne venez pas à {HELD}": "Aïcha N."},
        ends={
            f"Remplacer Aïcha N. en cas d’absence, à {HELD}": "Simone H.",
            f"Venir à {HELD}": "Aïcha N.",
        },
    )


def report_absence(year: Year, name: str, moment: dt.datetime) -> None:
    with year.acts_on_phone(name, moment) as member:
        member.open("/membres/")
        member.follow("Vous ne pouvez pas venir")
        member.press("Dire que je ne peux pas venir")


def the_session_is_held(year: Year) -> None:
    with year.acts_on_phone("Karim T.", at(1, 27, 18, 20)) as rapporteur:
        rapporteur.open("/membres/")
        rapporteur.follow("Noter les présences")
        sheet = rapporteur.page
        sheet.get_by_role("group", name="Rachid B.").get_by_label("Yves L.").check()
        sheet.get_by_role("group", name="Aïcha N.").get_by_label("Simone H.").check()
        sheet.get_by_role("group", name="Bernard F.").get_by_label("Absent").check()
        rapporteur.press("Enregistrer, tous les autres sont présents")
    year.expect_effects(
        begins={"Dire que je suis là": "Bernard F."},
        ends={
            f"Remplacer Aïcha N. à {HELD}": "Simone H.",
            f"Vous ne venez pas à {HELD}": ("Rachid B.", "Aïcha N."),
            f"Venir à {HELD}": but(WITH_ACCOUNT, "Rachid B.", "Aïcha N.", "Simone H."),
            f"Yves L. : à appeler pour la séance du 27 janvier {YEAR}": TEAM,
        },
    )
    year.until(at(1, 28))
    year.expect_effects(
        begins={
            f"Remplacer Aïcha N. en cas d’absence, à « Séance du 23 février {YEAR} », de 18 h à 20 h": "Simone H.",
            f"Séance du 20 avril {YEAR}": STEERING,
            f"Venir à « Séance du 23 février {YEAR} », de 18 h à 20 h": HOLDERS,
            f"Écrire le compte rendu du 27 janvier {YEAR}": (*TEAM, "Rachid B.", "Karim T."),
            "Écrire l’ordre du jour": TEAM,
        },
        ends={"Dire que je suis là": "Bernard F.", "Séance n° 1 : Choisir les sujets": STEERING},
    )


def another_session_is_cancelled(year: Year) -> None:
    with year.acts(SECRETARIAT, at(1, 29)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Convocations")
        secretary.follow("Convoquer les membres…")
        secretary.press("Relire avant d’envoyer")
        secretary.press("Tout de suite")
    year.expect_effects(
        mails={f"Convocation : séance du 23 février {YEAR}": WITH_ACCOUNT},
    )
    session = SessionPage.objects.get(number=2)
    with year.acts(SECRETARIAT, at(2, 10)) as secretary:
        secretary.open(f"/admin/pages/{session.pk}/edit/")
        secretary.select("status", "cancelled")
        secretary.publish()
        secretary.shows_message("convoqués")
    year.expect_effects(
        begins={
            f"La séance du 23 février {YEAR} est annulée : vous n’avez rien à faire": WITH_ACCOUNT,
            f"Prévenir 14 membres : la séance du 23 février {YEAR} est annulée": (*TEAM, "Rachid B."),
            f"Remplacer Aïcha N. en cas d’absence, à « Séance du 16 mars {YEAR} », de 18 h à 20 h": "Simone H.",
            f"Venir à « Séance du 16 mars {YEAR} », de 18 h à 20 h": HOLDERS,
        },
        ends={
            f"Remplacer Aïcha N. en cas d’absence, à « Séance du 23 février {YEAR} », de 18 h à 20 h": "Simone H.",
            f"Venir à « Séance du 23 février {YEAR} », de 18 h à 20 h": HOLDERS,
        },
    )
    with year.acts(SECRETARIAT, at(2, 10, 10)) as secretary:
        secretary.open("/admin/")
        secretary.follow("Prévenir")
        secretary.press("Relire avant d’envoyer")
        secretary.press("Envoyer")
        secretary.shows_message("Part à 10 h 05")
    year.until(at(2, 10, 11))
    year.expect_effects(
        mails={f"La séance du 23 février {YEAR} est annulée": WITH_ACCOUNT},
        ends={f"Prévenir 14 membres : la séance du 23 février {YEAR} est annulée": (*TEAM, "Rachid B.")},
    )
