"""Sign-in with an identity provider: first and later visits, links, and no trace of it without settings."""

import datetime as dt
import json
import re
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as site
from django.core.cache import caches
from django.core.checks import run_checks
from django.utils import timezone

from accounts.exports.personal_data import export_of
from accounts.models import ProviderLink, User
from accounts.services.deletion import plan_deletion
from tests.accounts import provider_faults
from tests.accounts.factors import ASKED, code_of, give_application
from tests.accounts.people import code_sent_to, mails_to, prove
from tests.accounts.provider import (
    CALLBACK,
    EC,
    EMAIL,
    NAME,
    SECRET,
    SUBJECT,
    configure,
    provider_on_loopback,
    published,
    signed,
    visit,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FIRST_TIME, CONNECTIONS = "/compte/fournisseur/premiere-fois/", "/compte/connexions/"
PAGES = ("/compte/fournisseur/", "/compte/fournisseur/retour/", FIRST_TIME, CONNECTIONS)


@pytest.fixture(autouse=True)
def mail_in_memory(settings):
    """Mails are read in Django's test outbox, including the one about a new link."""
    settings.EMAIL_BACKEND = "mailing.backends.OutboxBackend"


@pytest.fixture
def provider(settings):
    with provider_on_loopback() as fake:
        configure(settings, fake)
        yield fake


@pytest.fixture
def odile():
    user = UserFactory(email=EMAIL, public_name="Odile M.")
    user.verify_email()
    return user


def link(user, provider, subject=SUBJECT):
    return ProviderLink.objects.create(user=user, issuer=provider.issuer, subject=subject, linked_at=timezone.now())


def signed_in_as(client):
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_new_user_signs_up_first_and_links_the_provider_afterwards(client, provider):
    answer = visit(client, provider, next="/propositions/")
    assert answer.redirect_chain[-1][0] == FIRST_TIME
    assert f"{NAME} vous connaît" in text_of(answer)
    assert (User.objects.count(), ProviderLink.objects.count()) == (0, 0)
    form = client.get("/compte/creer/?next=/compte/connexions/")
    assert f'value="{EMAIL}"' in form.content.decode()
    refused = client.post("/compte/creer/", {"email": EMAIL, "public_name": "Modération", "next": CONNECTIONS})
    assert "Ce nom parlerait" in text_of(refused)
    client.post("/compte/creer/", {"email": EMAIL, "public_name": "Odile M.", "next": CONNECTIONS})
    assert signed_in_as(client) is None
    page = client.post("/compte/creer/verifier/", {"code": code_sent_to(EMAIL)}, follow=True)
    assert page.redirect_chain[-1][0] == CONNECTIONS
    assert not ProviderLink.objects.exists(), "nothing is linked before the person says so"
    done = client.post(CONNECTIONS, {"action": "link"})
    assert done.url == "/propositions/", "back where one came from"
    user = signed_in_as(client)
    assert (user.email, user.public_name) == (EMAIL, "Odile M.")
    assert ProviderLink.objects.values_list("user", "issuer", "subject").get() == (user.pk, provider.issuer, SUBJECT)
    assert mails_to(EMAIL)[-1].payload["subject"] == "Une identité chez un fournisseur ouvre votre compte"


def test_existing_account_is_linked_only_after_a_code(client, provider, odile):
    answer = visit(client, provider)
    assert answer.redirect_chain[-1][0] == FIRST_TIME
    assert f'value="{EMAIL}"' in answer.content.decode()
    assert signed_in_as(client) is None
    assert not mails_to(EMAIL), "the provider has nothing sent"
    code_page = client.post("/compte/connexion/code/", {"email": EMAIL, "next": CONNECTIONS})
    page = client.post(code_page.url, {"code": code_sent_to(EMAIL)}, follow=True)
    assert f"{NAME} vous reconnaît, avec l’adresse {EMAIL}" in text_of(page)
    client.post(CONNECTIONS, {"action": "link"})
    assert odile.provider_links.get().subject == SUBJECT


def test_linked_identity_signs_in_by_its_subject_alone(client, provider, odile):
    link(odile, provider)
    provider.user_info_claims = {"email": "autre@courriel.example"}
    answer = visit(client, provider, next="/propositions/")
    assert signed_in_as(client) == odile
    assert answer.redirect_chain[-1][0] == "/propositions/"
    assert "/userinfo" not in [path for path, query in provider.requests], "nothing more is asked about the person"
    odile.refresh_from_db()
    assert odile.email == EMAIL


def test_second_factor_is_required_after_the_provider(client, provider, odile):
    link(odile, provider)
    secret = give_application(odile)
    assert visit(client, provider).redirect_chain[-1][0].startswith(ASKED)
    assert signed_in_as(client) is None
    client.post(ASKED, {"code": code_of(secret)})
    assert signed_in_as(client) == odile


def test_email_of_another_account_does_not_sign_in(client, provider):
    admin = User.objects.create_superuser("direction@ville.example", "un mot de passe assez long", public_name="Ada")
    member = UserFactory(email="membre@courriel.example")
    for email in (admin.email, member.email, member.email.upper()):
        provider.user_info_claims = {"email": email, "email_verified": True}
        assert visit(client, provider).redirect_chain[-1][0] == FIRST_TIME
        assert signed_in_as(client) is None
    assert not ProviderLink.objects.exists()


def test_page_does_not_reveal_whether_the_email_has_an_account(client, provider, odile):
    pages = []
    for email in (EMAIL, "personne@courriel.example"):
        provider.user_info_claims = {"email": email}
        page = visit(client, provider).content.decode().replace(email, "")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", page))
    assert pages[0] == pages[1]


def test_authorization_request_has_only_the_expected_parameters(client, provider, settings):
    settings.OIDC_ACR_VALUES = ["eidas2", "eidas3"]
    url = client.post(
        "/compte/fournisseur/?auth_params=prompt%3Dnone,acr_values%3Deidas1&scope=admin&redirect_uri=https://ailleurs.example/",
        {"auth_params": "scope=admin", "redirect_uri": "https://ailleurs.example/", "nonce": "a"},
        headers={"host": "localhost"},
    ).url
    assert "ailleurs" not in url
    provider.browser(url)
    query = provider.requests[-1][1]
    drawn = {name: query.pop(name) for name in ("state", "nonce", "code_challenge")}
    assert query == {
        "response_type": "code",
        "client_id": "comite",
        "redirect_uri": CALLBACK,
        "scope": "openid email",
        "code_challenge_method": "S256",
        "acr_values": "eidas2 eidas3",
    }
    assert all(len(value) == 43 for value in drawn.values())
    assert len(set(drawn.values())) == 3


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_client_secret_is_sent_by_the_method_of_the_provider(client, provider, odile, method):
    link(odile, provider)
    provider.metadata = {"token_endpoint_auth_methods_supported": [method]}
    visit(client, provider)
    assert signed_in_as(client) == odile
    sent = dict(provider.requests)["/token"]
    assert (sent.get("client_secret") == SECRET) == (method == "client_secret_post")


def test_signed_user_info_and_ec_keys_are_accepted(client, provider, settings, odile):
    settings.OIDC_SIGNED_USER_INFO = True
    provider.sign_user_info = signed
    provider.sign = lambda claims: signed(claims, EC, "ES256", kid="ec")
    assert f'value="{EMAIL}"' in visit(client, provider).content.decode()


def test_changed_key_is_fetched_once(client, provider, odile):
    link(odile, provider)
    visit(client, provider)
    client.logout()
    provider.keys = [published(EC, "next", "ES256")]
    provider.sign = lambda claims: signed(claims, EC, "ES256", kid="next")
    visit(client, provider)
    assert signed_in_as(client) == odile
    assert [path for path, query in provider.requests].count("/keys") == 2
    assert [path for path, query in provider.requests].count("/.well-known/openid-configuration") == 1


def test_sign_out_includes_the_provider(client, provider, odile):
    link(odile, provider)
    visit(client, provider)
    url = client.post("/compte/deconnexion/").url
    assert url.startswith(f"{provider.issuer}/end?id_token_hint=ey")
    assert "post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fcompte%2Fau-revoir%2F&state=" in url
    assert signed_in_as(client) is None
    assert client.post("/compte/deconnexion/").url == "/compte/au-revoir/"


def test_sign_out_works_without_end_session_endpoint(client, provider, odile):
    link(odile, provider)
    provider.metadata = {"end_session_endpoint": None}
    visit(client, provider)
    assert client.post("/compte/deconnexion/").url == "/compte/au-revoir/"


@pytest.mark.parametrize("status", [404, 429, 503])
def test_sign_out_works_while_the_provider_refuses_its_metadata(client, provider, odile, status):
    link(odile, provider)
    visit(client, provider)
    caches["local"].clear()
    provider.instead = {"/.well-known/openid-configuration": provider_faults.page(status)}
    assert client.post("/compte/deconnexion/").url == "/compte/au-revoir/"
    assert signed_in_as(client) is None


def test_a_signed_in_user_links_and_unlinks(client, provider, odile):
    client.force_login(odile)
    prove(client, odile)
    page = client.get(CONNECTIONS)
    assert page["Cache-Control"] == "private, no-store"
    assert f"Continuer avec {NAME}" in text_of(page)
    assert visit(client, provider).redirect_chain[-1][0] == CONNECTIONS
    client.post(CONNECTIONS, {"action": "forget"})
    client.post(CONNECTIONS, {"action": "link"})
    assert not ProviderLink.objects.exists(), "it was let go"
    visit(client, provider)
    client.post(CONNECTIONS, {"action": "link"})
    row = odile.provider_links.get()
    assert "Ne plus relier" in text_of(client.get(CONNECTIONS))
    client.post(CONNECTIONS, {"action": "unlink", "link": row.pk})
    assert not ProviderLink.objects.exists()


def test_links_require_recent_authentication(client, provider, odile):
    row = link(odile, provider)
    client.force_login(odile)
    for answer in (client.get(CONNECTIONS), client.post(CONNECTIONS, {"action": "unlink", "link": row.pk})):
        assert answer.url.startswith("/compte/confirmer/")
    other = UserFactory()
    client.force_login(other)
    prove(client, other)
    client.post(CONNECTIONS, {"action": "unlink", "link": row.pk})
    assert ProviderLink.objects.count() == 1


def test_sign_in_with_the_provider_is_no_reauthentication(client, provider, odile):
    """An open session at the provider is not enough to take over the account."""
    link(odile, provider)
    visit(client, provider)
    assert client.get("/compte/adresse/").url.startswith("/compte/confirmer/")


def test_second_factor_after_the_provider_redirects_back(client, provider, odile):
    link(odile, provider)
    secret = give_application(odile)
    assert visit(client, provider, next="/propositions/").redirect_chain[-1][0] == ASKED
    assert signed_in_as(client) is None
    assert client.post(ASKED, {"code": code_of(secret)}).url == "/propositions/"
    assert signed_in_as(client) == odile


def test_identity_can_be_linked_to_one_account_only(client, provider, odile):
    link(odile, provider)
    other = UserFactory()
    client.force_login(other)
    prove(client, other)
    assert "déjà" in text_of(visit(client, provider))
    assert signed_in_as(client) == other, "nobody changes accounts on the way"
    link(other, provider, "an-older-one")
    provider.claims = provider.user_info_claims = {"sub": "another-one"}
    visit(client, provider)
    assert "déjà" in text_of(client.post(CONNECTIONS, {"action": "link"}, follow=True))
    assert ProviderLink.objects.count() == 2


def test_pending_identity_expires_after_half_an_hour(client, provider, odile, time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 28, 23, 30, tzinfo=dt.UTC))
    visit(client, provider)
    time_machine.shift(31 * 60)
    assert client.get(FIRST_TIME).url == "/compte/connexion/"


