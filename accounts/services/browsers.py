"""Browsers that have signed in to an account, recognised by a cookie of the sign-in page.

Such a browser has its own small number of tries (`common.limits`), so that strangers, who use up the limit of an
address from many networks, cannot lock its owner out (OWASP, "device cookies").
"""

from datetime import timedelta
from secrets import token_hex

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User

COOKIE_LIFE = timedelta(days=90)


def remember_browser(response: HttpResponse, user: User) -> None:
    """Sets the cookie of a browser that has signed in to `user`. No other page than those of the sign-in gets it."""
    response.set_signed_cookie(
        settings.BROWSER_COOKIE_NAME,
        token_hex(8),
        salt=_salt(user),
        max_age=COOKIE_LIFE,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_browser(request: HttpRequest, email: str) -> str:
    """Returns the identifier of a browser that has signed in to the account of `email`, or ""."""
    if settings.BROWSER_COOKIE_NAME not in request.COOKIES:
        return ""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        return ""
    name, salt = settings.BROWSER_COOKIE_NAME, _salt(user)
    return request.get_signed_cookie(name, default="", salt=salt, max_age=COOKIE_LIFE) or ""


def forget_browsers(user: User) -> None:
    """Ends the cookies of all browsers."""
    user.browser_nonce = token_hex(8)
    user.save(update_fields=["browser_nonce"])


def _salt(user: User) -> str:
    """Returns the salt of the cookies of `user`, which a new password or address changes."""
    return f"accounts.browser.{user.pk}.{user.password}.{user.email}.{user.browser_nonce}"
