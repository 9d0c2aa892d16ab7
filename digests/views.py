"""Public pages of the digest: subscribe, choose, unsubscribe, archives.

Pages linked from a mail set and need no cookie: the token of the link has the reader and the action. Link scanners
send GET and HEAD, so only POST changes anything.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from committee.models import SessionPage, TopicPage
from common.choosers import number_of
from common.edits import Edit, lock
from common.errors import TooManyMails
from common.limits import throttle_mail, too_often
from common.notices import redirect_with_notice
from common.templatetags.dates import day
from digests.errors import RateLimited
from digests.forms import DigestForm, FrequencyForm, PreferencesForm, SubscriptionForm, frequency_of
from digests.models import ConsentLog, Frequency, SessionReminder, Subscriber
from digests.models.frequencies import frequency_words
from digests.models.schedule import next_digest
from digests.models.tokens import confirmed_by, further_of, is_of_address, subscriber_of
from digests.queries.archives import archived, archived_days
from digests.queries.composition import compose_further
from digests.queries.subscribers import has_verified_email
from digests.services import subscriptions, throttling
from digests.services.reminders import due_at, set_reminder
from participation.models import Follow
from participation.services.follows import set_follow

View = Callable[..., HttpResponse]
Channel = ConsentLog.Channel
# The button sends the action, so that a resubmission does not revert it.
ACTIONS = {"suivre": True, "arreter": False}
MAX_FOLLOWS = 100
ARCHIVES_PER_PAGE = 20
# Prevents a line break inside an e-mail address.
WORD_JOINER = "\u2060"


def mail_link_view(view: View) -> View:
    """Decorates a view linked from mails: no cookie, no caching, no indexing, no referrer."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except RateLimited as refusal:
            response = render(request, "digests/too_often.html", {"refusal": refusal}, status=429)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    allowed = require_http_methods(["GET", "HEAD", "POST"])(wrapper)
    return csrf_exempt(never_cache(_allow_options(allowed)))


def _allow_options(view: View) -> View:
    """Answers OPTIONS with the allowed methods."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(headers={"Allow": "GET, HEAD, POST, OPTIONS"})
        return view(request, *args, **kwargs)

    return wrapper


def masked_email(email: str) -> str:
    """Returns « o…e@courriel.example », enough to recognise one's own e-mail address."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}{WORD_JOINER}…{WORD_JOINER}{name[-1:] if len(name) > 2 else ''}@{domain}"


def _unknown_link(request: HttpRequest) -> HttpResponse:
    """Returns the page for all invalid links: forged, revoked, truncated or expired. 429 above the rate limit."""
    status = 404 if throttling.allow_try(request, timezone.now()) else 429
    return render(request, "digests/unknown_link.html", status=status)


