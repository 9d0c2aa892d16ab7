"""Mails about accounts. allauth writes them, from the templates of `templates/account/email/`: here are their names."""

from django.utils.translation import gettext_lazy as _

from mailing.notifications import LibraryMail


class SignInCode(LibraryMail):
    kind = "account.login_code"
    verbose_name = _("Code to sign in")
    template = "account/email/login_code_message"


class SignUpCode(LibraryMail):
    kind = "account.email_confirmation_signup"
    verbose_name = _("Code to create an account")
    template = "account/email/email_confirmation_signup_message"


class EmailCode(LibraryMail):
    kind = "account.email_confirmation"
    verbose_name = _("Code to check an e-mail address")
    template = "account/email/email_confirmation_message"


class UnknownAccount(LibraryMail):
    kind = "account.unknown_account"
    verbose_name = _("Sign-in with an unknown address")
    template = "account/email/unknown_account_message"


class KnownAccount(LibraryMail):
    kind = "account.account_already_exists"
    verbose_name = _("Sign-up with a known address")
    template = "account/email/account_already_exists_message"