def test_account_that_is_leaving_or_closed_is_not_signed_in(client, provider, odile):
    link(odile, provider)
    plan_deletion(user=odile, removes_texts=False, now=timezone.now())
    assert visit(client, provider).redirect_chain[-1][0] == "/compte/revenir/"
    assert signed_in_as(client) is None
    User.objects.update(deletion_due_at=None)
    assert visit(client, provider).redirect_chain[-1][0] == "/compte/inactif/"
    assert signed_in_as(client) is None


def test_unverified_email_requires_a_code(client, provider, odile):
    link(odile, provider)
    EmailAddress.objects.filter(user=odile).delete()
    assert visit(client, provider).redirect_chain[-1][0] == "/compte/creer/verifier/"
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    "text", ["\0", "é" * 5_000, "9" * 30, "<script>alert(1)</script>", "https://ailleurs.example/"]
)
def test_arbitrary_parameters_cause_no_error_and_no_external_redirect(client, provider, odile, text):
    answer = client.get("/compte/fournisseur/retour/", {"state": text, "code": text, "iss": text, "error": text})
    assert answer.url == "/compte/connexion/"
    client.post("/compte/fournisseur/", {"next": text})
    state = client.session["provider_visit"]["state"]
    assert "//" not in client.session["provider_visit"]["target"]
    assert client.get("/compte/fournisseur/retour/", {"state": state, "code": text}).url == "/compte/connexion/"
    client.force_login(odile)
    prove(client, odile)
    visit(client, provider, next="https://ailleurs.example/")
    for sent in ({"action": text}, {"action": "unlink", "link": text}, {"action": "link", "link": text}):
        assert client.post(CONNECTIONS, sent).status_code in (200, 302)
    assert odile.provider_links.count() == 1


