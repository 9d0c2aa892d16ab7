"""Signing in, creating an account, one's own page. The views are allauth's, the addresses ours."""

from allauth.account import views as allauth
from django.urls import include, path

from accounts import views

own = (
    [path("", views.home, name="home")],
    "accounts",
)

urlpatterns = [
    path("compte/", include(own)),
    path("compte/connexion/", allauth.login, name="account_login"),
    path("compte/connexion/code/", allauth.request_login_code, name="account_request_login_code"),
    path("compte/connexion/code/verifier/", allauth.confirm_login_code, name="account_confirm_login_code"),
    path("compte/deconnexion/", allauth.logout, name="account_logout"),
    path("compte/creer/", allauth.signup, name="account_signup"),
    path("compte/creer/verifier/", allauth.email_verification_sent, name="account_email_verification_sent"),
    path("compte/inactif/", allauth.account_inactive, name="account_inactive"),
    path("compte/confirmer-identite/", allauth.reauthenticate, name="account_reauthenticate"),
]
