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
    finding: Finding = get_object_or_404(
        Finding.objects.visible_to(request.user).with_context().select_related("trial__scenario__campaign__topic"),
        pk=pk,
    )
    return finding


@require_safe
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows a finding: problem, expected result, state, answers of the city, new trials."""
    finding = _finding(request, pk)
    steps = list(finding.steps.order_by("at", "pk"))
    scenario = finding.trial.scenario
    readable = Finding.objects.visible_to(request.user)
    context = {
        "scenario": scenario,
        "about": scenario.campaign,
        "original": readable.filter(pk=finding.duplicate_of_id).first() if finding.duplicate_of_id else None,
        "steps": timeline(finding, steps, timezone.localdate()),
        "answers": answers(finding, steps),
        "retests": list(finding.retests.all()),
        "can_be_retested": finding.state in Finding.RETESTABLE_STATES,
        "parents": way_back(scenario, scenario.campaign),
        "current": _("Finding no. %(number)d") % {"number": finding.pk},
        **_echoes(request, finding),
    }
    return render(request, "fieldwork/trials/finding.html", context)


def _echoes(request: HttpRequest, finding: Finding) -> dict[str, Any]:
    """Returns the number of echoes, and whether the user is one of them or the tester."""
    accounts = set(finding.echoes.values_list("user", flat=True))
    return {
        "finding": finding,
        "echo_count": len(accounts),
        "is_echoed": request.user.pk in accounts,
        "is_own": request.user.is_authenticated and finding.trial.tester_id == request.user.pk,
    }


@done_after_sign_in
@with_form
def echo(request: HttpRequest, pk: int) -> HttpResponse:
    """Sets or removes the echo « J’ai le même problème » of a signed-in user."""
    finding = _finding(request, pk)
    is_wanted = ECHO_ACTIONS.get(request.POST.get("action", ""))
    if response := ask_for_code(request):
        return response
    if request.user.is_authenticated and is_wanted is not None:
        with suppress(Refusal):
            set_echo(user=request.user, finding=finding, is_wanted=is_wanted, now=timezone.now())
        return redirect(f"{finding.get_absolute_url()}#moi-aussi")
    campaign = finding.trial.scenario.campaign
    context = {"parents": [*way_back(None, campaign), (finding.get_absolute_url(), finding.headline)]}
    return render(request, "fieldwork/trials/echo.html", {**context, **_echoes(request, finding)})


@done_after_sign_in
@with_form
def retest(request: HttpRequest, pk: int) -> HttpResponse:
    """New trial of a repaired finding, by a signed-in user not involved in the repair."""
    finding = _finding(request, pk)
    form = RetestForm(request.POST or None, initial={"version": finding.fixed_in})
    if form.is_valid() and (response := ask_for_code(request)):
        return response
    if request.user.is_authenticated and form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        values = {name: data[name] for name in ("outcome", "version", "note", "key")}
        try:
            throttle(request, now)
            send_retest(finding=finding, tester=request.user, tested_on=timezone.localdate(now), now=now, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect_with_notice(request, finding.get_absolute_url(), _("Thank you: your new trial counts."))
    campaign = finding.trial.scenario.campaign
    context = {
        "finding": finding,
        "scenario": finding.trial.scenario,
        "form": form,
        "refusal": _refusal(request, finding),
        "parents": [*way_back(None, campaign), (finding.get_absolute_url(), finding.headline)],
    }
    return render(request, "fieldwork/trials/retest.html", context)


def _refusal(request: HttpRequest, finding: Finding) -> str:
    """Returns the reason for which the user cannot retest, shown before the form; "" if they can, or can sign in."""
    if finding.state not in Finding.RETESTABLE_STATES:
        return _("Nothing is said to be fixed now: there is nothing to try again.")
    if request.user.is_authenticated and not permissions.can_retest(request.user, finding):
        return str(RetestRefused())
    return ""
