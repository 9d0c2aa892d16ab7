"""February to April: minutes are written, corrected and approved; decisions enter the register; the seats vote."""

from committee.models import SessionPage
from tests.browser.year.story import (
    ANIMATION,
    HOLDERS,
    RESIDENT,
    SECRETARIAT,
    STEERING,
    TEAM,
    WITH_ACCOUNT,
    YEAR,
    Year,
    address_of,
    at,
    but,
    french,
    words,
)

INCLUSION = "Inclusion numérique"
POINTS = {INCLUSION: "6", "Définir des indicateurs": "4"}
RESIDENTS_SUPPORT = "Le comité demande une carte des lieux d’aide."
CORRECTED = "Le comité demande une carte et une liste des lieux d’aide."


def minutes(year: Year) -> None:
    a_resident_subscribes_to_the_digest(year)
    the_minutes_are_written(year)
    a_member_corrects_a_decision(year)
    the_correction_period_ends(year)
    another_session_approves_the_minutes(year)
    the_seats_vote(year)
    the_digest_has_the_decision(year)
    the_programme_is_adopted(year)


def a_resident_subscribes_to_the_digest(year: Year) -> None:
    with year.acts_on_phone("", at(2, 11)) as resident:
        resident.open("/")
        resident.open("/compte/creer/")
        resident.fill(email=address_of(RESIDENT), public_name=RESIDENT)
        resident.press("Créer mon compte")
        resident.fill(code=year.send_pending_mails().code(RESIDENT))
        resident.press("Ouvrir mon compte")
        resident.open("/lettre/inscription/")
        resident.press("Recevoir la lettre")
    year.expect_effects(
        mails={"Votre code pour créer votre compte": "Inès G."},
        begins={f"1er mars {YEAR}, 7 h": STEERING},
    )


def the_minutes_are_written(year: Year) -> None:
    with year.acts_on_phone("Karim T.", at(2, 12)) as rapporteur:
        rapporteur.open("/membres/")
        rapporteur.follow("Écrire le compte rendu")
        rapporteur.fill(text="## Les lieux d’aide\nLe comité a cherché où trouver de l’aide.")
        rapporteur.page.locator("[name=decisions-0-text]").fill(RESIDENTS_SUPPORT)
        rapporteur.page.locator("[name=decisions-0-manner]").select_option("main-levee")
        for name, count in (("votes_for", "10"), ("votes_against", "1"), ("abstentions", "1")):
            rapporteur.page.locator(f"[name=decisions-0-{name}]").fill(count)
        rapporteur.page.locator("[name=decisions-0-majority]").select_option("simple")
        rapporteur.page.locator("[name=actions-0-text]").fill("Compter les lieux d’aide")
        rapporteur.page.locator("[name=actions-0-member]").select_option(label="Hélène W.")
        rapporteur.page.locator("[name=actions-0-due_on]").fill(f"{at(3, 10):%d/%m/%Y}")
        rapporteur.press("Enregistrer le compte rendu")
        rapporteur.follow("Ouvrir aux corrections")
        rapporteur.fill(until=french(2, 20))
        rapporteur.press("Ouvrir aux corrections")
        rapporteur.read("12", "11")
        rapporteur.follow("Revenir au compte rendu")
        rapporteur.follow("Modifier le texte")
        rapporteur.page.locator("[name=decisions-0-votes_for]").fill("9")
        rapporteur.press("Enregistrer le compte rendu")
        rapporteur.follow("Ouvrir aux corrections")
        rapporteur.fill(until=french(2, 20))
        rapporteur.press("Ouvrir aux corrections")
        rapporteur.read("Vous pouvez proposer des corrections")
    year.expect_effects(
        mails={
            f"Compte rendu du 27 janvier {YEAR} : proposez vos corrections jusqu’au 20 février {YEAR}": WITH_ACCOUNT
        },
        begins={
            "Compter les lieux d’aide": "Hélène W.",
            f"Relisez le compte rendu du 27 janvier {YEAR}": WITH_ACCOUNT,
        },
        ends={f"Écrire le compte rendu du 27 janvier {YEAR}": (*TEAM, "Rachid B.", "Karim T.")},
    )