def _acts(request: HttpRequest, subscriber: Subscriber) -> bool:
    """Returns whether the request is a POST, which alone changes anything. Raises `RateLimited`."""
    if request.method != "POST":
        return False
    if not throttling.allow_post(subscriber.pk, timezone.now()):
        raise RateLimited
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Subscribes to the digest: at once for a signed-in user, after a confirmation by mail for others.

    `?sujet=` is a subject to follow.
    """
    user, now = request.user, timezone.now()
    is_verified = user.is_authenticated and has_verified_email(user)
    topic = TopicPage.objects.published().filter(slug=request.GET.get("sujet", "")).first()
    form = (FrequencyForm if is_verified else SubscriptionForm)(request.POST or None, topic=topic)
    wait = 0
    if request.method == "POST" and form.is_valid():
        frequency, topics = form.cleaned_data["frequency"], form.topic_keys
        if is_verified and user.is_authenticated:
            reader = subscriptions.choose(user=user, frequency=frequency, now=now, channel=Channel.FORM, added=topics)
            messages.success(request, _saved_message(reader))
            return redirect("digests:preferences")
        email = form.cleaned_data["email"]
        try:
            throttle_mail(request, email, now, sends=not subscriptions.is_asked(email=email, now=now))
        except TooManyMails as refusal:
            form.add_error(None, str(refusal))
            wait = refusal.seconds
        else:
            subscriptions.ask_by_mail(email=email, frequency=frequency, now=now, topics=topics)
            return _look_at_mail_of(request, email)
    page = render(request, "digests/subscribe.html", {"form": form, "topic": topic})
    return too_often(page, seconds=wait) if wait else page


def _look_at_mail_of(request: HttpRequest, email: str) -> HttpResponse:
    """Redirects to the page that asks to confirm, and shows the address, so that typing errors are visible."""
    messages.success(request, _("We have written to %(email)s.") % {"email": email})
    return redirect("digests:look_at_mail")


@require_safe
def look_at_mail(request: HttpRequest) -> HttpResponse:
    """Asks to confirm by mail: the same page for a known and for a new e-mail address."""
    return render(request, "digests/look_at_mail.html")


@mail_link_view
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirms an e-mail address: GET shows a button, POST starts the digest."""
    confirmation = confirmed_by(token)
    if confirmation is None:
        return _unknown_link(request)
    subscriber = confirmation.subscriber
    context: dict[str, Any] = {
        "email": masked_email(subscriber.email),
        "frequency": Frequency(confirmation.frequency).label,
    }
    if not _acts(request, subscriber):
        return render(request, "digests/confirm.html", context)
    now = timezone.now()
    if not subscriptions.confirm(confirmation, now=now):
        return _unknown_link(request)
    subscriber.refresh_from_db()
    context["next_at"] = next_digest(subscriber, now)
    return render(request, "digests/confirmed.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def preferences(request: HttpRequest) -> HttpResponse:
    """Shows and saves the choices of the signed-in user, and their follows, each with a button to stop."""
    user, now = request.user, timezone.now()
    assert user.is_authenticated  # noqa: S101 - login_required; tells the type checker
    if request.method == "POST" and "arreter" in request.POST:
        return _stop_following(request, user)
    if request.method == "POST" and (reader := subscriptions.reader_of(user)):
        lock(reader)
    subscriber = subscriptions.reader_of(user)
    form = PreferencesForm(request.POST or None, subscriber=subscriber, initial={"frequency": frequency_of(subscriber)})
    edit = Edit(request, form)
    wait = 0
    if request.method == "POST" and not edit.changes and form.is_valid():
        if not form.digest_frequency or has_verified_email(user):
            reader = subscriptions.choose(
                user=user,
                frequency=form.digest_frequency,
                now=now,
                choices=form.choices,
                immediate=form.wants_immediate,
            )
            messages.success(request, _saved_message(reader))
            return redirect("digests:preferences")
        try:
            throttle_mail(request, user.email, now, sends=not subscriptions.is_asked(email=user.email, now=now))
        except TooManyMails as refusal:
            form.add_error(None, str(refusal))
            wait = refusal.seconds
        else:
            subscriptions.ask_by_mail(email=user.email, frequency=form.digest_frequency, now=now, choices=form.choices)
            return _look_at_mail_of(request, user.email)
    is_paused = subscriber is not None and subscriber.is_paused(timezone.localdate(now))
    context = {
        "form": form,
        "edit": edit,
        "address": user.email,
        "chosen": frequency_of(subscriber),
        "paused_until": subscriber.paused_until if subscriber and is_paused else None,
        "parents": [(reverse("accounts:home"), _("My account"))],
        "follows": Follow.objects.readable(user)[:MAX_FOLLOWS],
        "reminders": SessionReminder.objects.filter(
            user=user, session__in=SessionPage.objects.published().upcoming(now)
        ).select_related("session"),
    }
    page = render(request, "digests/preferences.html", context, status=409 if edit.changes else 200)
    return too_often(page, seconds=wait) if wait else page


def _stop_following(request: HttpRequest, user: User) -> HttpResponse:
    """Stops one follow of `user`; the button sends its primary key."""
    value, back = request.POST["arreter"], f"{reverse('digests:preferences')}#suivi"
    follow = Follow.objects.readable(user).filter(pk=number_of(value)).first()
    if follow is None:
        return redirect(back)
    set_follow(user=user, discussion=follow.discussion, following=False, now=timezone.now())
    message = _("You do not follow “%(title)s” any more.") % {"title": follow.discussion.subject_title}
    return redirect_with_notice(request, back, message)


def _saved_message(subscriber: Subscriber | None) -> str:
    if subscriber is None or not subscriber.is_reading:
        return _("It is saved. You will not get the letter.")
    due = next_digest(subscriber, timezone.now())
    return _("It is saved. The next letter leaves on %(day)s, if there is something to say.") % {"day": day(due)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Follows a subject of the programme in the digest, or stops.

    A user without a digest is asked to subscribe first.
    """
    topic = get_object_or_404(TopicPage.objects.published(), slug=slug)
    user = request.user
    subscriber = subscriptions.reader_of(user) if user.is_authenticated else None
    if subscriber is None or not subscriber.is_reading:
        return redirect(f"{reverse('digests:subscribe')}?sujet={topic.slug}")
    following = ACTIONS.get(request.POST.get("action", ""))
    if request.method == "POST" and following is not None:
        subscriptions.follow_topic(subscriber=subscriber, topic=topic, following=following, now=timezone.now())
        return redirect("digests:follow_topic", slug=slug)
    context = {
        "topic": topic,
        "parents": [(topic.get_url(request), topic.title)],
        "is_following": subscriber.topics.filter(pk=topic.pk).exists(),
        "frequency": frequency_words(subscriber.frequency),
    }
    return render(request, "digests/follow_topic.html", context)


@never_cache
@done_after_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def session_reminder(request: HttpRequest, slug: str) -> HttpResponse:
    """Sets or removes the reminder of a session on the day before."""
    session = get_object_or_404(SessionPage.objects.published(), slug=slug)
    user, now = request.user, timezone.now()
    is_over = session.starts_at <= now
    is_wanted = ACTIONS.get(request.POST.get("action", ""))
    if sent := ask_for_code(request):
        return sent
    can_set = not is_over and not (is_wanted and session.is_cancelled)
    if user.is_authenticated and is_wanted is not None and can_set:
        set_reminder(user=user, session=session, is_wanted=is_wanted, now=now)
        return redirect("digests:session_reminder", slug=slug)
    has_reminder = user.is_authenticated and SessionReminder.objects.filter(user=user, session=session).exists()
    context = {
        "session": session,
        "parents": [(session.get_url(request), session.heading)],
        "is_over": is_over,
        "is_due": now >= due_at(session),
        "is_asked": has_reminder,
    }
    return render(request, "digests/session_reminder.html", context)


@require_safe
def archives(request: HttpRequest) -> HttpResponse:
    """Lists past digests, the latest first."""
    days = Paginator(archived_days(), ARCHIVES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "digests/archives.html", {"days": days})


@require_safe
def archive(request: HttpRequest, day: date) -> HttpResponse:
    """Shows the digest of one day for all readers, without content that is no longer public."""
    edition, sections = archived(day, now=timezone.now())
    if edition is None:
        raise Http404
    context = {
        "edition": edition,
        "sections": sections,
        "parents": [(reverse("digests:archives"), _("Letters of the committee"))],
    }
    return render(request, "digests/archive.html", context)


@mail_link_view
def further(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the lines of a section for which the mail had no room, independent of later events."""
    delivery, name, after = further_of(token)
    if delivery is None:
        return _unknown_link(request)
    context = {
        "edition": delivery.edition,
        "section": compose_further(delivery, name, after=after, now=timezone.now()),
        "parents": [(reverse("digests:archives"), _("Letters of the committee"))],
    }
    return render(request, "digests/further.html", context)


@require_safe
def unsubscribe_help(request: HttpRequest) -> HttpResponse:
    """Explains how to stop the digest without its link."""
    return render(request, "digests/unsubscribe_help.html")


@mail_link_view
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stops the digest: GET shows a button, POST acts at once, also for a mail program's one-click (RFC 8058)."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return _unknown_link(request)
    if not _acts(request, subscriber):
        return render(request, "digests/unsubscribe.html", _reader_context(subscriber, token))
    stopped = subscriptions.stop(subscriber=subscriber, channel=Channel.MAIL, now=timezone.now())
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return HttpResponse()
    return render(request, "digests/unsubscribed.html", _reader_context(stopped, token))


@mail_link_view
def resubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Restarts a digest stopped by mistake: POST acts, other methods show the page of the link."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return _unknown_link(request)
    if is_of_address(token, subscriber) and _acts(request, subscriber):
        subscriber = subscriptions.restart(subscriber=subscriber, now=timezone.now())
        if subscriber.is_reading:
            return render(request, "digests/resubscribed.html", _reader_context(subscriber, token))
    return render(request, "digests/unsubscribe.html", _reader_context(subscriber, token))


@mail_link_view
@transaction.atomic
def less_often(request: HttpRequest, token: str) -> HttpResponse:
    """Changes the frequency of the digest, without signing in: GET shows the form, POST saves."""
    subscriber = subscriber_of(token)
    if subscriber is None:
        return _unknown_link(request)
    if not is_of_address(token, subscriber):
        return redirect("digests:unsubscribe", token)
    is_submitted = _acts(request, subscriber)
    if is_submitted:
        lock(subscriber)
        subscriber.refresh_from_db()
    form = DigestForm(request.POST or None, subscriber=subscriber)
    edit, saved = Edit(request, form), ""
    if is_submitted and not edit.changes and form.is_valid():
        frequency = form.cleaned_data["frequency"]
        subscriber = subscriptions.change_choices(
            subscriber=subscriber, frequency=frequency, choices=form.choices, now=timezone.now()
        )
        saved = _saved_message(subscriber)
    context = _reader_context(subscriber, token) | {"form": form, "edit": edit, "saved": saved}
    return render(request, "digests/less_often.html", context, status=409 if edit.changes else 200)


def _reader_context(subscriber: Subscriber, token: str) -> dict[str, Any]:
    return {
        # Empty in a mail to a former address, whose link only stops the digest.
        "email": masked_email(subscriber.email) if is_of_address(token, subscriber) else "",
        "token": token,
        "is_reading": subscriber.is_reading,
        "frequency": Frequency(subscriber.frequency).label,
    }
