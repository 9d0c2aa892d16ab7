"""URLs of signing in, creating an account and one's own page. The views are allauth's, the URLs ours."""

from allauth.account import views as allauth
from django.urls import include, path

from accounts.views import deletion, email, identity, own_data, profile, providers, sessions, sign_in
from accounts.views.identity import identity_confirmed

own = (
    [
        path("", profile.home, name="home"),
        path("nom/", profile.public_name, name="public_name"),
        path("commune/", profile.commune, name="commune"),
        path("adresse/", identity_confirmed(email.email), name="email"),
        path("adresse/code/", email.ConfirmEmailView.as_view(), name="confirm_email"),
        path("confirmer/code/", identity.ConfirmIdentityView.as_view(), name="confirm_identity"),
        path("appareils/", sessions.SessionsView.as_view(), name="sessions"),
        path("mes-donnees/", own_data.own_data, name="own_data"),
        path("mes-donnees/code/", own_data.ConfirmExportView.as_view(), name="confirm_export"),
        path("mes-donnees/telecharger/", own_data.download, name="download_data"),
        path("supprimer/", deletion.delete, name="delete"),
        path("supprimer/code/", deletion.ConfirmDeletionView.as_view(), name="confirm_deletion"),
        path("ferme/", deletion.closed, name="closed"),
        path("revenir/", deletion.come_back, name="come_back"),
        path("fournisseur/", providers.begin, name="provider"),
        path("fournisseur/retour/", providers.callback, name="provider_callback"),
        path("fournisseur/premiere-fois/", providers.first_time, name="provider_first_time"),
        path("connexions/", providers.connections, name="connections"),
        path("au-revoir/", sign_in.signed_out, name="signed_out"),
    ],
    "accounts",
)

urlpatterns = [
    path("compte/", include(own)),
    path("compte/connexion/", sign_in.SignInView.as_view(), name="account_login"),
    path("compte/connexion/code/", sign_in.RequestCodeView.as_view(), name="account_request_login_code"),
    path("compte/connexion/code/verifier/", sign_in.ConfirmSignInCodeView.as_view(), name="account_confirm_login_code"),
    path("compte/deconnexion/", allauth.logout, name="account_logout"),
    path("compte/creer/", sign_in.SignUpView.as_view(), name="account_signup"),
    path("compte/creer/verifier/", sign_in.ConfirmSignUpCodeView.as_view(), name="account_email_verification_sent"),
    path("compte/confirmer/", identity.confirm_identity, name="account_reauthenticate"),
    path("compte/mot-de-passe/", allauth.password_change, name="account_change_password"),
    path("compte/mot-de-passe/choisir/", identity_confirmed(allauth.password_set), name="account_set_password"),
    path("compte/inactif/", allauth.account_inactive, name="account_inactive"),
]
