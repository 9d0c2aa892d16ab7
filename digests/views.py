"""The pages of the letter: asking for it, choosing how often, stopping it.

The pages that a mail links to set no cookie and need none: the token of the link says who and what. Programs that look
at every link of a mail send GET and HEAD, so only POST acts.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from common.templatetags.dates import day
from digests import subscriptions
from digests.forms import NEVER, FrequencyForm, PreferencesForm, SubscriptionForm
from digests.models import ConsentLog, Frequency, Subscriber
from digests.schedule import next_slot, rhythm_of
from digests.tokens import confirmed_by, subscriber_of

View = Callable[..., HttpResponse]
Channel = ConsentLog.Channel
# Keeps a line from breaking inside an address.
WORD_JOINER = "\u2060"


def page_of_a_mail(view: View) -> View:
    """For pages that a mail links to: no cookie is asked for, nobody keeps or indexes them, no address leaks."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    allowed = require_http_methods(["GET", "HEAD", "POST"])(wrapper)
    return csrf_exempt(never_cache(_answering_options(allowed)))


def _answering_options(view: View) -> View:
    """OPTIONS says what is allowed and does nothing else."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        return view(request, *args, **kwargs)

    return wrapper


def masked(email: str) -> str:
    """« o…e@courriel.example »: enough to know one's own address again."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}{WORD_JOINER}…{WORD_JOINER}{name[-1:] if len(name) > 2 else ''}@{domain}"


def _unknown_link(request: HttpRequest) -> HttpResponse:
    """The same calm page for a link that is forged, revoked, cut in two or too old."""
    return render(request, "digests/unknown_link.html", status=404)


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Asks for the letter: at once for a signed-in person, after a confirmation by mail for anyone else."""
    user = request.user
    known = user.is_authenticated and subscriptions.has_verified_address(user)
    form = (FrequencyForm if known else SubscriptionForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        frequency = form.cleaned_data["frequency"]
        if known and user.is_authenticated:
            subscriptions.choose(user=user, frequency=frequency, now=timezone.now(), channel=Channel.FORM)
            messages.success(request, _saved_words(frequency))
            return redirect("digests:preferences")
        subscriptions.ask_by_mail(email=form.cleaned_data["email"], frequency=frequency, now=timezone.now())
        return redirect("digests:look_at_mail")
    return render(request, "digests/subscribe.html", {"form": form})


@require_safe
def look_at_mail(request: HttpRequest) -> HttpResponse:
    """What to do next: the mail has to be confirmed. The same page for a known address and a new one."""
    return render(request, "digests/look_at_mail.html")


@page_of_a_mail
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirms an address: GET shows a button, POST starts the letter."""
    subscriber, frequency = confirmed_by(token)
    if subscriber is None:
        return _unknown_link(request)
    context: dict[str, Any] = {"email": masked(subscriber.email), "frequency": Frequency(frequency).label}
    if request.method != "POST":
        return render(request, "digests/confirm.html", context)
    now = timezone.now()
    if not subscriptions.confirm(subscriber=subscriber, frequency=frequency, now=now):
        return _unknown_link(request)
    context["next_at"] = next_slot(now, rhythm_of(frequency))
    return render(request, "digests/confirmed.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How many mails the signed-in person wants."""
    user = request.user
    assert user.is_authenticated  # noqa: S101 - login_required; tells the type checker
    subscriber = subscriptions.reader_of(user)
    reading = bool(subscriber and subscriber.is_reading)
    current = subscriber.frequency if subscriber and reading else NEVER
    form = PreferencesForm(request.POST or None, initial={"frequency": current})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["frequency"]
        frequency = None if chosen == NEVER else chosen
        if frequency and not subscriptions.has_verified_address(user):
            subscriptions.ask_by_mail(email=user.email, frequency=frequency, now=timezone.now())
            return redirect("digests:look_at_mail")
        subscriptions.choose(user=user, frequency=frequency, now=timezone.now())
        messages.success(request, _saved_words(frequency))
        return redirect("digests:preferences")
    context = {"form": form, "address": user.email, "parents": [(reverse("accounts:home"), _("My account"))]}
    return render(request, "digests/preferences.html", context)


def _saved_words(frequency: str | None) -> str:
    if frequency is None:
        return _("It is saved. You will not get the letter.")
    due = next_slot(timezone.now(), rhythm_of(frequency))
    return _("It is saved. The next letter leaves on %(day)s, if there is something to say.") % {"day": day(due)}


@require_safe
def unsubscribe_help(request: HttpRequest) -> HttpResponse:
    """How to stop the letter without its link."""
    return render(request, "digests/unsubscribe_help.html")


@page_of_a_mail
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stops the letter: GET shows one button, POST acts at once, also for a mail program's one click (RFC 8058)."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return _unknown_link(request)
    if request.method != "POST":
        return render(request, "digests/unsubscribe.html", _reader_context(subscriber, token))
    stopped = subscriptions.stop(subscriber=subscriber, channel=Channel.MAIL, now=timezone.now())
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse()
    return render(request, "digests/unsubscribed.html", _reader_context(stopped, token))


@page_of_a_mail
def resubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Takes a stop by mistake back: POST acts, anything else shows the page of the link."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return _unknown_link(request)
    if request.method == "POST":
        subscriber = subscriptions.restart(subscriber=subscriber, now=timezone.now())
        if subscriber.is_reading:
            return render(request, "digests/resubscribed.html", _reader_context(subscriber, token))
    return render(request, "digests/unsubscribe.html", _reader_context(subscriber, token))


@page_of_a_mail
def less_often(request: HttpRequest, token: str) -> HttpResponse:
    """Changes how often the letter comes, without signing in: GET asks, POST acts."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return _unknown_link(request)
    form = FrequencyForm(request.POST or None, initial={"frequency": subscriber.frequency})
    context = _reader_context(subscriber, token) | {"form": form}
    if request.method == "POST" and form.is_valid():
        frequency = form.cleaned_data["frequency"]
        subscriptions.change_frequency(subscriber=subscriber, frequency=frequency, now=timezone.now())
        context["saved"] = _saved_words(frequency)
    return render(request, "digests/less_often.html", context)


def _reader_context(subscriber: Subscriber, token: str) -> dict[str, Any]:
    return {
        "email": masked(subscriber.email),
        "token": token,
        "is_reading": subscriber.is_reading,
        "frequency": Frequency(subscriber.frequency).label,
    }
