"""Second factors in a browser: an authenticator application in every mode, and a passkey of a real browser."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from accounts.services.accounts import create_verified_user
from tests.accounts.factors import code_of, recovery_codes_of
from tests.accounts.people import attack
from tests.browser.people import EMAIL, PHONE_WIDTH, fits

pytestmark = [
    pytest.mark.browser,
    # `tests/accounts/test_second_factor.py` takes the same steps on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]

PASSWORD = "cigogne sur un toit rouge"
WIDTHS = pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.nightly), PHONE_WIDTH])
# Virtual device with a screen lock and passkeys, like current phones.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def odile():
    return create_verified_user(email=EMAIL, public_name="Odile M.", password=PASSWORD)


def secret_on(page: Page) -> str:
    return page.locator("[aria-labelledby=give] strong").inner_text().replace(" ", "")


def title(page: Page):
    return expect(page.get_by_role("heading", level=1))


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def give_password(page: Page) -> None:
    page.goto("/compte/connexion/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    press(page, "Me connecter avec mon mot de passe")


def sign_out(page: Page) -> None:
    page.goto("/compte/")
    press(page, "Se déconnecter")
    title(page).not_to_have_text("Mon compte")


def test_authenticator_application_and_recovery_code_sign_in(person, odile):
    page = person.page
    page.goto("/compte/connexion/")
    person.fill(login=EMAIL, password=PASSWORD)
    person.press("Me connecter avec mon mot de passe")
    title(page).to_have_text("Mon compte")
    person.follow("Deuxième facteur")
    title(page).to_have_text("Deuxième facteur")
    person.follow("Une application de codes")
    title(page).to_have_text("Ajouter une application de codes")
    assert fits(page)
    secret = secret_on(page)
    person.fill(code=code_of(secret))
    person.press("Ajouter l’application")
    title(page).to_have_text("Codes de secours")
    assert fits(page)
    code = recovery_codes_of(odile)[0]
    expect(page.get_by_role("main")).to_contain_text(code)
    person.follow("J’ai noté mes codes")
    expect(page.get_by_role("main")).to_contain_text("Il en reste 10 sur 10")

    for proof in (code_of(secret, later=1), code):
        sign_out(page)
        page.goto("/compte/connexion/")
        person.fill(login=EMAIL, password=PASSWORD)
        person.press("Me connecter avec mon mot de passe")
        expect(page.get_by_role("main")).to_contain_text("Encore une étape")
        person.fill(code=proof)
        person.press("Continuer")
        title(page).to_have_text("Mon compte")
    page.goto("/compte/deuxieme-facteur/")
    expect(page.get_by_role("main")).to_contain_text("Il en reste 9 sur 10")
    person.follow("Retirer")
    person.press("Retirer")
    expect(page.get_by_role("main")).to_contain_text("L’application de codes est retirée")
    assert not Authenticator.objects.exists()


@WIDTHS
def test_a_passkey_is_added_signs_in_and_is_removed(watched, odile, width):
    with watched(width=width) as page:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        give_password(page)
        page.goto("/compte/deuxieme-facteur/cle/")
        page.locator("[name=name]").fill("Mon téléphone")
        assert width > PHONE_WIDTH or fits(page)
        press(page, "Ajouter cette clé d’accès")
        title(page).to_have_text("Codes de secours")
        page.goto("/compte/deuxieme-facteur/")
        expect(page.get_by_role("main")).to_contain_text("Mon téléphone")
        assert width > PHONE_WIDTH or fits(page)

        sign_out(page)
        # Strangers lock out neither the password, on a known device, nor the passkey.
        attack(EMAIL)
        give_password(page)
        expect(page.get_by_role("main")).to_contain_text("Encore une étape")
        assert width > PHONE_WIDTH or fits(page)
        press(page, "Utiliser ma clé d’accès")
        title(page).to_have_text("Mon compte")
        # It works without the first step too.
        sign_out(page)
        page.goto("/compte/connexion/?next=/compte/appareils/")
        press(page, "Utiliser ma clé d’accès")
        title(page).to_have_text("Appareils où mon compte est ouvert")

        # And for re-authentication later.
        page.goto("/compte/confirmer/facteur/?next=/compte/adresse/")
        press(page, "Utiliser ma clé d’accès")
        title(page).to_have_text("Changer mon adresse")
        page.goto("/compte/deuxieme-facteur/")
        page.get_by_role("link", name="Retirer Mon téléphone").click()
        press(page, "Retirer")
        expect(page.get_by_role("main")).to_contain_text("La clé d’accès est retirée")
        assert not Authenticator.objects.exists()


def test_refused_passkey_shows_an_error_message(watched, odile):
    with watched(passed_over=("NotAllowedError",)) as page:
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, "isUserVerified": False}})
        page.goto("/compte/connexion/")
        press(page, "Utiliser ma clé d’accès")
        expect(page.get_by_role("alert")).to_have_text(
            "Votre appareil n’a donné aucune clé d’accès. Essayez encore, ou choisissez une autre façon."
        )


def test_passkey_without_scripts_shows_its_requirements(watched, odile):
    with watched(java_script_enabled=False) as page:
        page.goto("/compte/connexion/")
        expect(page.get_by_text("Les clés d’accès demandent JavaScript et un navigateur récent.")).to_be_visible()
        expect(page.get_by_role("button", name="Utiliser ma clé d’accès")).to_have_count(0)


@pytest.mark.guide("Ajouter un deuxième facteur")
@WIDTHS
def test_editor_adds_a_second_factor_and_enters_the_admin(watched, odile, settings, width):
    settings.ADMIN_NEEDS_SECOND_FACTOR = True
    odile.groups.add(Group.objects.get(name="Rédaction"))
    with watched(width=width) as page:
        give_password(page)
        page.goto("/admin/")
        title(page).to_have_text("Deuxième facteur")
        expect(page.get_by_role("main")).to_contain_text("Pour modifier le site, ajoutez un deuxième facteur")
        page.get_by_role("link", name="Une application de codes").click()
        page.locator("[name=code]").fill(code_of(secret_on(page)))
        press(page, "Ajouter l’application")
        page.get_by_role("link", name="J’ai noté mes codes").click()
        page.get_by_role("main").get_by_role("link", name="Modifier le site").click()
        title(page).to_contain_text("Bonjour")
