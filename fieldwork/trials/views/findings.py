"""Page of a finding, its echoes, and its new trials."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.intended import ask_for_code, done_after_sign_in
from common.errors import Refusal
from common.limits import throttle
from common.notices import redirect_with_notice
from fieldwork import permissions
from fieldwork.errors import RetestRefused
from fieldwork.models import Finding
from fieldwork.trials.forms import RetestForm
from fieldwork.trials.queries.findings import answers, timeline
from fieldwork.trials.services.echoes import set_echo
from fieldwork.trials.services.retests import retest as send_retest
from fieldwork.trials.views.campaigns import way_back

with_form = require_http_methods(["GET", "HEAD", "POST"])
# The button states the action, so that submitting a page twice does not toggle it.
ECHO_ACTIONS = {"dire": True, "retirer": False}


def _finding(request: HttpRequest, pk: int) -> Finding:
    """Returns a finding that the user may read. Raises Http404, to hide whether another one exists."""
    found: Finding = get_object_or_404(
        Finding.objects.visible_to(request.user).with_context().select_related("trial__scenario__campaign__topic"),
        pk=pk,
    )
    return found


@require_safe
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows a finding: problem, expected result, state, answers of the city, new trials."""
    found = _finding(request, pk)
    steps = list(found.steps.order_by("at", "pk"))
    scenario = found.trial.scenario
    context = {
        "scenario": scenario,
        "about": scenario.campaign,
        "steps": timeline(found, steps, timezone.localdate()),
        "answers": answers(found, steps),
        "retests": list(found.retests.all()),
        "may_be_tried": found.state in Finding.RETESTABLE_STATES,
        "parents": way_back(scenario, scenario.campaign),
        "current": _("Finding no. %(number)d") % {"number": found.pk},
        **_echoes(request, found),
    }
    return render(request, "fieldwork/trials/finding.html", context)


def _echoes(request: HttpRequest, found: Finding) -> dict[str, Any]:
    """Returns the number of echoes, and whether the user is one of them or the tester."""
    accounts = set(found.echoes.values_list("user", flat=True))
    return {
        "finding": found,
        "echo_count": len(accounts),
        "is_echoed": request.user.pk in accounts,
        "is_own": request.user.is_authenticated and found.trial.tester_id == request.user.pk,
    }


@done_after_sign_in
@with_form
def echo(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets or removes the echo « J’ai le même problème » of a signed-in user."""
    found = _finding(request, pk)
    wanted = ECHO_ACTIONS.get(request.POST.get("action", ""))
    if asked := ask_for_code(request):
        return asked
    if request.user.is_authenticated and wanted is not None:
        with suppress(Refusal):
            set_echo(user=request.user, finding=found, wanted=wanted, now=timezone.now())
        return redirect(f"{found.get_absolute_url()}#moi-aussi")
    campaign = found.trial.scenario.campaign
    context = {"parents": [*way_back(None, campaign), (found.get_absolute_url(), found.headline)]}
    return render(request, "fieldwork/trials/echo.html", {**context, **_echoes(request, found)})


@done_after_sign_in
@with_form
def retest(request: HttpRequest, pk: int) -> HttpResponse:
    """New trial of a repaired finding, by a signed-in user not involved in the repair."""
    found = _finding(request, pk)
    form = RetestForm(request.POST or None, initial={"version": found.fixed_in})
    if form.is_valid() and (asked := ask_for_code(request)):
        return asked
    if request.user.is_authenticated and form.is_valid():
        told, now = form.cleaned_data, timezone.now()
        said = {name: told[name] for name in ("outcome", "version", "note", "key")}
        try:
            throttle(request, now)
            send_retest(finding=found, tester=request.user, tested_on=timezone.localdate(now), now=now, **said)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect_with_notice(request, found.get_absolute_url(), _("Thank you: your new trial counts."))
    campaign = found.trial.scenario.campaign
    context = {
        "finding": found,
        "scenario": found.trial.scenario,
        "form": form,
        "refusal": _why_not(request, found),
        "parents": [*way_back(None, campaign), (found.get_absolute_url(), found.headline)],
    }
    return render(request, "fieldwork/trials/retest.html", context)


def _why_not(request: HttpRequest, found: Finding) -> str:
    """Returns the reason for which the user cannot retest, shown before the form; "" if they can, or can sign in."""
    if found.state not in Finding.RETESTABLE_STATES:
        return _("Nothing is said to be fixed now: there is nothing to try again.")
    if request.user.is_authenticated and not permissions.can_retest(request.user, found):
        return str(RetestRefused())
    return ""
