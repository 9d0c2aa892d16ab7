"""Public pages of the polls. Reading needs no account; answering does, which is announced on the button."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from common.fragments import render_page_or_fragment, wants_fragment
from common.spreadsheets import csv_response
from polls.errors import NotInElectorate, PollAlreadyAnswered, PollNotOpen, SeatAnswered
from polls.forms import PollForm
from polls.models import Poll
from polls.permissions import can_answer, can_read_results, has_answered, is_invited, voice_was_used
from polls.queries.charts import chart_of
from polls.queries.electorate import answered_by
from polls.queries.results import answers_of, decision_of, tallies, turnout
from polls.services.answers import answer_poll


@require_safe
def poll_list(request: HttpRequest) -> HttpResponse:
    """List of the open polls, then of the closed ones with their results."""
    now = timezone.now()
    open_polls, closed_polls = list(Poll.objects.open(now)), list(Poll.objects.closed(now))
    context = {
        "open_polls": open_polls,
        "closed_polls": closed_polls,
        "answered": answered_by(request.user, [*open_polls, *closed_polls], now),
    }
    return render(request, "polls/poll_list.html", context)


# Query parameter that displays the form to an anonymous user: the reading page sets no cookie.
ANSWER = "repondre"


@done_after_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: HttpRequest, slug: str) -> HttpResponse:
    """Page of a poll; with the form if the user may answer, and the earlier answer if it can be changed."""
    now = timezone.now()
    found = get_object_or_404(Poll.objects.published(now), slug=slug)
    if request.method == "POST":
        return _answer(request, found)
    if _takes_visitors(request, found) and ANSWER in request.GET:
        return _show(request, found, PollForm(poll=found))
    if not can_answer(request.user, found, now=now):
        return _show(request, found, None)
    return _show(request, found, PollForm(poll=found, answers=answers_of(found, cast(User, request.user))))


def _takes_visitors(request: HttpRequest, poll: Poll) -> bool:
    """Returns whether an anonymous user may answer before signing in: not in a secret poll, or a restricted one.

    A secret answer is not stored in a session next to an address; in a restricted poll others would answer in vain.
    """
    is_for_all = poll.audience == Poll.Audience.ACCOUNTS and not poll.is_secret
    return is_for_all and poll.is_open(timezone.now()) and not request.user.is_authenticated


def _answer_of_visitor(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Stores the answer and sends a sign-in code, or redirects to the form for the e-mail address."""
    if not poll.is_open(timezone.now()):
        messages.error(request, str(PollNotOpen.message))
        return redirect(poll)
    if not _takes_visitors(request, poll):
        return redirect(f"{poll.get_absolute_url()}?{ANSWER}=1")
    form = PollForm(request.POST, poll=poll)
    if form.is_valid() and (asked := ask_for_code(request)):
        return asked
    return _show(request, poll, form)


def _answer(request: HttpRequest, poll: Poll) -> HttpResponse:
    if not request.user.is_authenticated:
        return _answer_of_visitor(request, poll)
    now = timezone.now()
    form = PollForm(request.POST, poll=poll)
    if not form.is_valid() and can_answer(request.user, poll, now=now):
        return _show(request, poll, form)
    try:
        changed = answer_poll(poll=poll, user=request.user, answers=form.answers, now=now)
    except (PollNotOpen, SeatAnswered) as refusal:
        messages.error(request, str(refusal))
        return _redirect(request, poll.get_absolute_url())
    except NotInElectorate:
        return _redirect(request, poll.get_absolute_url())
    except PollAlreadyAnswered as refusal:
        messages.info(request, str(refusal))
    else:
        recorded = (
            _("Your answer is changed. The new one is counted.")
            if changed
            else _("Your answer is recorded. Thank you.")
        )
        messages.success(request, recorded)
    return _redirect(request, reverse("polls:results", kwargs={"slug": poll.slug}))


def _redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Redirects with a full page load, even if a script sent the form."""
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def _show(request: HttpRequest, poll: Poll, form: PollForm | None) -> HttpResponse:
    now = timezone.now()
    context = {
        "poll": poll,
        "parents": _parents(),
        "form": form,
        "questions": [] if form else poll.questions.prefetch_related("choices"),
        "is_open": poll.is_open(now),
        "wants_to_answer": ANSWER in request.GET,
        "has_paper_form": Poll.objects.open_to_agents(now).filter(pk=poll.pk).exists(),
        "results_are_shown": can_read_results(request.user, poll, now=now),
        "has_answered": has_answered(request.user, poll),
        "voice_was_used": form is None and voice_was_used(request.user, poll, now=now),
        "is_invited": form is not None or is_invited(request.user, poll, now=now),
    }
    status = 422 if form and form.errors else 200
    return render_page_or_fragment(request, "polls/poll.html", context, says="erreurs", status=status)


def _parents() -> list[tuple[str, str]]:
    return [(reverse("polls:list"), _("Polls"))]


@require_safe
def paper_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Printable questions of a poll for which agents may enter answers; redirects to the page of any other poll."""
    now = timezone.now()
    found = Poll.objects.open_to_agents(now).filter(slug=slug).first()
    if found is None:
        return redirect(get_object_or_404(Poll.objects.published(now), slug=slug))
    context = {
        "poll": found,
        "parents": [*_parents(), (found.get_absolute_url(), found.title)],
        "groups": list(PollForm(poll=found).groups()),
    }
    return render(request, "polls/paper_form.html", context)


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Results as sentences and tables if the user may read them, else the time when they are published."""
    now = timezone.now()
    found = get_object_or_404(Poll.objects.published(now), slug=slug)
    context: dict[str, Any] = {
        "poll": found,
        "parents": [*_parents(), (found.get_absolute_url(), found.title)],
        "is_open": found.is_open(now),
        "charts": None,
    }
    if can_read_results(request.user, found, now=now):
        answered = turnout(found, now=now)
        charts = [(tally.question, chart_of(tally, decision_of(tally, answered, now=now))) for tally in tallies(found)]
        context |= {"charts": charts, "turnout": answered}
    else:
        context["answered"] = has_answered(request.user, found)
    return render(request, "polls/results.html", context)


@require_safe
def results_table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """Results as a CSV file; 404 if the user may not read them."""
    now = timezone.now()
    found = get_object_or_404(Poll.objects.published(now), slug=slug)
    if not can_read_results(request.user, found, now=now):
        raise Http404
    header = [
        _("Question"),
        _("Kind of answer"),
        _("Answer"),
        _("People"),
        _("First places"),
        _("Score"),
        _("Percent"),
        _("Answers to the question that an agent entered"),
    ]
    rows = (
        [
            tally.question.text,
            tally.question.get_kind_display(),
            line.choice.text,
            line.people,
            line.first,
            line.score,
            line.percent,
            tally.by_agents,
        ]
        for tally in tallies(found)
        for line in tally.lines
    )
    return csv_response(f"{found.slug}.csv", [str(title) for title in header], rows)
