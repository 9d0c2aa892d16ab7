"""Settings of accounts: sign-in, second factors, identity provider (docs/accounts.md)."""

from config.settings.environment import env

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.profile.PublicNameForm"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.PasswordForm",
    "request_login_code": "accounts.forms.sign_in.RequestCodeForm",
    "confirm_login_code": "accounts.forms.sign_in.ConfirmSignInCodeForm",
    "signup": "accounts.forms.sign_in.SignUpForm",
    "set_password": "accounts.forms.password.SetPasswordForm",
    "change_password": "accounts.forms.password.ChangePasswordForm",
    "confirm_email_verification_code": "accounts.forms.sign_in.ConfirmSignUpCodeForm",
}
# Six digits are easy to copy from a phone. Three tries per code and few codes per hour protect them from guessing: the
# site enforces both itself (`common.limits`, `accounts.views.sign_in`), on every sign-in page and under concurrency.
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {"request_login_code": "", "login_failed": ""}

# Cookie of browsers that have signed in (`accounts.services.browsers`).
BROWSER_COOKIE_NAME = "browser"

# The admin requires a second factor (`accounts.middleware`). Only the demonstration and the tests switch this off: a
# deployment check rejects False.
ADMIN_NEEDS_SECOND_FACTOR = True
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Allows for a clock that is 30 s off and for slow typing. A code is still valid only once (`accounts.forms.factors`).
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# `accounts.views.identity` asks for the user's second factor instead, where allauth would accept a code by e-mail.
MFA_REAUTHENTICATION_REQUIRED = False
MFA_FORMS = {
    "authenticate": "accounts.forms.factors.FactorCodeForm",
    "activate_totp": "accounts.forms.factors.AddApplicationForm",
    "add_webauthn": "accounts.forms.factors.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.factors.RenamePasskeyForm",
}

# Identity provider (OpenID Connect) for sign-in; empty: none.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
# Label of the provider: « Continuer avec … ».
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_SCOPE = env.str("OIDC_SCOPE", default="openid email")
# Accepted levels of identity verification, any of them. Empty: the provider decides.
OIDC_ACR_VALUES = env.list("OIDC_ACR_VALUES", default=[])
# Refuse an e-mail address that is not signed.
OIDC_SIGNED_USER_INFO = env.bool("OIDC_SIGNED_USER_INFO", default=False)
# Origins of the provider's sign-in and sign-out pages, added to `form-action` of the content security policy.
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=["/".join(OIDC_ISSUER.split("/")[:3])] if OIDC_ISSUER else [])
