"""Forms with their errors and their results, as used by residents and members."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import Page

from committee.models.attendance_rules import code_of
from participation.models import Proposal, ProposalDraft
from tests.browser.pages.accounts import ANIMATION, HABITANTE, JOINED, MEMBRE, STOPPING, SUPPORTER
from tests.browser.pages.audited import ERROR, Act, Audited, check, drop_csrf_token, fill, first, press
from tests.browser.pages.rows import (
    addendum_report,
    already_reported_comment,
    appealable_refusal,
    appealed_refusal,
    coauthor_removal,
    code_entry,
    code_entry_without_session,
    comment_action,
    corrected_proposal,
    discussed_proposal,
    followed_topic,
    invitation,
    open_poll,
    other_topic,
    own_comment,
    own_draft,
    own_proposal,
    reminder,
    session_in_progress,
    sheet_of,
    subscription_confirmation,
    supportable_proposal,
    unsubscription,
    withdrawal,
)


def change_elsewhere(page: Page) -> None:
    ProposalDraft.objects.filter(title__startswith="Recevoir").update(body="Écrit dans une autre fenêtre.")


def make_picture() -> bytes:
    Image.new("RGB", (300, 200), "#0A5160").save(content := BytesIO(), "JPEG")
    return content.getvalue()


def add_file(content: bytes) -> Act:
    """Returns an act that uploads a file and submits it."""

    def act(page: Page) -> None:
        page.set_input_files("[name=file]", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content})
        page.get_by_role("button", name="Ajouter ce fichier", exact=True).click()

    return act


def enter_code(page: Page) -> None:
    first(fill(code=code_of(session_in_progress())), check("[name=where]"), press("Dire que je suis là"))(page)


IDEA = first(
    fill(title="Reprendre une démarche", problem="Tout se vide.", body="Garder le texte."),
    press("Continuer"),
)
CHANGED_ELSEWHERE = first(change_elsewhere, fill(body="Écrit dans celle-ci."), press("Continuer"))
SUBJECT = first(IDEA, check("[name=topic]"), press("Continuer"))
STOPS = press("Ne plus recevoir la lettre")


FORMS = (
    Audited("three questions", "/representativite/repondre/", viewer=HABITANTE),
    Audited("three questions, errors", "/representativite/repondre/", press("Envoyer mes réponses"), ERROR, HABITANTE),
    Audited("sheet of attendance", lambda: sheet_of(session_in_progress()), None, "3 sièges sont notés sur 10", MEMBRE),
    Audited(
        "sheet of attendance, saved",
        lambda: sheet_of(session_in_progress()),
        first(check("[value=excused]"), press("Enregistrer, tous les autres sont présents")),
        "Tous les sièges sont notés",
        MEMBRE,
    ),
    Audited(
        "sheet of attendance, closed",
        "/membres/seances/2019-03-18/presence/",
        None,
        "Le compte rendu est publié",
        MEMBRE,
    ),
    Audited("sheet to sign", lambda: sheet_of(session_in_progress(), "papier/"), None, "Signature", MEMBRE),
    Audited(
        "code of a session", lambda: sheet_of(session_in_progress(), "code/"), None, "Chaque membre l’écrit", MEMBRE
    ),
    Audited("code, before a session", code_entry_without_session, None, "30 minutes avant", MEMBRE),
    Audited("code to enter", code_entry, None, "Six chiffres", MEMBRE),
    Audited("code to enter, errors", code_entry, press("Dire que je suis là"), ERROR, MEMBRE),
    Audited("code entered", code_entry, enter_code, "Votre présence est notée", MEMBRE),
    Audited("attach a text", "/compte/rattacher/", viewer=HABITANTE),
    Audited("attach a text, errors", "/compte/rattacher/", press("Rattacher le texte"), ERROR, HABITANTE),
    Audited("idea", "/propositions/deposer/idee/"),
    Audited("idea, errors", "/propositions/deposer/idee/", press("Continuer"), "Écrivez un titre"),
    Audited("subject, with proposals alike", "/propositions/deposer/idee/", IDEA, "ressemblent à la vôtre"),
    Audited(
        "need to write",
        "/propositions/deposer/idee/?type=besoin",
        None,
        "Que proposez-vous\u00a0? (facultatif)",
    ),
    Audited("start of a proposal, with a draft", "/propositions/deposer/", None, "Vous avez déjà commencé", HABITANTE),
    Audited(
        "draft, changed in another window", own_draft(""), CHANGED_ELSEWHERE, "Le texte de l’autre fenêtre", HABITANTE
    ),
    Audited("draft to delete", own_draft("supprimer"), viewer=HABITANTE),
    Audited("draft that is gone", "/propositions/deposer/idee/?brouillon=x", None, "n’est plus là", HABITANTE, 404),
    Audited("files", own_draft("fichiers"), None, "Ajouter ce fichier", HABITANTE),
    Audited("files, errors", own_draft("fichiers"), add_file(b"MZ"), "n’est pas ce que dit son nom", HABITANTE),
    Audited(
        "files, one to describe", own_draft("fichiers"), add_file(make_picture()), "Que montre cette image", HABITANTE
    ),
    Audited(
        "files, not described",
        own_draft("fichiers"),
        first(add_file(make_picture()), press("Continuer vers la vérification")),
        "Écrivez ce que montre l’image",
        HABITANTE,
    ),
    Audited("check, signed out", "/propositions/deposer/idee/", SUBJECT, "Votre adresse e"),
    Audited("check", "/propositions/deposer/idee/", SUBJECT, "Envoyer ma proposition", HABITANTE),
    Audited(
        "check, errors",
        "/propositions/deposer/idee/",
        first(SUBJECT, press("Envoyer ma proposition")),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "proposal sent",
        "/propositions/deposer/idee/",
        first(SUBJECT, check("[name=rules]"), press("Envoyer ma proposition")),
        "Elle porte le numéro",
        HABITANTE,
    ),
    Audited(
        "support, signed out", lambda: f"/propositions/{discussed_proposal().pk}/soutenir/", None, "Votre adresse e"
    ),
    Audited("support", lambda: f"/propositions/{supportable_proposal().pk}/soutenir/", viewer=SUPPORTER),
    Audited(
        "proposal supported",
        lambda: supportable_proposal().get_absolute_url(),
        press("Soutenir cette proposition"),
        "Retirer mon soutien",
        SUPPORTER,
    ),
    Audited(
        "support taken back",
        lambda: supportable_proposal().get_absolute_url(),
        first(press("Soutenir cette proposition"), press("Retirer mon soutien")),
        "Soutenir cette proposition",
        SUPPORTER,
    ),
    Audited(
        "own proposal, waiting", lambda: own_proposal(Proposal.State.RECEIVED).get_absolute_url(), viewer=HABITANTE
    ),
    Audited(
        "correct a proposal",
        lambda: f"/propositions/{own_proposal(Proposal.State.RECEIVED).pk}/modifier/",
        viewer=HABITANTE,
    ),
    Audited(
        "correct a proposal, errors",
        lambda: f"/propositions/{own_proposal(Proposal.State.RECEIVED).pk}/modifier/",
        first(fill(title="", body="x" * 2_001), press("Enregistrer ma proposition")),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "correct a proposal, too late",
        lambda: f"/propositions/{corrected_proposal().pk}/modifier/",
        None,
        "Compléter ma proposition",
        HABITANTE,
    ),
    Audited("add to a proposal", lambda: f"/propositions/{corrected_proposal().pk}/completer/", viewer=HABITANTE),
    Audited(
        "add to a proposal, errors",
        lambda: f"/propositions/{corrected_proposal().pk}/completer/",
        press("Envoyer mon complément"),
        ERROR,
        HABITANTE,
    ),
    Audited("authors", lambda: f"/propositions/{invitation().proposal_id}/co-auteurs/", None, "Reprendre", HABITANTE),
    Audited(
        "authors, errors",
        lambda: f"/propositions/{corrected_proposal().pk}/co-auteurs/",
        first(fill(email="personne"), press("Envoyer l’invitation")),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "authors, as one who joined",
        lambda: f"/propositions/{corrected_proposal().pk}/co-auteurs/",
        None,
        "Quitter",
        JOINED,
    ),
    Audited(
        "authors, taking one out",
        coauthor_removal,
        None,
        "Ne rien changer",
        HABITANTE,
    ),
    Audited("invitation", lambda: invitation().url, None, "Dire non", SUPPORTER),
    Audited("invitation of somebody else", lambda: invitation().url, None, "autre adresse", HABITANTE),
    Audited("withdraw", lambda: withdrawal(Proposal.State.RECEIVED), viewer=HABITANTE),
    Audited("withdraw, too late", lambda: withdrawal(Proposal.State.ACCEPTED), viewer=HABITANTE),
    Audited("own proposal, refused", lambda: own_proposal(Proposal.State.REFUSED).get_absolute_url(), viewer=HABITANTE),
    Audited("comment, signed out", lambda: f"/propositions/{discussed_proposal().pk}/commenter/"),
    Audited(
        "comment, written before signing in",
        lambda: f"/propositions/{discussed_proposal().pk}/commenter/",
        first(fill(body="Je suis d’accord."), press("Continuer")),
        ERROR,
    ),
    Audited("comment", lambda: f"/propositions/{discussed_proposal().pk}/commenter/", viewer=HABITANTE),
    Audited(
        "comment, errors",
        lambda: f"/propositions/{discussed_proposal().pk}/commenter/",
        press("Envoyer mon commentaire"),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "comment, page open for too long",
        lambda: f"/propositions/{discussed_proposal().pk}/commenter/",
        first(fill(body="Un commentaire\nsur deux lignes."), drop_csrf_token, press("Envoyer mon commentaire")),
        "Envoyer à nouveau",
        HABITANTE,
    ),
    Audited(
        "comment sent",
        lambda: f"/propositions/{discussed_proposal().pk}/commenter/",
        first(fill(body="Je suis d’accord."), press("Envoyer mon commentaire")),
        "Votre commentaire est envoyé",
        HABITANTE,
    ),
    Audited("reply", comment_action("repondre"), viewer=HABITANTE),
    Audited("comment to change", own_comment("modifier"), viewer=HABITANTE),
    Audited(
        "comment to change, errors",
        own_comment("modifier"),
        first(fill(body=""), press("Enregistrer mon commentaire")),
        ERROR,
        HABITANTE,
    ),
    Audited("comment to withdraw", own_comment("retirer"), viewer=HABITANTE),
    Audited("follow, signed out", lambda: f"/propositions/{discussed_proposal().pk}/suivre/", None, "Votre adresse e"),
    Audited("follow", lambda: f"/propositions/{discussed_proposal().pk}/suivre/", viewer=HABITANTE),
    Audited(
        "newest comments first", lambda: f"{discussed_proposal().get_absolute_url()}?ordre=recents", viewer=HABITANTE
    ),
    Audited("report, signed out", comment_action("signaler"), None, "Votre adresse e"),
    Audited("report", comment_action("signaler"), viewer=HABITANTE),
    Audited("report of a proposal", lambda: f"/propositions/{discussed_proposal().pk}/signaler/", viewer=SUPPORTER),
    Audited("report of an addendum, signed out", addendum_report, None, "Votre adresse e"),
    Audited("report, errors", comment_action("signaler"), press("Envoyer mon signalement"), ERROR, HABITANTE),
    Audited(
        "report sent",
        comment_action("signaler"),
        first(fill(reason="Une attaque."), press("Envoyer mon signalement")),
        "Votre signalement est envoyé",
        HABITANTE,
    ),
    Audited(
        "report sent before",
        already_reported_comment,
        None,
        "Vous avez déjà signalé ce texte",
        SUPPORTER,
    ),
    Audited("poll", lambda: open_poll().get_absolute_url(), viewer=HABITANTE),
    Audited(
        "poll, errors",
        lambda: open_poll().get_absolute_url(),
        press("Envoyer ma réponse"),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "poll answered",
        lambda: open_poll().get_absolute_url(),
        first(check("main [type=radio]"), press("Envoyer ma réponse")),
        "Votre réponse est enregistrée",
        HABITANTE,
    ),
    Audited("poll of every kind", "/sondages/toutes-les-questions/", viewer=HABITANTE),
    Audited(
        "poll of every kind, errors", "/sondages/toutes-les-questions/", press("Envoyer ma réponse"), ERROR, HABITANTE
    ),
    Audited("poll for residents", "/sondages/pour-les-habitants/", None, "Indiquer ma commune", HABITANTE),
    Audited("commune", "/compte/commune/", viewer=HABITANTE),
    Audited("refusal", appealable_refusal, None, "Demander un second regard", HABITANTE),
    Audited("refusal, errors", appealable_refusal, press("Demander un second regard"), ERROR, HABITANTE),
    Audited("refusal, appeal sent", appealed_refusal, None, "Vous recevez la réponse par e-mail", HABITANTE),
    Audited("poll, after the answer", lambda: open_poll().get_absolute_url(), None, "définitive", MEMBRE),
    Audited("sign in", "/compte/connexion/"),
    Audited("sign in, errors", "/compte/connexion/", press("Recevoir un code"), "Écrivez votre adresse"),
    Audited("sign in, password errors", "/compte/connexion/", press("Me connecter avec mon mot de passe"), ERROR),
    Audited("code", "/compte/connexion/", first(fill(email=HABITANTE), press("Recevoir un code")), "Copiez le code"),
    Audited(
        "code, errors",
        "/compte/connexion/",
        first(fill(email=HABITANTE), press("Recevoir un code"), fill(code="000000"), press("Continuer")),
        ERROR,
    ),
    Audited("new account", "/compte/creer/"),
    Audited("new account, errors", "/compte/creer/", press("Créer mon compte"), ERROR),
    Audited(
        "code of a new account",
        "/compte/creer/",
        first(fill(email="nouvelle@courriel.example", public_name="Nadège T."), press("Créer mon compte")),
        "Copiez le code",
    ),
    Audited("account", "/compte/", viewer=HABITANTE),
    Audited("public name", "/compte/nom/", viewer=HABITANTE),
    Audited(
        "public name, errors",
        "/compte/nom/",
        first(fill(public_name=""), press("Enregistrer mon nom")),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "public name saved",
        "/compte/nom/",
        first(fill(public_name="Odile M."), press("Enregistrer mon nom")),
        "Votre nom est changé",
        HABITANTE,
    ),
    Audited("contributions", "/compte/contributions/", viewer=HABITANTE),
    Audited("contributions, none", "/compte/contributions/", viewer=ANIMATION),
    Audited("suggest an example, signed out", "/veille/proposer-un-exemple/"),
    Audited(
        "suggest an example, errors",
        "/veille/proposer-un-exemple/",
        first(fill(url="x"), press("Envoyer mon exemple")),
        ERROR,
        HABITANTE,
    ),
    Audited("suggested examples", "/compte/exemples/", viewer=HABITANTE),
    Audited("preferences of e-mails", "/compte/notifications/", viewer=HABITANTE),
    Audited(
        "preferences saved",
        "/compte/notifications/",
        first(check("[name=frequency][value=weekly]"), press("Enregistrer mon choix")),
        "C’est enregistré",
        HABITANTE,
    ),
    Audited(
        "preferences, errors",
        "/compte/notifications/",
        first(check("[name=frequency][value=weekly]"), fill(paused_until="2040-01-01"), press("Enregistrer mon choix")),
        ERROR,
        HABITANTE,
    ),
    Audited("subject followed", followed_topic, None, "Vous suivez ce sujet", HABITANTE),
    Audited("subject not followed", other_topic, None, "Vous ne suivez pas", HABITANTE),
    Audited("subject, for who gets no letter", other_topic, None, "vient en premier"),
    Audited("reminder asked", reminder, press("Recevoir un rappel"), "la veille", MEMBRE),
    Audited("signing out", "/compte/deconnexion/", viewer=HABITANTE),
    Audited("signed out", "/compte/au-revoir/"),
    Audited("colours", "/couleurs/?next=/aide/"),
    Audited("contact form", "/contact/ecrire/?sujet=exemple"),
    Audited("contact form, errors", "/contact/ecrire/", press("Envoyer mon message"), ERROR),
    Audited(
        "contact form, sent",
        "/contact/ecrire/?sujet=exemple",
        first(
            fill(body="À Nantes, le délai est affiché.", email="odile@courriel.example"), press("Envoyer mon message")
        ),
        "Votre message est parti",
    ),
    Audited("subscribe", "/lettre/inscription/"),
    Audited("subscribe, signed in", "/lettre/inscription/", viewer=HABITANTE),
    Audited("subscribe, errors", "/lettre/inscription/", press("Recevoir la lettre"), ERROR),
    Audited("letter stopped", unsubscription(reader=STOPPING), STOPS, "C’est fait"),
    Audited("letter taken back", unsubscription(reader=STOPPING), first(STOPS, press("Me réinscrire")), "de nouveau"),
    Audited("less often, saved", unsubscription("frequence/"), press("Enregistrer mon choix"), "C’est enregistré"),
    Audited("address confirmed", subscription_confirmation, press("Confirmer et recevoir la lettre"), "confirmé"),
)
