"""Pages of second factors: the list, adding, removing, verifying one."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from playwright.sync_api import Page

from accounts.models import User
from tests.accounts.factors import ADD, LIST, PROVE, give_application
from tests.browser.pages.accounts import CAREFUL
from tests.browser.pages.audited import ERROR, Audited, fill, first, press

PASSWORD = "un mot de passe assez long"
WRONG = fill(code="000000")


def user_with_factors(*, application: bool = False, passkey: bool = False) -> User:
    """Returns the user with exactly these factors."""
    user = get_user_model().objects.get(email=CAREFUL)
    Authenticator.objects.filter(user=user).delete()
    if application:
        give_application(user)
    if passkey:
        Authenticator.objects.create(user=user, type="webauthn", data={"name": "Mon téléphone", "credential": {}})
    return user


def no_factors() -> str:
    user_with_factors()
    return LIST


def both_factors() -> str:
    user_with_factors(application=True, passkey=True)
    return LIST


def with_application(path: str) -> str:
    user_with_factors(application=True)
    return path


def page_without_factors(path: str) -> str:
    user_with_factors()
    return path


def passkey_page(what: str = "") -> str:
    user = user_with_factors(passkey=True)
    return f"{LIST}cle/{Authenticator.objects.get(user=user).pk}/{what}"


def seen_recovery_codes() -> str:
    user = user_with_factors(application=True)
    Authenticator.objects.get(user=user, type="recovery_codes").wrap().mark_as_viewed()
    return f"{LIST}codes/"


def first_step(page: Page) -> None:
    """Signs in by password, the first step."""
    user = user_with_factors(application=True)
    user.set_password(PASSWORD)
    user.save()
    first(fill(login=CAREFUL, password=PASSWORD), press("Me connecter avec mon mot de passe"))(page)


SECOND_FACTOR = (
    Audited("factors, none", no_factors, None, "Ajouter un deuxième facteur", CAREFUL),
    Audited("factors, two", both_factors, None, "En ajouter un autre", CAREFUL),
    Audited("application", lambda: page_without_factors(ADD), None, "Recopiez son premier code", CAREFUL),
    Audited(
        "application, errors",
        lambda: page_without_factors(ADD),
        first(WRONG, press("Ajouter l’application")),
        ERROR,
        CAREFUL,
    ),
    Audited("application, remove", lambda: with_application(f"{ADD}retirer/"), None, "Retirer", CAREFUL),
    Audited("passkey", lambda: page_without_factors(f"{LIST}cle/"), None, "Ajouter une clé", CAREFUL),
    Audited("passkey, rename", passkey_page, None, "Renommer une clé", CAREFUL),
    Audited("passkey, rename, errors", passkey_page, first(fill(name=""), press("Enregistrer ce nom")), ERROR, CAREFUL),
    Audited("passkey, remove", lambda: passkey_page("retirer/"), None, "Mon téléphone", CAREFUL),
    Audited("recovery codes", lambda: with_application(f"{LIST}codes/"), None, "J’ai noté mes codes", CAREFUL),
    Audited("recovery codes, seen", seen_recovery_codes, None, "Vous avez déjà vu ces codes", CAREFUL),
    Audited("recovery codes, replace", lambda: with_application(f"{LIST}codes/nouveaux/"), None, "dix", CAREFUL),
    Audited("confirm by factor", lambda: with_application(PROVE), None, "deuxième facteur", CAREFUL),
    Audited(
        "confirm by factor, errors", lambda: with_application(PROVE), first(WRONG, press("Continuer")), ERROR, CAREFUL
    ),
    Audited("second step", "/compte/connexion/", first_step, "Encore une étape"),
    Audited("second step, errors", "/compte/connexion/", first(first_step, WRONG, press("Continuer")), ERROR),
)
