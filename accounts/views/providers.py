"""Views of the sign-in through an identity provider, and of the page that links an identity to an account.

An identity signs in only after a signed-in user has linked it: on a first visit, the visitor signs in or signs up as
usual, then confirms the link.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import IdentityTaken, NotProved
from accounts.forms.sign_in import RequestCodeForm
from accounts.models import ProviderLink, User
from accounts.services.openid import is_configured
from accounts.services.providers import (
    Identity,
    begin_visit,
    end_visit,
    forget_identity,
    link_identity,
    unlink,
)
from accounts.views.identity import identity_confirmed
from accounts.views.sign_in import next_of
from common.audit import Act, record_act
from common.choosers import number_of
from common.limits import HOUR, allow_network

logger = logging.getLogger(__name__)

# Each visit writes a session, and may query the provider.
VISITS_PER_NETWORK_AND_HOUR = 300

View = Callable[..., HttpResponseBase]


def with_provider(view: View) -> View:
    """Raises `Http404` if the site has no identity provider."""

    @wraps(view)
    def answers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_configured():
            raise Http404
        return view(request, *args, **kwargs)

    return answers


@with_provider
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Redirects to the provider. The page to return to stays in the session and is not sent there."""
    now = timezone.now()
    if not allow_network("provider", request, limit=VISITS_PER_NETWORK_AND_HOUR, seconds=HOUR, now=now):
        messages.error(request, _("Many people of your network sign in this way. Ask for a code by e-mail."))
        return redirect(_way_out(request))
    try:
        return redirect(begin_visit(session=request.session, target=next_of(request), now=now))
    except NotProved as refusal:
        return _refused(request, refusal)


@with_provider
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Handles the return from the provider: signs in the linked account, or redirects to the usual sign-in."""
    try:
        owner, target = end_visit(session=request.session, answer=request.GET, now=timezone.now())
    except NotProved as refusal:
        return _refused(request, refusal)
    if request.user.is_authenticated:
        if isinstance(owner, User) and owner != request.user:
            messages.error(request, str(IdentityTaken()))
        return redirect("accounts:connections")
    if isinstance(owner, User):
        return perform_login(request, owner, redirect_url=target or None)
    return redirect("accounts:provider_first_time")


@with_provider
@require_GET
def first_time(request: HttpRequest) -> HttpResponse:
    """Asks which account to link: an existing one, after a code to its address, or a new one."""
    identity = Identity.waiting(request.session, timezone.now())
    if identity is None or request.user.is_authenticated:
        return redirect(_way_out(request))
    target = reverse("accounts:connections")
    context = {
        "code_form": RequestCodeForm(initial={"email": identity.email}),
        "provider": settings.OIDC_NAME,
        "target": target,
        "signup_url": f"{reverse('account_signup')}?{urlencode({'next': target})}",
    }
    return render(request, "accounts/provider_first_time.html", context)


def _connections(request: HttpRequest) -> HttpResponse:
    """Lists the ways to sign in to the account, and links or unlinks an identity."""
    user, now = cast(User, request.user), timezone.now()
    identity = Identity.waiting(request.session, now)
    match request.POST.get("action") if request.method == "POST" else None:
        case "link" if identity:
            try:
                link_identity(user=user, identity=identity, now=now)
            except IdentityTaken as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, _("It is linked: next time, it is enough to sign in with it."))
            forget_identity(request.session)
            return redirect(identity.target or "accounts:connections")
        case "forget":
            forget_identity(request.session)
            return redirect("accounts:connections")
        case "unlink":
            if unlink(user=user, link_id=number_of(request.POST.get("link", ""))):
                messages.success(request, _("It does not open your account any more."))
            return redirect("accounts:connections")
    links = ProviderLink.objects.filter(user=user).order_by("pk")
    context = {
        "identity": identity,
        "links": [(link, _name_of(link)) for link in links],
        "is_linked": any(link.issuer == settings.OIDC_ISSUER for link in links),
        "provider": settings.OIDC_NAME,
    }
    return render(request, "accounts/connections.html", context)


# Access to another user's session must not be enough to link an identity and so keep access to the account.
connections = with_provider(identity_confirmed(_connections))


def _name_of(link: ProviderLink) -> str:
    """Returns the name of the provider of `link`, or its address if the site no longer uses it."""
    return settings.OIDC_NAME if link.issuer == settings.OIDC_ISSUER else link.issuer


def _refused(request: HttpRequest, refusal: NotProved) -> HttpResponse:
    logger.warning("no sign-in with the provider: %s", refusal.fault)
    record_act(Act.NOT_PROVED, refused=True, details=refusal.fault)
    messages.error(request, str(refusal))
    return redirect(_way_out(request))


def _way_out(request: HttpRequest) -> str:
    return reverse("accounts:connections" if request.user.is_authenticated else "account_login")
