"""The audit list: every page and every state over which the checks of accessibility, adaptation and weight run.

To add a page: one line in `PUBLIC` (or `EMPTY_SITE`, or `ADMIN`). All checks follow. A state that needs clicks has an
`act`; `shows` is a text that only that state has, so that a check never passes over the wrong page.

A list of addresses on the demonstration, hence functions: addresses are known once the demonstration is loaded.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, Response, expect

from cms.models import NewsIndexPage, NewsPage
from committee.models import Member, SessionIndexPage, SessionPage, TopicPage
from digests import subscriptions
from digests.models import Edition, Frequency, Newsletter, Subscriber
from digests.schedule import latest_slot, rhythm_of
from digests.tokens import confirm_token, unsubscribe_token
from home import demo
from mailing.models import Batch
from participation import permissions
from participation.dossier import dossier_url
from participation.models import (
    Appeal,
    Attachment,
    CallPage,
    CityService,
    Comment,
    Decision,
    DeskEntry,
    Invitation,
    OfficialAnswer,
    Proposal,
    ProposalDraft,
)
from participation.services import appeal as ask_again
from participation.services import invite, moderate_proposal
from polls.ballots import write
from polls.models import Poll, Question, SecretTally
from tests.factories import OfficialAnswerFactory, ProposalFactory, SessionPageFactory
from tests.polls.factories import choice_ids, make_poll
from veille.models import Theme, VeilleEntryPage

HABITANTE, MEMBRE = "habitante@comite.example", "membre@comite.example"
# The last one whom the demonstration lets support a proposal.
SUPPORTER = "etienne@courriel.example"
# One who makes a proposal with HABITANTE.
JOINED = "nadia@courriel.example"
REDACTION, SECRETARIAT = "redaction@comite.example", "secretariat@comite.example"
SERVICES, DESK = "services@comite.example", "accueil@comite.example"
MODERATION, ANIMATION = "moderation@comite.example", "animation@comite.example"
# Readers of the letter without an account: one who stays, one who stops, one who has not confirmed yet.
READER, STOPPING, UNCONFIRMED = (f"{name}@courriel.example" for name in ("lectrice", "lecteur", "nouvelle-lectrice"))
# What the site answers on purpose; a browser logs each as an error.
REFUSALS = (403, 404, 422, 429, 500, 503)
ERROR = "Il y a quelque chose à corriger"

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Audited:
    """A page or a state. `reading` pages set no cookie; `viewer` is the address of a demonstration account."""

    name: str
    path: str | Callable[[], str]
    act: Act | None = None
    shows: str = ""
    viewer: str = ""
    status: int = 200
    reading: bool = False

    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()


def read(name: str, path: str | Callable[[], str], shows: str = "", *, status: int = 200) -> Audited:
    """A page that anyone reads: no cookie, no click."""
    return Audited(name, path, shows=shows, status=status, reading=True)


def press(name: str) -> Act:
    """Presses the button with exactly this name."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=name, exact=True).first.click()

    return act


def fill(**values: str) -> Act:
    """Fills fields, by name."""

    def act(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)

    return act


def check(selector: str) -> Act:
    return lambda page: page.locator(selector).first.check()


def first(*acts: Act) -> Act:
    """One act after the other; the next one waits for the page of the one before."""

    def act(page: Page) -> None:
        for one in acts:
            one(page)
            page.wait_for_load_state()

    return act


def forget_the_token(page: Page) -> None:
    """What a browser does when the form stayed open for longer than its cookie."""
    page.context.clear_cookies(name="csrftoken")


# --- Objects of the demonstration -------------------------------------------------------------------------------------


def discussed() -> Proposal:
    return Proposal.objects.published().order_by("-comment_count").first()


def in_state(state: Proposal.State) -> Proposal:
    return Proposal.objects.filter(state=state).order_by("pk").first()


def supportable() -> Proposal:
    """A proposal that `SUPPORTER` may support and does not support yet."""
    others = Proposal.objects.published().exclude(author__email=SUPPORTER).exclude(supports__user__email=SUPPORTER)
    return next(one for one in others.order_by("pk") if permissions.is_open_to_supports(one, timezone.now()))


def own(state: Proposal.State) -> Proposal:
    return Proposal.objects.filter(author__email=HABITANTE, state=state).order_by("-pk").first()


def late() -> Proposal:
    return Proposal.objects.answer_overdue(timezone.localdate()).first()


def corrected() -> Proposal:
    """A proposal that its authors corrected, and that cannot be corrected any more."""
    return Proposal.objects.published().filter(versions__isnull=False, author__email=HABITANTE).first()


