"""Refusals of requests about an account."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

# allauth's code of the error of a password form above a rate limit; its parameter `seconds` is the waiting time.
TOO_MANY_TRIES = "too_many_login_attempts"


class WrongCode(Refusal):
    message = _("This code is not the right one. Copy the code of the latest e-mail that you received.")


class CodeExpired(Refusal):
    message = _("This code can no longer be used. Ask for a new one.")


class EmailTaken(Refusal):
    message = _("Another account was opened with this address in the meantime. Your address is not changed.")


class NameNotConfirmed(Refusal):
    """A public name that may identify a person was typed by another person, who did not confirm it."""

    message = _(
        "Everybody would read this name, and it tells who the person is. Shorten it, for example: Odile M. Or tick "
        "“Yes, this name will be public” if the person wants that."
    )


class LastAdministrator(Refusal):
    message = _("This is the only administrator of the site. Name another one first, then come back here.")


class OwnAccount(Refusal):
    message = _("This is your own account. Delete it on your own page, or ask another administrator to close it.")


class NoFactor(Refusal):
    message = _("This account has no second factor.")


class NobodyElse(Refusal):
    message = _("Nobody else can agree: name another administrator, or let the operator remove the second factor.")


class RemovalOver(Refusal):
    message = _("This request can no longer be used: it is too old, or the second factor has changed. Ask again.")


class NotProved(Refusal):
    """The identity provider did not prove an identity. `fault` is for the logs and holds no personal data."""

    message = _(
        "The sign-in with %(name)s did not succeed. Nothing is changed: try again, or ask for a code by e-mail."
    )

    def __init__(self, fault: str) -> None:
        super().__init__(self.message)
        self.fault = fault.lower()

    def __str__(self) -> str:
        return str(self.message) % {"name": settings.OIDC_NAME}


class ProviderDown(NotProved):
    message = _("%(name)s does not answer as it should at the moment. Ask for a code by e-mail, or come back later.")


class ProviderLeft(NotProved):
    message = _("You did not go through to the end with %(name)s. Try again, or ask for a code by e-mail.")


class ProofTooWeak(NotProved):
    message = _("%(name)s did not check your identity as well as this site needs. Ask for a code by e-mail.")


class SignInExpired(NotProved):
    message = _("This sign-in with %(name)s was over, or begun elsewhere. Start again from this page.")


class IdentityTaken(Refusal):
    message = _("It opens another account, or another identity opens yours. Unlink that one first.")