def a_member_corrects_a_decision(year: Year) -> None:
    with year.acts_on_phone("Hélène W.", at(2, 15)) as member:
        member.open("/membres/")
        member.follow("Relisez le compte rendu")
        member.fill(
            passage="une carte", replacement="une carte et une liste", why="Tout le monde ne lit pas une carte."
        )
        member.press("Envoyer ma correction")
    year.expect_effects(
        begins={
            f"Décider de 1 correction du compte rendu du 27 janvier {YEAR}": TEAM,
            f"Décidez d’une correction du compte rendu du 27 janvier {YEAR}": ("Rachid B.", "Karim T."),
        },
    )
    with year.acts_on_phone("Karim T.", at(2, 16)) as rapporteur:
        rapporteur.open("/membres/")
        rapporteur.follow("Décidez d’une correction")
        rapporteur.tick("state", "acceptee")
        rapporteur.fill(reason="C’est ce qui s’est dit.")
        rapporteur.press("Envoyer la décision")
    year.expect_effects(
        mails={f"Votre correction du compte rendu du 27 janvier {YEAR} est acceptée": "Hélène W."},
        ends={
            f"Décider de 1 correction du compte rendu du 27 janvier {YEAR}": TEAM,
            f"Décidez d’une correction du compte rendu du 27 janvier {YEAR}": ("Rachid B.", "Karim T."),
        },
    )


def the_correction_period_ends(year: Year) -> None:
    year.until(at(2, 22))
    year.expect_effects(
        ends={f"Relisez le compte rendu du 27 janvier {YEAR}": WITH_ACCOUNT},
    )
    session = SessionPage.objects.get(number=1)
    year.expect_readers(session.url, "Le comité a cherché où trouver de l’aide.", *year.all_readers())
    year.expect_readers(session.url, CORRECTED, *year.all_readers())


def another_session_approves_the_minutes(year: Year) -> None:
    with year.acts(SECRETARIAT, at(2, 24)) as secretary:
        secretary.open("/admin/")
        secretary.choose("Le comité", "Convocations")
        secretary.follow("Convoquer les membres…")
        secretary.press("Relire avant d’envoyer")
        secretary.press("Tout de suite")
    year.expect_effects(
        mails={f"Convocation : séance du 16 mars {YEAR}": WITH_ACCOUNT},
        ends={
            f"La séance du 23 février {YEAR} est annulée : vous n’avez rien à faire": WITH_ACCOUNT,
            f"Séance du 23 février {YEAR}": STEERING,
        },
    )
    year.until(at(3, 11))
    year.expect_effects(
        mails={"Séance du 16 mars": "Inès G."},
        begins={f"1er avril {YEAR}, 7 h": STEERING},
        ends={f"1er mars {YEAR}, 7 h": STEERING},
    )
    with year.acts_on_phone("Rachid B.", at(3, 16, 19)) as coordinator:
        coordinator.open("/membres/")
        coordinator.follow("Noter les présences")
        coordinator.press("Enregistrer, tous les autres sont présents")
    year.expect_effects(
        begins={
            f"Noter l’approbation du compte rendu du 27 janvier {YEAR}": (*TEAM, "Rachid B."),
            f"Remplacer Aïcha N. en cas d’absence, à « Séance du 20 avril {YEAR} », de 18 h à 20 h": "Simone H.",
            f"Venir à « Séance du 20 avril {YEAR} », de 18 h à 20 h": HOLDERS,
        },
        ends={
            f"Remplacer Aïcha N. en cas d’absence, à « Séance du 16 mars {YEAR} », de 18 h à 20 h": "Simone H.",
            f"Venir à « Séance du 16 mars {YEAR} », de 18 h à 20 h": HOLDERS,
        },
    )
    with year.acts("Rachid B.", at(3, 17)) as coordinator:
        coordinator.open("/membres/")
        coordinator.follow("Noter l’approbation")
        coordinator.select("approved_in", str(SessionPage.objects.get(number=3).pk))
        coordinator.press("Approuver et publier")
        coordinator.read("Approuvé")
    year.expect_effects(
        mails={f"Le compte rendu du 27 janvier {YEAR} est approuvé": WITH_ACCOUNT},
        begins={
            "Compter les lieux d’aide": TEAM,
            f"Écrire le compte rendu du 16 mars {YEAR}": (*TEAM, "Rachid B.", "Karim T."),
        },
        ends={
            f"Noter l’approbation du compte rendu du 27 janvier {YEAR}": (*TEAM, "Rachid B."),
            f"Séance du 16 mars {YEAR}": STEERING,
        },
    )
    with year.acts_on_phone("Hélène W.", at(3, 18)) as member:
        member.open("/membres/")
        member.follow("Compter les lieux d’aide")
        member.press("C’est fait")
    year.expect_effects(
        ends={"Compter les lieux d’aide": (*TEAM, "Hélène W.")},
    )
    year.expect_readers("/le-comite/decisions/", CORRECTED, *year.all_readers())


