"""Our own panels and forms in Wagtail's admin, as used by each team."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.utils import timezone

from accounts.models import User
from cms.models import NewsIndexPage, NewsPage
from committee.models import Member, SessionIndexPage, SessionPage, TopicPage, WorkProgramme
from digests.models import Edition
from indicators.models import Indicator, Restitution
from participation.models import (
    Appeal,
    OfficialAnswer,
    Proposal,
    Report,
)
from tests.browser.pages.accounts import (
    ADMINISTRATION,
    ANIMATION,
    DESK,
    MEMBRE,
    MODERATION,
    REDACTION,
    SECRETARIAT,
    SERVICES,
)
from tests.browser.pages.audited import Act, Audited
from tests.browser.pages.rows import (
    discussed_proposal,
    draft_answer,
    draft_poll,
    late_proposal,
    newsletter,
    open_poll,
    poll_with_every_kind,
    proposal_in_state,
    receipt,
    second_reading,
)
from veille.models import City, Criterion, Observation, ReadingItem, Source, Theme, VeilleEntryPage


def admin(name: str, path: str | Callable[[], str], viewer: str, act: Act | None = None, shows: str = "") -> Audited:
    return Audited(f"admin: {name}", path, act, shows, viewer)


def account(path: str) -> Callable[[], str]:
    return lambda: path.format(User.objects.get(email=MEMBRE).pk)


def pending_item() -> ReadingItem:
    """Returns the newest item without a decision."""
    return ReadingItem.objects.waiting().first()


def finding(waits: bool) -> Observation:
    return Observation.objects.filter(published_at__isnull=waits, replaced_by=None).first()


def bulk_decision(action: str) -> Callable[[], str]:
    def path() -> str:
        waiting = proposal_in_state(Proposal.State.RECEIVED)
        return f"/admin/bulk/participation/proposal/{action}/?{urlencode({'id': waiting.pk, 'next': '/admin/'})}"

    return path


def queue_item(model: type[Appeal | Report], action: str = "") -> Callable[[], str]:
    """Returns a URL function for a pending item of a moderation queue: to read it, or to decide with `action`."""

    def path() -> str:
        key, name = model.objects.waiting().first().pk, model._meta.model_name
        if action:
            return f"/admin/bulk/participation/{name}/{action}/?id={key}"
        return f"/admin/{model.snippet_viewset.url_prefix}/inspect/{key}/"

    return path


def report(action: str) -> Callable[[], str]:
    return lambda: f"/admin/restitutions/{action}/{Restitution.objects.first().pk}/"


def indicator(action: str) -> Callable[[], str]:
    return lambda: f"/admin/indicateurs/{action}/{Indicator.objects.adopted().first().pk}/"


def programme(action: str) -> Callable[[], str]:
    return lambda: f"/admin/programmes-de-travail/{action}/{WorkProgramme.objects.first().pk}/"


# Our own panels and forms in Wagtail's admin.
ADMIN = (
    admin("dashboard of the editor", "/admin/", REDACTION),
    admin("dashboard of the secretariat", "/admin/", SECRETARIAT),
    admin("dashboard of the moderator", "/admin/", MODERATION),
    admin("dashboard of the facilitator", "/admin/", ANIMATION),
    admin("guide", "/admin/aide/", REDACTION),
    admin("guide, as the facilitator sees it", "/admin/aide/", ANIMATION),
    admin("guide, what a search finds", "/admin/aide/?q=brouillon", MODERATION, shows="passages sur"),
    admin("chapter of the guide", "/admin/aide/redaction/", REDACTION, shows="Premiers pas"),
    admin("news", lambda: f"/admin/pages/{NewsPage.objects.live().first().pk}/edit/", REDACTION),
    admin("new news", lambda: f"/admin/pages/add/cms/newspage/{NewsIndexPage.objects.get().pk}/", REDACTION),
    admin("watch entry", lambda: f"/admin/pages/{VeilleEntryPage.objects.live().first().pk}/edit/", REDACTION),
    admin("second readings", "/admin/relecture/", ANIMATION),
    admin("page to send to a second reader", lambda: second_reading("envoyer/"), REDACTION, shows="reçoit cet e-mail"),
    admin("page to read before publication", second_reading, ANIMATION, shows="Approuver et publier"),
    admin("reading list", "/admin/a-lire/?state=new", REDACTION),
    admin("item to read", lambda: f"/admin/a-lire/inspect/{pending_item().pk}/", REDACTION),
    admin("example to make of an item", lambda: f"/admin/a-lire/exemple/{pending_item().pk}/", REDACTION),
    admin("item to keep", lambda: f"/admin/bulk/veille/readingitem/keep/?id={pending_item().pk}", REDACTION),
    admin("sources", "/admin/sources/", REDACTION),
    admin("source to resume", lambda: f"/admin/sources/reprendre/{Source.objects.first().pk}/", REDACTION),
    admin("sources from a file", "/admin/sources/fichier/", REDACTION),
    admin("findings", "/admin/constats-du-comparatif/", REDACTION),
    admin("finding, new", "/admin/constats-du-comparatif/add/", REDACTION),
    admin(
        "finding, its correction",
        lambda: f"/admin/constats-du-comparatif/edit/{finding(waits=False).pk}/",
        REDACTION,
    ),
    admin(
        "finding to read over",
        lambda: f"/admin/bulk/veille/observation/read_over/?id={finding(waits=True).pk}&next=/admin/",
        ANIMATION,
    ),
    admin("grid of the comparison", "/admin/grille-du-comparatif/", REDACTION),
    admin("findings from a file", "/admin/grille-du-comparatif/fichier/", REDACTION),
    admin("workshops", "/admin/ateliers/", REDACTION),
    admin("workshop, new", "/admin/ateliers/add/", REDACTION),
    admin("resources", "/admin/ressources/", REDACTION),
    admin("criteria", "/admin/criteres/", REDACTION),
    admin("criterion", lambda: f"/admin/criteres/edit/{Criterion.objects.first().pk}/", ANIMATION),
    admin("metropolises", "/admin/metropoles/", REDACTION),
    admin("metropolis", lambda: f"/admin/metropoles/edit/{City.objects.first().pk}/", ANIMATION),
    admin("themes", "/admin/themes/", REDACTION),
    admin("theme", lambda: f"/admin/themes/edit/{Theme.objects.first().pk}/", REDACTION),
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
    admin(
        "session to duplicate",
        lambda: f"/admin/seances/{SessionPage.objects.published().past(timezone.now()).first().pk}/dupliquer/",
        SECRETARIAT,
        shows="Créer le brouillon",
    ),
    admin("topic", lambda: f"/admin/pages/{TopicPage.objects.live().first().pk}/edit/", SECRETARIAT),
    admin("reports", "/admin/restitutions/", SECRETARIAT),
    admin("report", report("edit"), SECRETARIAT),
    admin("measuring of a report", report("chiffres"), SECRETARIAT),
    admin("indicators", "/admin/indicateurs/", SECRETARIAT),
    admin("indicator, new", "/admin/indicateurs/add/", SECRETARIAT),
    admin("indicator, its adoption", indicator("adoption"), SECRETARIAT),
    admin("indicator, a value", indicator("valeur"), SECRETARIAT),
    admin("indicator, to leave", indicator("abandon"), SECRETARIAT),
    admin("values of indicators", "/admin/valeurs-des-indicateurs/", SECRETARIAT),
    admin("surveys", "/admin/qui-participe/", SECRETARIAT),
    admin("programmes", "/admin/programmes-de-travail/", SECRETARIAT),
    admin("programme of a year", programme("edit"), SECRETARIAT),
    admin("opening of the ballot", programme("vote"), SECRETARIAT),
    admin("adoption of the programme", programme("adoption"), SECRETARIAT, shows="Résultats du vote"),
    admin("members", "/admin/membres/", SECRETARIAT),
    admin("offices to renew", "/admin/fonctions/renouveler/", SECRETARIAT),
    admin("member", lambda: f"/admin/membres/edit/{Member.objects.first().pk}/", SECRETARIAT),
    admin("waiting for an answer", "/admin/propositions-en-attente/", ANIMATION),
    admin("broken chains", "/admin/chaines-interrompues/", ANIMATION),
    admin("choice of a template", lambda: f"/admin/propositions-en-attente/{late_proposal().pk}/repondre/", SERVICES),
    admin("new answer", lambda: f"/admin/reponses/add/?proposal={late_proposal().pk}", SERVICES),
    admin("change of state", lambda: f"/admin/propositions-en-attente/{late_proposal().pk}/etat/", ANIMATION),
    admin("reminder", lambda: f"/admin/propositions-en-attente/{late_proposal().pk}/relancer/", ANIMATION),
    admin("answers", "/admin/reponses/", SERVICES),
    admin("answer", lambda: f"/admin/reponses/inspect/{OfficialAnswer.objects.first().pk}/", SERVICES),
    admin("publication of an answer", lambda: f"/admin/reponses/publier/{draft_answer().pk}/", SERVICES),
    admin("proposals to read", "/admin/propositions/?state=recue", MODERATION),
    admin("addenda to read", "/admin/complements/?state=publie", MODERATION),
    admin("proposals changed after reading", "/admin/propositions/?changed=true", MODERATION),
    admin("comments to read", "/admin/commentaires/?state=recu", MODERATION),
    admin("comments reported", "/admin/commentaires/?reported=true", MODERATION),
    admin("comments published and unread", "/admin/commentaires/?unread=true", MODERATION),
    admin(
        "proposal to read",
        lambda: f"/admin/propositions/inspect/{proposal_in_state(Proposal.State.RECEIVED).pk}/",
        MODERATION,
    ),
    admin(
        "decisions about a proposal",
        lambda: f"/admin/propositions/history/{discussed_proposal().pk}/",
        MODERATION,
    ),
    admin("publish", bulk_decision("publish"), MODERATION),
    admin("refuse", bulk_decision("refuse"), MODERATION),
    admin("appeals", "/admin/demandes-de-second-regard/?waiting=true", ANIMATION),
    admin("appeal", queue_item(Appeal), ANIMATION),
    admin("appeal of one's own refusal", queue_item(Appeal), MODERATION, shows="Vous avez pris la première décision"),
    admin("queue of reports", "/admin/textes-signales/?waiting=true", MODERATION),
    admin("report of a reader", queue_item(Report), ANIMATION),
    admin("dismiss reports", queue_item(Report, "dismiss"), MODERATION),
    admin("refuse a reported text", queue_item(Report, "refuse_reported"), MODERATION),
    admin("confirm a refusal", queue_item(Appeal, "uphold"), ANIMATION),
    admin("enter a proposal", "/admin/saisir-une-proposition/", DESK),
    admin("enter a comment", "/admin/saisir-un-commentaire/", DESK),
    admin("entries", "/admin/saisies/", DESK),
    admin("receipt", receipt, DESK),
    admin("erase what is known of a person", lambda: receipt().replace("recu", "effacer"), DESK),
    admin("polls to answer for somebody", "/admin/saisies-sondages/", DESK),
    admin("answer for somebody", lambda: f"/admin/saisies-sondages/{poll_with_every_kind().pk}/", DESK),
    admin("polls", "/admin/sondages/", ANIMATION),
    admin("poll, open", lambda: f"/admin/sondages/edit/{open_poll().pk}/", ANIMATION),
    admin("poll, to close", lambda: f"/admin/sondages/fin/{open_poll().pk}/", ANIMATION),
    admin("poll, draft", lambda: f"/admin/sondages/edit/{draft_poll().pk}/", ANIMATION),
    admin("poll, to open", lambda: f"/admin/sondages/ouverture/{draft_poll().pk}/", ANIMATION),
    admin("poll, new", "/admin/sondages/add/", ANIMATION),
    admin("deliveries of e-mails", "/admin/envois/", ANIMATION),
    admin("editions of the letter", "/admin/editions-de-la-lettre/", ANIMATION),
    admin("edition", lambda: f"/admin/editions-de-la-lettre/inspect/{Edition.objects.first().pk}/", ANIMATION),
    admin("preview of the letter", "/admin/apercu-de-la-lettre/", ANIMATION, shows="Sur un téléphone"),
    admin("preview of nobody's letter", "/admin/apercu-de-la-lettre/?viewer=personne&email=x@y.example", ANIMATION),
    admin("words at the top", "/admin/mots-de-la-redaction/", REDACTION),
    admin("new words at the top", "/admin/mots-de-la-redaction/add/", REDACTION),
    admin("messages to the readers", "/admin/messages-aux-lecteurs/", REDACTION),
    admin("new message to the readers", "/admin/messages-aux-lecteurs/add/", REDACTION),
    admin("message to the readers", newsletter("inspect"), ANIMATION),
    admin("preview of a message", newsletter("apercu"), REDACTION, shows="Sur un téléphone"),
    admin("sending of a message", newsletter("envoyer"), ANIMATION),
    admin("settings of the site", "/admin/settings/cms/siteconfiguration/", ANIMATION),
    admin("alert and spotlight", "/admin/settings/cms/spotlight/", REDACTION),
    admin("links that fail", "/admin/liens-qui-echouent/", REDACTION),
    admin("addresses not found", "/admin/adresses-introuvables/", REDACTION),
    admin("searches without a result", "/admin/recherches-sans-resultat/", REDACTION),
    admin("new redirect", "/admin/redirects/add/", REDACTION),
    admin("account to close or erase", account("/admin/users/delete/{}/"), ADMINISTRATION, shows="Ce qui part"),
    admin("lost second factor", account("/admin/deuxiemes-facteurs/{}/demander/"), ADMINISTRATION, shows="a perdu"),
    admin("what is kept of people", "/admin/donnees-personnelles/", ADMINISTRATION, shows="Combien de temps"),
    admin("pages by age", "/admin/reports/aging-pages/", REDACTION),
)
