"""URLs of sign-in, sign-up and the account page. The views are allauth's, the URLs ours."""

from allauth.account import views as allauth
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path

from accounts.views import (
    deletion,
    email,
    factors,
    identity,
    intended,
    newcomers,
    own_data,
    profile,
    providers,
    sessions,
    sign_in,
)
from accounts.views.identity import factor_confirmed, identity_confirmed

own = (
    [
        path("", profile.home, name="home"),
        path("nom/", profile.public_name, name="public_name"),
        path("nouveau/", newcomers.newcomer, name="newcomer"),
        path("commune/", profile.commune, name="commune"),
        path("adresse/", identity_confirmed(email.email), name="email"),
        path("adresse/code/", email.ConfirmEmailView.as_view(), name="confirm_email"),
        path("confirmer/code/", identity.ConfirmIdentityView.as_view(), name="confirm_identity"),
        path("confirmer/facteur/", factors.confirm_factor, name="confirm_factor"),
        path("appareils/", sessions.SessionsView.as_view(), name="sessions"),
        path("mes-donnees/", factor_confirmed(own_data.own_data), name="own_data"),
        path("mes-donnees/code/", own_data.ConfirmExportView.as_view(), name="confirm_export"),
        path("mes-donnees/telecharger/", factor_confirmed(own_data.download), name="download_data"),
        path("supprimer/", factor_confirmed(deletion.delete), name="delete"),
        path("supprimer/code/", deletion.ConfirmDeletionView.as_view(), name="confirm_deletion"),
        path("ferme/", deletion.closed, name="closed"),
        path("revenir/", deletion.come_back, name="come_back"),
        path("texte-garde/", intended.form_again, name="form_again"),
        path("fournisseur/", providers.begin, name="provider"),
        path("fournisseur/retour/", providers.callback, name="provider_callback"),
        path("fournisseur/premiere-fois/", providers.first_time, name="provider_first_time"),
        path("connexions/", providers.connections, name="connections"),
        path("au-revoir/", sign_in.signed_out, name="signed_out"),
    ],
    "accounts",
)

second_factor = [
    path("", factors.factors, name="mfa_index"),
    path("application/", identity_confirmed(factors.AddApplicationView.as_view()), name="mfa_activate_totp"),
    path("application/retirer/", identity_confirmed(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("cle/", identity_confirmed(factors.AddPasskeyView.as_view()), name="mfa_add_webauthn"),
    path("cle/<int:pk>/", identity_confirmed(factors.RenamePasskeyView.as_view()), name="mfa_edit_webauthn"),
    path("cle/<int:pk>/retirer/", identity_confirmed(factors.RemovePasskeyView.as_view()), name="mfa_remove_webauthn"),
    path("codes/", identity_confirmed(factors.recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/nouveaux/", identity_confirmed(factors.renew_recovery_codes), name="mfa_generate_recovery_codes"),
]

urlpatterns = [
    path("compte/", include(own)),
    path("compte/deuxieme-facteur/", include(second_factor)),
    path("compte/connexion/deuxieme-facteur/", factors.ProveFactorView.as_view(), name="mfa_authenticate"),
    path("compte/connexion/cle/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("compte/connexion/", sign_in.SignInView.as_view(), name="account_login"),
    path("compte/connexion/code/", sign_in.RequestCodeView.as_view(), name="account_request_login_code"),
    path("compte/connexion/code/verifier/", sign_in.ConfirmSignInCodeView.as_view(), name="account_confirm_login_code"),
    path("compte/deconnexion/", allauth.logout, name="account_logout"),
    path("compte/creer/", sign_in.SignUpView.as_view(), name="account_signup"),
    path("compte/creer/verifier/", sign_in.ConfirmSignUpCodeView.as_view(), name="account_email_verification_sent"),
    path("compte/confirmer/", identity.confirm_identity, name="account_reauthenticate"),
    path("compte/mot-de-passe/", factor_confirmed(allauth.password_change), name="account_change_password"),
    path("compte/mot-de-passe/choisir/", identity_confirmed(allauth.password_set), name="account_set_password"),
    path("compte/inactif/", allauth.account_inactive, name="account_inactive"),
]