def the_seats_vote(year: Year) -> None:
    with year.acts(ANIMATION, at(3, 20)) as coordination:
        coordination.open("/admin/")
        coordination.choose("Le comité", "Programmes de travail")
        coordination.follow("Ajouter")
        coordination.fill(year=str(at(1, 1).year))
        coordination.press("Enregistrer")
        coordination.follow("Ouvrir le vote…")
        coordination.date("closes_at", f"{french(4, 12)} 17:00")
        coordination.press("Ouvrir le vote")
    year.expect_effects(
        begins={f"Répondre à « Quels sujets pour {YEAR} ? »": HOLDERS, "Saisir le vote de 1 siège sans compte": TEAM},
    )
    for name in WITH_ACCOUNT[:9]:
        with year.acts_on_phone(name, at(3, 25)) as member:
            member.open("/membres/")
            member.follow("Répondre à")
            for topic, points in POINTS.items():
                member.page.get_by_label(topic).fill(points)
            member.press("Envoyer ma réponse")
            member.read("Votre réponse est enregistrée")
    year.expect_effects(
        ends={f"Répondre à « Quels sujets pour {YEAR} ? »": but(WITH_ACCOUNT, "Nadia C.", "Thomas L.", "Simone H.")},
    )


def the_digest_has_the_decision(year: Year) -> None:
    year.until(at(4, 2))
    year.expect_effects(
        mails={"Séance du 20 avril et 2 nouvelles du comité": "Inès G."},
        begins={f"1er mai {YEAR}, 7 h": STEERING},
        ends={f"1er avril {YEAR}, 7 h": STEERING},
    )
    assert CORRECTED in words(year.mail(RESIDENT))


def the_programme_is_adopted(year: Year) -> None:
    year.until(at(4, 13))
    year.expect_effects(
        begins={f"Adopter le programme {YEAR}": TEAM},
        ends={
            "Choisir ce que les autres membres voient de vous dans l’annuaire": WITH_ACCOUNT,
            f"Répondre à « Quels sujets pour {YEAR} ? »": ("Nadia C.", "Thomas L."),
            "Saisir le vote de 1 siège sans compte": TEAM,
        },
    )
    with year.acts(SECRETARIAT, at(4, 20, 21)) as secretary:
        secretary.open("/admin/")
        secretary.follow("Adopter le programme")
        secretary.select("session", str(SessionPage.objects.get(number=4).pk))
        secretary.press("Adopter le programme")
    year.expect_effects(
        begins={
            f"Noter les présences de la séance du 20 avril {YEAR}": (*TEAM, "Rachid B.", "Karim T."),
            "Prévoir la prochaine séance": TEAM,
            f"Écrire le compte rendu du 20 avril {YEAR}": (*TEAM, "Rachid B.", "Karim T."),
            f"Écrire dans le compte rendu du 20 avril {YEAR} que le programme {YEAR} est adopté": (
                *TEAM,
                "Rachid B.",
                "Karim T.",
            ),
        },
        ends={
            f"Adopter le programme {YEAR}": TEAM,
            f"Remplacer Aïcha N. en cas d’absence, à « Séance du 20 avril {YEAR} », de 18 h à 20 h": "Simone H.",
            f"Séance du 20 avril {YEAR}": STEERING,
            f"Venir à « Séance du 20 avril {YEAR} », de 18 h à 20 h": HOLDERS,
            "Écrire l’ordre du jour": TEAM,
        },
    )
    year.expect_readers("/le-comite/programme/", INCLUSION, *year.all_readers())