def test_links_are_exported_and_erased(provider, odile):
    link(odile, provider)
    (row,) = export_of(odile)["account.providers"]
    assert (row["issuer"], row["subject"]) == (provider.issuer, SUBJECT)
    odile.delete()
    assert not ProviderLink.objects.exists()


def test_button_names_the_provider(client, provider):
    page = text_of(client.get("/compte/connexion/?next=/propositions/"))
    assert f"Continuer avec {NAME}" in page
    assert f"site de {NAME}, qui sait alors que vous venez ici" in page
    assert page.index("Recevoir un code") < page.index("Continuer avec")
    assert "Continuer avec" in text_of(client.post("/compte/connexion/code/", {"email": ""}))


def test_provider_pages_return_404_without_settings(client, odile):
    client.force_login(odile)
    prove(client, odile)
    for page in PAGES:
        assert client.get(page).status_code == client.post(page).status_code == 404
    assert CONNECTIONS not in client.get("/compte/").content.decode()
    client.logout()
    page = client.get("/compte/connexion/")
    assert "fournisseur" not in page.content.decode()
    assert "form-action 'self';" in page["Content-Security-Policy"]


def test_content_security_policy_adds_only_the_provider():
    program = (
        "import json, config.settings.base as s;"
        "print(json.dumps([s.CONTENT_SECURITY_POLICY['DIRECTIVES'], s.ADMIN_CONTENT_SECURITY_POLICY]))"
    )
    environment = {"OIDC_ISSUER": "https://identite.example/api/v2", "VAR_DIR": str(site.VAR_DIR)}
    policies = [
        json.loads(subprocess.check_output([sys.executable, "-c", program], cwd=site.BASE_DIR, env=env))
        for env in ({"VAR_DIR": str(site.VAR_DIR)}, environment)
    ]
    assert policies[1][0].pop("form-action") == [*policies[0][0].pop("form-action"), "https://identite.example"]
    assert policies[0] == policies[1]


def test_an_incomplete_configuration_is_reported(settings, provider):
    assert run_checks(tags=["accounts"]) == []
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_SECRET, settings.OIDC_SCOPE = "http://identite.example", "", "email"
    assert [message.id for message in run_checks(tags=["accounts"])] == [
        "accounts.E002",
        "accounts.E003",
        "accounts.E004",
    ]