def invitation() -> Invitation:
    """HABITANTE asked SUPPORTER to join; nobody answered yet."""
    return invite(
        proposal=own(Proposal.State.RECEIVED),
        author=get_user_model().objects.get(email=HABITANTE),
        email=SUPPORTER,
        now=timezone.now(),
    )


def withdrawal(state: Proposal.State) -> str:
    return f"/propositions/{own(state).pk}/retirer/"


def drafted_answer() -> OfficialAnswer:
    drafts = OfficialAnswer.objects.filter(status=OfficialAnswer.Status.DRAFT)
    service = CityService.objects.first()
    return drafts.first() or OfficialAnswerFactory(status="brouillon", proposal=late(), service=service)


def others_comment() -> Comment:
    """A published comment of somebody else, in a discussion that is open."""
    comments = Comment.objects.published().exclude(author__email=HABITANTE).filter(discussion__proposal=discussed())
    return comments.order_by("pk").first()


def answering(verb: str) -> Callable[[], str]:
    """The page to answer or to report a comment."""
    return lambda: f"/propositions/{discussed().pk}/commentaires/{others_comment().pk}/{verb}/"


def own_comment(verb: str) -> Callable[[], str]:
    """The page where HABITANTE changes or withdraws what she wrote; made when the demonstration has none."""

    def path() -> str:
        author = get_user_model().objects.get(email=HABITANTE)
        comment = Comment.objects.filter(author=author, state=Comment.State.RECEIVED, discussion__proposal=discussed())
        found = comment.first() or discussed().discussion.comments.create(
            author=author, body="Je relis toujours avant d’envoyer.", created_at=timezone.now()
        )
        return found.edit_url if verb == "modifier" else found.withdraw_url

    return path


def own_draft(verb: str) -> Callable[[], str]:
    """A screen of the draft that HABITANTE has in the demonstration, as it was there."""

    def path() -> str:
        draft = ProposalDraft.objects.get(author__email=HABITANTE, title__startswith="Recevoir")
        draft.attachments.all().delete()
        ProposalDraft.objects.filter(pk=draft.pk).update(body="")
        if verb == "supprimer":
            return reverse("participation:deposit_delete", args=[draft.pk])
        return f"{reverse(f'participation:deposit_{DRAFT_SCREENS[verb]}')}?brouillon={draft.pk}"

    return path


DRAFT_SCREENS = {"": "idea", "fichiers": "files"}


def change_elsewhere(page: Page) -> None:
    ProposalDraft.objects.filter(title__startswith="Recevoir").update(body="Écrit dans une autre fenêtre.")


def a_picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (300, 200), "#0A5160").save(content, "JPEG")
    return content.getvalue()


