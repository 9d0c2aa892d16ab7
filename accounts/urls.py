"""URLs of signing in, creating an account and one's own page. The views are allauth's, the URLs ours."""

from allauth.account import views as allauth
from django.urls import include, path

from accounts import views

own = (
    [
        path("", views.home, name="home"),
        path("nom/", views.public_name, name="public_name"),
        path("commune/", views.commune, name="commune"),
        path("au-revoir/", views.signed_out, name="signed_out"),
    ],
    "accounts",
)

urlpatterns = [
    path("compte/", include(own)),
    path("compte/connexion/", views.SignInView.as_view(), name="account_login"),
    path("compte/connexion/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("compte/connexion/code/verifier/", views.ConfirmSignInCodeView.as_view(), name="account_confirm_login_code"),
    path("compte/deconnexion/", allauth.logout, name="account_logout"),
    path("compte/creer/", views.SignUpView.as_view(), name="account_signup"),
    path("compte/creer/verifier/", views.ConfirmSignUpCodeView.as_view(), name="account_email_verification_sent"),
    path("compte/inactif/", allauth.account_inactive, name="account_inactive"),
]
