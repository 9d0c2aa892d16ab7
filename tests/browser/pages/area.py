"""The members' area and the screens of the secretariat about members, seats and convocations."""

from playwright.sync_api import Page

from committee.models import Convocation, Member, Seat, WorkingNote
from tests.browser.pages.accounts import ADMINISTRATION, HABITANTE, MEMBRE, SECRETARIAT
from tests.browser.pages.admin import admin
from tests.browser.pages.audited import ERROR, Audited, fill, first, press
from tests.browser.pages.rows import invitation_refusal


def note(screen: str = "") -> str:
    return f"{WorkingNote.objects.earliest('pk').get_absolute_url()}{screen}"


def save_elsewhere(page: Page) -> None:
    """Saves the form as another member would while it is open."""
    found = WorkingNote.objects.earliest("pk")
    WorkingNote.objects.filter(pk=found.pk).update(number=found.number + 1, body="Écrit par une autre personne.")


def convocation(screen: str) -> str:
    found = Convocation.objects.earliest("pk")
    return f"/admin/convocations/{screen}{found.session_id if screen else found.pk}/"


def snippet(path: str, found: Member | Seat) -> str:
    return f"/admin/{path}/{found.pk}/"


AREA = (
    Audited("members' area", "/membres/", viewer=MEMBRE),
    Audited("members' area, for others", "/membres/", None, "réservé aux membres", HABITANTE, 403),
    Audited("first steps of members", "/membres/aide/", None, "Dire que vous ne pouvez pas venir", MEMBRE),
    Audited("directory", "/membres/annuaire/", None, "06 39 98 00 12", MEMBRE),
    Audited("directory, for who shows nothing", "/membres/annuaire/", None, "Caché", "louise@courriel.example"),
    Audited("what I show in the directory", "/membres/annuaire/moi/", viewer=MEMBRE),
    Audited(
        "what I show in the directory, errors",
        "/membres/annuaire/moi/",
        first(fill(phone="12"), press("Enregistrer mon choix")),
        ERROR,
        MEMBRE,
    ),
    Audited("no account is wanted", invitation_refusal, shows="Je ne souhaite pas de compte"),
    Audited("my portrait", "/membres/portrait/", None, "Choisissez un dessin", MEMBRE),
    Audited("documents of the members", "/membres/documents/", None, "version de travail", MEMBRE),
    Audited("convocations", "/membres/convocations/", None, "Rejoindre la séance", MEMBRE),
    Audited("cannot come to the next session", "/membres/presence/absence/", None, "Je ne peux pas venir", MEMBRE),
    Audited("polls among the members", "/membres/sondages/", viewer=MEMBRE),
    Audited("working notes", "/membres/notes/", viewer=MEMBRE),
    Audited("working note", note, None, "Les textes d’avant", MEMBRE),
    Audited("new working note, errors", "/membres/notes/ecrire/", press("Enregistrer la note"), ERROR, MEMBRE),
    Audited(
        "working note, changed by another member",
        lambda: note("modifier/"),
        first(save_elsewhere, fill(body="Écrit ici."), press("Enregistrer la note")),
        "Écrit par une autre personne.",
        MEMBRE,
    ),
)

AREA_ADMIN = (
    admin("erase a member", lambda: snippet("membres/effacer", Member.objects.get(name="Solange D.")), SECRETARIAT),
    admin("seat", lambda: snippet("sieges/edit", Seat.objects.get(name="Siège 3")), SECRETARIAT),
    admin("new document of the members", "/admin/documents-des-membres/add/", SECRETARIAT),
    admin("convocations", "/admin/convocations/", SECRETARIAT),
    admin("call the members", lambda: convocation("seance/"), SECRETARIAT),
    admin("convocations on paper", lambda: convocation("seance/") + "papier/", SECRETARIAT),
    admin("invite to create an account", "/admin/invitations/", ADMINISTRATION, shows="Invitation du"),
    admin("who was called", lambda: convocation(""), SECRETARIAT),
)