def add_file(content: bytes) -> Act:
    """Chooses a file and sends it."""

    def act(page: Page) -> None:
        page.set_input_files("[name=file]", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": content})
        page.get_by_role("button", name="Ajouter ce fichier", exact=True).click()

    return act


def open_poll() -> Poll:
    return Poll.objects.open(timezone.now()).first()


def every_kind() -> Poll:
    return Poll.objects.get(slug="toutes-les-questions")


def receipt() -> str:
    """The receipt of an entry of the demonstration."""
    return reverse("desk_entries:receipt", args=[DeskEntry.objects.earliest("pk").pk])


def appealable() -> str:
    return reverse("participation:appeal", args=[Decision.objects.refusals().get(appeal=None, proposal__gt=0).pk])


def appealed() -> str:
    return reverse("participation:appeal", args=[Appeal.objects.get().decision_id])


def write_polls(now: dt.datetime) -> None:
    """The kinds of questions and of readers that the demonstration does not have."""
    week = dt.timedelta(days=7)
    # They close after the one of the demonstration, which stays the first.
    later = now + 52 * week
    kinds = Question.Kind.values
    make_poll("toutes-les-questions", kinds=kinds, opens_at=now - week, closes_at=later, ballot=Poll.Ballot.NOMINATIVE)
    make_poll("pour-les-habitants", opens_at=now - week, closes_at=later, audience=Poll.Audience.RESIDENTS, quorum=20)
    over = make_poll(
        "ordre-et-points",
        kinds=(Question.Kind.RANKED, Question.Kind.POINTS),
        opens_at=now - 40 * week,
        closes_at=now - 30 * week,
        quorum=50,
        required_share=40,
    )
    ranked, pointed = over.questions.all()
    a, b, c = choice_ids(over)
    SecretTally.objects.create(question=ranked, counts={write({a: 1, b: 2}): 9, write({c: 1}): 2})
    d, e, _f = choice_ids(over, 1)
    SecretTally.objects.create(question=pointed, counts={write({d: 10}): 5, write({d: 4, e: 6}): 6})


def closed_poll() -> Poll:
    return Poll.objects.closed(timezone.now()).first()


def call_in(phase: CallPage.Phase) -> Callable[[], str]:
    return lambda: CallPage.objects.live().in_phase(phase, timezone.now()).first().url


def watch_without_result() -> str:
    """Filters that each have entries, but none together."""
    entry = VeilleEntryPage.objects.live().first()
    other = VeilleEntryPage.objects.live().exclude(place=entry.place).exclude(theme=entry.theme).first()
    return f"/veille/?{urlencode({'lieu': other.place, 'theme': entry.theme.slug})}"


def watch_with_filters() -> str:
    entry = VeilleEntryPage.objects.live().first()
    return f"/veille/?{urlencode({'lieu': entry.place, 'theme': entry.theme.slug})}"


def stopping(page: str = "", reader: str = READER) -> Callable[[], str]:
    """The link of a mail that stops the letter, or the page beside it."""
    return lambda: f"/desinscription/{unsubscribe_token(Subscriber.objects.get(email=reader))}/{page}"


def former_letter() -> str:
    return reverse("digests:archive", args=[Edition.objects.filter(batch__isnull=False).latest("slot_at").period_key])


def newsletter(screen: str) -> Callable[[], str]:
    """A screen of the message to the readers that the demonstration has as a draft."""
    return lambda: f"/admin/messages-aux-lecteurs/{screen}/{Newsletter.objects.get().pk}/"


def reminder(*, past: bool = False) -> str:
    now = timezone.now()
    sessions = SessionPage.objects.published()
    session = sessions.past(now).first() if past else sessions.next(now)
    return reverse("digests:session_reminder", args=[session.slug])


def followed_topic() -> str:
    reader = Subscriber.objects.get(email=HABITANTE)
    return reverse("digests:follow_topic", args=[reader.topics.first().slug])


def other_topic() -> str:
    reader = Subscriber.objects.get(email=HABITANTE)
    topic = TopicPage.objects.published().exclude(readers=reader).first()
    return reverse("digests:follow_topic", args=[topic.slug])


def confirming() -> str:
    token = confirm_token(Subscriber.objects.get(email=UNCONFIRMED), Frequency.MONTHLY)
    return f"/lettre/confirmer/{token}/"


IDEA = first(
    fill(title="Reprendre une démarche", problem="Tout se vide.", body="Garder le texte."),
    press("Continuer"),
)
CHANGED_ELSEWHERE = first(change_elsewhere, fill(body="Écrit dans celle-ci."), press("Continuer"))
SUBJECT = first(IDEA, check("[name=topic]"), press("Continuer"))

# --- The list ---------------------------------------------------------------------------------------------------------

READING = (
    read("home", "/"),
    read("news list", "/actualites/"),
    read("news, a year without news", "/actualites/?annee=2001"),
    read("news item", lambda: NewsPage.objects.live().first().url),
    read("watch list", "/veille/"),
    read("watch, filters", watch_with_filters, "Retirer"),
    read("watch, no result", watch_without_result),
    read("watch entry", lambda: VeilleEntryPage.objects.live().first().url),
    read("proposals", "/propositions/"),
    read("proposals, filters", "/propositions/?q=démarche&etat=acceptee&tri=soutiens", "Retirer"),
    read("proposals, needs", "/propositions/?type=besoin&quartier=Schiltigheim", "Besoin"),
    read("need", lambda: Proposal.objects.published().filter(kind="besoin").first().get_absolute_url(), "Besoin n°"),
    read(
        "proposal with a picture",
        lambda: (
            Attachment.objects.filter(proposal__state__in=Proposal.PUBLIC_STATES).first().proposal.get_absolute_url()
        ),
        "Images et documents",
    ),
    read("proposals, no result", "/propositions/?q=zzzzzz"),
    read("proposal with comments", lambda: discussed().get_absolute_url()),
    read("proposal not retained", lambda: in_state(Proposal.State.NOT_RETAINED).get_absolute_url()),
    read("proposal done", lambda: in_state(Proposal.State.DONE).get_absolute_url()),
    read("proposal merged", lambda: in_state(Proposal.State.MERGED).get_absolute_url(), "Regroupée avec"),
    read("proposal that took another in", lambda: in_state(Proposal.State.MERGED).merged_into.get_absolute_url()),
    read("proposal corrected, of several authors", lambda: corrected().get_absolute_url(), "Modifiée le"),
    read("versions of a proposal", lambda: f"{corrected().get_absolute_url()}versions/", "Premier texte publié"),
    read("invitation, signed out", lambda: invitation().url, "Créer un compte"),
    read("invitation that nobody sent", "/propositions/invitations/inconnue/", "ne tient plus", status=404),
    read("dossier, whole", lambda: dossier_url(in_state(Proposal.State.DONE)), "Ce qui est livré"),
    read("dossier, broken", lambda: dossier_url(in_state(Proposal.State.PARTLY_ACCEPTED)), "En retard"),
    read("dossier, merged", lambda: dossier_url(in_state(Proposal.State.MERGED)), "Regroupée avec"),
    read("dossier, to come", lambda: dossier_url(in_state(Proposal.State.PUBLISHED)), "Rien n’est encore prévu"),
    read("proposal late", lambda: late().get_absolute_url(), "Réponse attendue depuis"),
    read("calls", "/propositions/appels/"),
    read("call coming", call_in(CallPage.Phase.COMING), "À venir"),
    read("call open", call_in(CallPage.Phase.PROPOSALS)),
    read("call in discussion", call_in(CallPage.Phase.DISCUSSION)),
    read("call in support", call_in(CallPage.Phase.SUPPORT), "Les soutiens sont ouverts"),
    read("call closed", call_in(CallPage.Phase.CLOSED)),
    read("form of a call on paper", lambda: f"{call_in(CallPage.Phase.PROPOSALS)()}formulaire/", "Qui êtes-vous"),
    read("form of a poll on paper", "/sondages/toutes-les-questions/formulaire/", "Qui êtes-vous"),
    read("committee", "/le-comite/"),
    read("members", "/le-comite/membres/"),
    read("rules of procedure", "/le-comite/reglement/"),
    read("sessions", "/le-comite/seances/"),
    read("session to come", lambda: SessionPage.objects.published().next(timezone.now()).url),
    read("session with minutes", lambda: SessionPage.objects.published().past(timezone.now()).first().url),
    read("session cancelled", lambda: SessionPage.objects.get(status=SessionPage.Status.CANCELLED).url, "annulée"),
    read("programme", "/le-comite/programme/"),
    read("topic", lambda: TopicPage.objects.live().first().url),
    read("polls", "/sondages/"),
    read("poll, signed out", lambda: open_poll().get_absolute_url(), "Se connecter pour répondre"),
    read("poll closed", lambda: closed_poll().get_absolute_url(), "terminé"),
    read("poll results", lambda: f"{closed_poll().get_absolute_url()}resultats/"),
    read("poll results, order and points", "/sondages/ordre-et-points/resultats/", "arrive en tête"),
    read("open data", "/donnees-ouvertes/"),
    read("register of moderation", "/moderation/"),
    read("poll results hidden", lambda: f"{open_poll().get_absolute_url()}resultats/"),
    read("search", "/recherche/"),
    read("search, results", "/recherche/?q=numerique"),
    read("search, one type", "/recherche/?q=numerique&type=propositions"),
    read("search, no result", "/recherche/?q=zzzzzz"),
    read("search, words to try", "/recherche/?q=numerqiue"),
    read("site map", "/plan-du-site/"),
    read("help", "/aide/"),
    read("contact", "/contact/"),
    read("rules", "/regles/"),
    read("easy to read", "/facile-a-lire/"),
    read("accessibility", "/accessibilite/"),
    read("eco-design", "/ecoconception/"),
    read("personal data", "/donnees-personnelles/"),
    read("legal notice", "/mentions-legales/"),
    read("how to stop the e-mails", "/desinscription/"),
    read("look at your mail", "/lettre/inscription/courriel/"),
    read("unknown link of a mail", "/desinscription/inconnu/", status=404),
    read("stop the letter", stopping(), "Ne plus recevoir la lettre"),
    read("less often", stopping("frequence/")),
    read("former letters", "/lettre/archives/"),
    read("former letter", former_letter, "Lettre du"),
    read("reminder of a session", reminder, "Se connecter"),
    read("session that has begun", lambda: reminder(past=True), "a commencé"),
    read("confirm the address", confirming, "Confirmer"),
    read("page not found", "/nulle-part/", status=404),
    read("page reserved", "/essai/403/", status=403),
    read("too many tries", "/essai/429/", status=429),
    read("error of the site", "/essai/500/", status=500),
    read("site paused", "/essai/503/", status=503),
    read("mailbox of the demonstration", "/courriels/"),
    read("mail of the demonstration", "/courriels/1/"),
    read("start of a proposal", "/propositions/deposer/"),
    read("components", "/composants/"),
)

FORMS = (
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
        "files, one to describe", own_draft("fichiers"), add_file(a_picture()), "Que montre cette image", HABITANTE
    ),
    Audited(
        "files, not described",
        own_draft("fichiers"),
        first(add_file(a_picture()), press("Continuer vers la vérification")),
        "Écrivez ce que montre l’image",
        HABITANTE,
    ),
    Audited("check, signed out", "/propositions/deposer/idee/", SUBJECT, "Créer un compte"),
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
    Audited("support, signed out", lambda: f"/propositions/{discussed().pk}/soutenir/", None, "Créer un compte"),
    Audited("support", lambda: f"/propositions/{supportable().pk}/soutenir/", viewer=SUPPORTER),
    Audited(
        "proposal supported",
        lambda: supportable().get_absolute_url(),
        press("Soutenir cette proposition"),
        "Retirer mon soutien",
        SUPPORTER,
    ),
    Audited(
        "support taken back",
        lambda: supportable().get_absolute_url(),
        first(press("Soutenir cette proposition"), press("Retirer mon soutien")),
        "Soutenir cette proposition",
        SUPPORTER,
    ),
    Audited("own proposal, waiting", lambda: own(Proposal.State.RECEIVED).get_absolute_url(), viewer=HABITANTE),
    Audited(
        "correct a proposal", lambda: f"/propositions/{own(Proposal.State.RECEIVED).pk}/modifier/", viewer=HABITANTE
    ),
    Audited(
        "correct a proposal, errors",
        lambda: f"/propositions/{own(Proposal.State.RECEIVED).pk}/modifier/",
        first(fill(title="", body="x" * 2_001), press("Enregistrer ma proposition")),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "correct a proposal, too late",
        lambda: f"/propositions/{corrected().pk}/modifier/",
        None,
        "Compléter ma proposition",
        HABITANTE,
    ),
    Audited("add to a proposal", lambda: f"/propositions/{corrected().pk}/completer/", viewer=HABITANTE),
    Audited(
        "add to a proposal, errors",
        lambda: f"/propositions/{corrected().pk}/completer/",
        press("Envoyer mon complément"),
        ERROR,
        HABITANTE,
    ),
    Audited("authors", lambda: f"/propositions/{invitation().proposal_id}/co-auteurs/", None, "Reprendre", HABITANTE),
    Audited(
        "authors, errors",
        lambda: f"/propositions/{corrected().pk}/co-auteurs/",
        first(fill(email="personne"), press("Envoyer l’invitation")),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "authors, as one who joined", lambda: f"/propositions/{corrected().pk}/co-auteurs/", None, "Quitter", JOINED
    ),
    Audited("invitation", lambda: invitation().url, None, "Dire non", SUPPORTER),
    Audited("invitation of somebody else", lambda: invitation().url, None, "autre adresse", HABITANTE),
    Audited("withdraw", lambda: withdrawal(Proposal.State.RECEIVED), viewer=HABITANTE),
    Audited("withdraw, too late", lambda: withdrawal(Proposal.State.ACCEPTED), viewer=HABITANTE),
    Audited("own proposal, refused", lambda: own(Proposal.State.REFUSED).get_absolute_url(), viewer=HABITANTE),
    Audited("comment, signed out", lambda: f"/propositions/{discussed().pk}/commenter/"),
    Audited("comment", lambda: f"/propositions/{discussed().pk}/commenter/", viewer=HABITANTE),
    Audited(
        "comment, errors",
        lambda: f"/propositions/{discussed().pk}/commenter/",
        press("Envoyer mon commentaire"),
        ERROR,
        HABITANTE,
    ),
    Audited(
        "comment, page open for too long",
        lambda: f"/propositions/{discussed().pk}/commenter/",
        first(fill(body="Un commentaire\nsur deux lignes."), forget_the_token, press("Envoyer mon commentaire")),
        "Envoyer à nouveau",
        HABITANTE,
    ),
    Audited(
        "comment sent",
        lambda: f"/propositions/{discussed().pk}/commenter/",
        first(fill(body="Je suis d’accord."), press("Envoyer mon commentaire")),
        "Votre commentaire est envoyé",
        HABITANTE,
    ),
    Audited("reply", answering("repondre"), viewer=HABITANTE),
    Audited("comment to change", own_comment("modifier"), viewer=HABITANTE),
    Audited(
        "comment to change, errors",
        own_comment("modifier"),
        first(fill(body=""), press("Enregistrer mon commentaire")),
        ERROR,
        HABITANTE,
    ),
    Audited("comment to withdraw", own_comment("retirer"), viewer=HABITANTE),
    Audited("follow, signed out", lambda: f"/propositions/{discussed().pk}/suivre/", None, "Créer un compte"),
    Audited("follow", lambda: f"/propositions/{discussed().pk}/suivre/", viewer=HABITANTE),
    Audited("newest comments first", lambda: f"{discussed().get_absolute_url()}?ordre=recents", viewer=HABITANTE),
    Audited("report, signed out", answering("signaler"), None, "Créer un compte"),
    Audited("report", answering("signaler"), viewer=HABITANTE),
    Audited("report, errors", answering("signaler"), press("Envoyer mon signalement"), ERROR, HABITANTE),
    Audited(
        "report sent",
        answering("signaler"),
        first(fill(reason="Une attaque."), press("Envoyer mon signalement")),
        "Votre signalement est envoyé",
        HABITANTE,
    ),
    Audited("poll", lambda: open_poll().get_absolute_url(), viewer=HABITANTE),
    Audited("poll, errors", lambda: open_poll().get_absolute_url(), press("Envoyer ma réponse"), ERROR, HABITANTE),
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
    Audited("refusal", appealable, None, "Demander une seconde lecture", HABITANTE),
    Audited("refusal, errors", appealable, press("Demander une seconde lecture"), ERROR, HABITANTE),
    Audited("refusal, second look asked", appealed, None, "Vous recevez la réponse par e-mail", HABITANTE),
    Audited("poll, after the answer", lambda: open_poll().get_absolute_url(), None, "définitive", MEMBRE),
    Audited("sign in", "/compte/connexion/"),
    Audited("sign in, errors", "/compte/connexion/", press("Recevoir un code"), "Écrivez votre adresse"),
    Audited("sign in, password errors", "/compte/connexion/", press("Me connecter avec mon mot de passe"), ERROR),
    Audited("code", "/compte/connexion/", first(fill(email=HABITANTE), press("Recevoir un code")), "Copiez le code"),
    Audited(
        "code, errors",
        "/compte/connexion/",
        first(fill(email=HABITANTE), press("Recevoir un code"), fill(code="000000"), press("Se connecter")),
        ERROR,
    ),
    Audited("new account", "/compte/creer/"),
    Audited("new account, errors", "/compte/creer/", press("Créer mon compte"), ERROR),
    Audited(
        "code of a new account",
        "/compte/creer/",
        first(fill(email="nouvelle@courriel.example", public_name="Anne P."), press("Créer mon compte")),
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
    Audited("subscribe", "/lettre/inscription/"),
    Audited("subscribe, signed in", "/lettre/inscription/", viewer=HABITANTE),
    Audited("subscribe, errors", "/lettre/inscription/", press("Recevoir la lettre"), ERROR),
    Audited("letter stopped", stopping(reader=STOPPING), press("Ne plus recevoir la lettre"), "C’est fait"),
    Audited(
        "letter taken back",
        stopping(reader=STOPPING),
        first(press("Ne plus recevoir la lettre"), press("Me réinscrire")),
        "de nouveau",
    ),
    Audited("less often, saved", stopping("frequence/"), press("Enregistrer mon choix"), "C’est enregistré"),
    Audited("address confirmed", confirming, press("Confirmer et recevoir la lettre"), "confirmé"),
)

PUBLIC = (*READING, *FORMS)

# A site on its first day: every list says that there is nothing yet, and what to do.
EMPTY_SITE = (
    read("empty: home", "/"),
    read("empty: news", "/actualites/"),
    read("empty: watch", "/veille/"),
    read("empty: proposals", "/propositions/"),
    read("empty: calls", "/propositions/appels/"),
    read("empty: polls", "/sondages/"),
    read("empty: committee", "/le-comite/"),
    read("empty: members", "/le-comite/membres/"),
    read("empty: sessions", "/le-comite/seances/"),
    read("empty: programme", "/le-comite/programme/"),
    read("empty: no call to answer", "/propositions/deposer/"),
    Audited("empty: no call, idea", "/propositions/deposer/idee/"),
)


def admin(name: str, path: str | Callable[[], str], viewer: str, act: Act | None = None, shows: str = "") -> Audited:
    return Audited(f"admin: {name}", path, act, shows, viewer)


def deciding(action: str) -> Callable[[], str]:
    def path() -> str:
        waiting = in_state(Proposal.State.RECEIVED)
        return f"/admin/bulk/participation/proposal/{action}/?{urlencode({'id': waiting.pk, 'next': '/admin/'})}"

    return path


# Our own panels and forms in Wagtail's admin.
ADMIN = (
    admin("dashboard of the editor", "/admin/", REDACTION),
    admin("dashboard of the secretariat", "/admin/", SECRETARIAT),
    admin("dashboard of the moderator", "/admin/", MODERATION),
    admin("dashboard of the facilitator", "/admin/", ANIMATION),
    admin("news", lambda: f"/admin/pages/{NewsPage.objects.live().first().pk}/edit/", REDACTION),
    admin("new news", lambda: f"/admin/pages/add/cms/newspage/{NewsIndexPage.objects.get().pk}/", REDACTION),
    admin("watch entry", lambda: f"/admin/pages/{VeilleEntryPage.objects.live().first().pk}/edit/", REDACTION),
    admin("themes", "/admin/snippets/veille/theme/", REDACTION),
    admin("theme", lambda: f"/admin/snippets/veille/theme/edit/{Theme.objects.first().pk}/", REDACTION),
    admin(
        "session",
        lambda: f"/admin/pages/{SessionPage.objects.published().past(timezone.now()).first().pk}/edit/",
        SECRETARIAT,
    ),
    admin(
        "new session",
        lambda: f"/admin/pages/add/committee/sessionpage/{SessionIndexPage.objects.get().pk}/",
        SECRETARIAT,
    ),
    admin("topic", lambda: f"/admin/pages/{TopicPage.objects.live().first().pk}/edit/", SECRETARIAT),
    admin("members", "/admin/snippets/committee/member/", SECRETARIAT),
    admin("member", lambda: f"/admin/snippets/committee/member/edit/{Member.objects.first().pk}/", SECRETARIAT),
    admin("waiting for an answer", "/admin/propositions-en-attente/", ANIMATION),
    admin("broken chains", "/admin/chaines-interrompues/", ANIMATION),
    admin("choice of a template", lambda: f"/admin/propositions-en-attente/{late().pk}/repondre/", SERVICES),
    admin("new answer", lambda: f"/admin/reponses/add/?proposal={late().pk}", SERVICES),
    admin("change of state", lambda: f"/admin/propositions-en-attente/{late().pk}/etat/", ANIMATION),
    admin("reminder", lambda: f"/admin/propositions-en-attente/{late().pk}/relancer/", ANIMATION),
    admin("answers", "/admin/reponses/", SERVICES),
    admin("answer", lambda: f"/admin/reponses/inspect/{OfficialAnswer.objects.first().pk}/", SERVICES),
    admin("publication of an answer", lambda: f"/admin/reponses/publier/{drafted_answer().pk}/", SERVICES),
    admin("proposals to read", "/admin/snippets/participation/proposal/?state=recue", MODERATION),
    admin("addenda to read", "/admin/snippets/participation/addendum/?state=publie", MODERATION),
    admin("proposals changed after reading", "/admin/snippets/participation/proposal/?changed=true", MODERATION),
    admin("comments to read", "/admin/snippets/participation/comment/?state=recu", MODERATION),
    admin("comments reported", "/admin/snippets/participation/comment/?reported=true", MODERATION),
    admin("comments published and unread", "/admin/snippets/participation/comment/?unread=true", MODERATION),
    admin(
        "proposal to read",
        lambda: f"/admin/snippets/participation/proposal/inspect/{in_state(Proposal.State.RECEIVED).pk}/",
        MODERATION,
    ),
    admin(
        "decisions about a proposal",
        lambda: f"/admin/snippets/participation/proposal/history/{discussed().pk}/",
        MODERATION,
    ),
    admin("publish", deciding("publish"), MODERATION),
    admin("refuse", deciding("refuse"), MODERATION),
    admin("second looks", "/admin/snippets/participation/appeal/?waiting=true", ANIMATION),
    admin("second look", lambda: f"/admin/snippets/participation/appeal/inspect/{Appeal.objects.get().pk}/", ANIMATION),
    admin(
        "confirm a refusal", lambda: f"/admin/bulk/participation/appeal/uphold/?id={Appeal.objects.get().pk}", ANIMATION
    ),
    admin("enter a proposal", "/admin/saisir-une-proposition/", DESK),
    admin("enter a comment", "/admin/saisir-un-commentaire/", DESK),
    admin("entries", "/admin/saisies/", DESK),
    admin("receipt", receipt, DESK),
    admin("erase what is known of a person", lambda: receipt().replace("recu", "effacer"), DESK),
    admin("polls to answer for somebody", "/admin/saisies-sondages/", DESK),
    admin("answer for somebody", lambda: f"/admin/saisies-sondages/{every_kind().pk}/", DESK),
    admin("polls", "/admin/snippets/polls/poll/", ANIMATION),
    admin("poll", lambda: f"/admin/snippets/polls/poll/edit/{open_poll().pk}/", ANIMATION),
    admin("question", lambda: f"/admin/snippets/polls/question/edit/{Question.objects.first().pk}/", ANIMATION),
    admin("deliveries of e-mails", "/admin/envois/", ANIMATION),
    admin("editions of the letter", "/admin/editions-de-la-lettre/", ANIMATION),
    admin("edition", lambda: f"/admin/editions-de-la-lettre/inspect/{Edition.objects.first().pk}/", ANIMATION),
    admin("preview of the letter", "/admin/apercu-de-la-lettre/", ANIMATION, shows="Sur un téléphone"),
    admin("preview of nobody's letter", "/admin/apercu-de-la-lettre/?viewer=personne&email=x@y.example", ANIMATION),
    admin("words at the top", "/admin/snippets/digests/editorialword/", REDACTION),
    admin("new words at the top", "/admin/snippets/digests/editorialword/add/", REDACTION),
    admin("messages to the readers", "/admin/messages-aux-lecteurs/", REDACTION),
    admin("new message to the readers", "/admin/messages-aux-lecteurs/add/", REDACTION),
    admin("message to the readers", newsletter("inspect"), ANIMATION),
    admin("preview of a message", newsletter("apercu"), REDACTION, shows="Sur un téléphone"),
    admin("sending of a message", newsletter("envoyer"), ANIMATION),
    admin("settings of the site", "/admin/settings/cms/siteconfiguration/", ANIMATION),
)


def prepare() -> None:
    """Loads the demonstration and what its states need besides. For a test database only: it invents rows.

    Settings: DEMONSTRATION on, BASE_URL the site's address, ROOT_URLCONF "tests.browser.urls", MAILBOX_DIR a folder.
    """
    now = timezone.now()
    demo.load(now)
    resident = get_user_model().objects.get(email=HABITANTE)
    ProposalFactory(author=resident, state=Proposal.State.RECEIVED, title="Afficher les horaires")
    for title in ("Un site pour mon commerce", "Un site pour mon magasin"):
        refused = ProposalFactory(author=resident, state=Proposal.State.RECEIVED, title=title)
        moderate_proposal(
            proposal=refused,
            state=Proposal.State.REFUSED,
            moderator=get_user_model().objects.get(email=MODERATION),
            now=now,
            ground="advertising",
            reason="Votre texte est une publicité.",
        )
    ask_again(decision=Decision.objects.first(), author=resident, body="C’est un service.", now=now)
    cancelled = SessionPageFactory(
        title="Séance reportée", starts_at=now + dt.timedelta(days=40), status=SessionPage.Status.CANCELLED
    )
    cancelled.save_revision().publish()
    member = get_user_model().objects.get(email=MEMBRE)
    open_poll().participations.create(user=member)
    write_polls(now)
    for email in (READER, STOPPING, UNCONFIRMED):
        reader = subscriptions.ask_by_mail(email=email, frequency=Frequency.WEEKLY, now=now)
        if email != UNCONFIRMED:
            subscriptions.confirm(subscriber=reader, frequency=Frequency.WEEKLY, now=now)
    plan_letters(now)
    write_mail(Path(settings.MAILBOX_DIR))


def plan_letters(now: dt.datetime) -> None:
    """An edition that has left, whatever the day is."""
    rhythm = rhythm_of(Frequency.WEEKLY)
    period_key, slot_at = latest_slot(now, rhythm)
    Edition.objects.create(
        kind=Frequency.WEEKLY,
        period_key=period_key,
        slot_at=slot_at,
        cutoff=slot_at,
        expires_at=slot_at,
        status=Edition.Status.PLANNED,
        batch=Batch.objects.create(kind="digest.weekly", label="weekly", created_at=slot_at),
    )


def write_mail(folder: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Votre code"
    message["From"] = "Comité des usagers <comite@comite.example>"
    message["To"] = HABITANTE
    message.set_content("Voici votre code.")
    message.add_alternative(
        '<!doctype html><html lang="fr"><title>Votre code</title><h1>Votre code</h1>', subtype="html"
    )
    (folder / "1.eml").write_bytes(bytes(message))


def become(page: Page, viewer: str, site: str) -> None:
    """Forgets whoever `page` was, and signs `viewer` in (an empty text means nobody)."""
    page.context.clear_cookies()
    if viewer:
        client = Client()
        client.force_login(get_user_model().objects.get(email=viewer))
        page.context.add_cookies([{"name": "sessionid", "value": client.session.session_key, "url": site}])


def visit(page: Page, audited: Audited, site: str) -> Response:
    """Opens the page as its viewer, does what the state needs, and makes sure that the state is there."""
    become(page, audited.viewer, site)
    response = page.goto(f"{site}{audited.address()}")
    assert response is not None
    assert response.status == audited.status, f"{audited.name}: {response.url} answered {response.status}"
    if audited.act:
        audited.act(page)
        page.wait_for_load_state()
    if audited.shows:
        expect(page.locator("main"), audited.name).to_contain_text(audited.shows)
    return response


def visits(page: Page, pages: Iterable[Audited], site: str) -> Iterator[tuple[Audited, Response]]:
    for audited in pages:
        yield audited, visit(page, audited, site)
