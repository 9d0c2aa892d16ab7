"""Pages of the minutes in the members' area: list, read, write, correct, approve."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from committee import permissions
from committee.area.views.access import committee_only
from committee.errors import MinutesChanged, MinutesEmpty, NoLaterSession
from committee.minutes import queries, services
from committee.minutes.forms import (
    ROW_FIELDS,
    ActionFormSet,
    ApprovalForm,
    CorrectionDecisionForm,
    CorrectionForm,
    DecisionFormSet,
    DissentForm,
    DraftForm,
    RoundForm,
    initial_rows,
    written_rows,
)
from committee.models import (
    Correction,
    MinutesDecision,
    SessionAction,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    public_topics,
)
from common.action_forms import posted_from
from common.errors import Refusal
from common.shown import ChangedMeanwhile, Confirmation
from common.templatetags.dates import hour, in_city_time, short_day

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
# The rules of the committee give members seven days to correct the minutes.
ROUND = timedelta(days=7)
LIST = gettext_lazy("Minutes of the sessions")


@require_safe
@committee_only
def minutes_list(request: HttpRequest) -> HttpResponse:
    """Lists past sessions with the state of their minutes, and overdue actions."""
    today = timezone.localdate()
    readable = permissions.sessions_with_minutes_for(request.user, today)
    sessions = readable.held(timezone.now()).select_related("minutes_record")
    context = {
        "parents": _parents(request),
        "current": LIST,
        "sessions": sessions,
        "today": today,
        "late": queries.late_rows(today),
        "can_write": permissions.can_draft_minutes(request.user, today),
    }
    return render(request, "committee/minutes/list.html", context)


@get_or_post
@committee_only
def minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the minutes, their corrections, and the form to propose one."""
    user, session, record = _for_reader(request, slug)
    now = timezone.now()
    today = in_city_time(now).date()
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("key", "passage", "replacement", "why")}
        if _succeeds(form, lambda: services.propose_correction(session=session, author=user, now=now, **values)):
            messages.success(request, _("Your correction is sent. All members can read it."))
            return redirect("committee:minutes", slug=slug)
    can_draft = permissions.can_draft_minutes(user, today)
    corrections = list(record.corrections.select_related("author__member")) if record else []
    is_open = not (record and record.is_approved)
    takes = bool(record and record.takes_corrections(today))
    context = {
        **_context(request, session, record, session.heading, with_link=False),
        "corrections": corrections,
        # A form that was submitted too late is shown again with its text.
        "form": form if permissions.can_propose_correction(user, today) and (takes or form.is_bound) else None,
        "takes_corrections": takes,
        **queries.rows_to_end(session, record, user, today),
        "is_public_draft": bool(record and record.is_public_draft(today)),
        **(_to_correct(record) if record and can_draft and not record.is_approved else {}),
        "member": permissions.sitting_member(user, today),
        "can_draft": can_draft and is_open,
        "to_decide": permissions.corrections_to_decide(user, corrections, today) if is_open else set(),
        "can_approve": permissions.can_approve_minutes(user, today)
        and bool(record and record.can_become(SessionMinutes.State.APPROVED)),
    }
    return render(request, "committee/minutes/minutes.html", context)


@get_or_post
@committee_only
def write_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows and saves the text, the decisions and the actions. Answers autosave requests with JSON."""
    user, session, record = _for_writer(request, slug)
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = DraftForm(data, initial={"seen": record.version if record else 0, "text": record.text if record else ""})
    # A submitted row equal to a saved one does not count as empty.
    initial = {name: initial_rows(record, name) if data is None else None for name in ROW_FIELDS}
    today = in_city_time(now).date()
    form_kwargs = {"choices": queries.choices_of_rows(record, today)}
    decisions = DecisionFormSet(data, prefix="decisions", initial=initial["decisions"], form_kwargs=form_kwargs)
    actions = ActionFormSet(data, prefix="actions", initial=initial["actions"], form_kwargs=form_kwargs)
    saved = None
    if data is not None and all([form.is_valid(), decisions.is_valid(), actions.is_valid()]):
        saved = _save_draft(form, decisions, actions, session=session, author=user, now=now)
    if data is not None and "autosave" in data:
        return _autosave_answer(form, saved, now)
    if saved:
        messages.success(request, _("The minutes are saved."))
        return redirect("committee:write_minutes" if "plus" in request.POST else "committee:minutes", slug=slug)
    context = {
        **_context(request, session, record, _("Write the minutes")),
        "form": form,
        # During the round, members read every saved word: autosave is off.
        "saves_itself": record is None or record.state == SessionMinutes.State.DRAFT,
        "is_public_draft": bool(record and record.is_public_draft(today)),
        **(_to_correct(record) if record else {}),
        "decisions": decisions,
        "actions": actions,
        "wrong_rows": [
            (label % {"rank": rank}, row)
            for label, rows in ((_("Decision %(rank)s"), decisions), (_("Action %(rank)s"), actions))
            for rank, row in enumerate(rows, 1)
            if row.errors
        ],
    }
    return render(request, "committee/minutes/write.html", context)


def _autosave_answer(form: DraftForm, saved: SessionMinutes | None, now: datetime) -> JsonResponse:
    """Returns the answer to an autosave request: message and current version.

    A refused form keeps the version that its page showed, because its author has not seen what another window saved.
    """
    if saved:
        text = _("Saved at %(hour)s.") % {"hour": hour(now)}
        return JsonResponse({"refused": False, "seen": saved.version, "text": text})
    errors = [str(error) for error in form.non_field_errors()] or [
        _("Not saved yet: press “Save the minutes”, and read what is to be corrected.")
    ]
    return JsonResponse({"refused": True, "text": " ".join(errors)})


def _save_draft(form: DraftForm, decisions: Any, actions: Any, **values: Any) -> SessionMinutes | None:
    """Saves a valid draft. On refusal, returns None and adds the error to `form`, with the conflicting text."""
    try:
        return services.save_draft(
            text=form.cleaned_data["text"],
            decisions=written_rows(decisions),
            actions=written_rows(actions),
            seen=form.cleaned_data["seen"],
            **values,
        )
    except MinutesChanged as refusal:
        form.add_error(None, str(refusal))
        form.changed = refusal.record
        form.override_hidden(seen=str(refusal.record.version))
    except Refusal as refusal:
        form.add_error(None, str(refusal))
    return None


@get_or_post
@committee_only
def open_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens the minutes to corrections, or extends the round."""
    user, session, record = _for_writer(request, slug)
    form = RoundForm(request.POST or None, initial={"until": timezone.localdate() + ROUND})
    confirmation = Confirmation(request, queries.contents_of(record) if record else {}, about=session)
    if request.method == "POST" and form.is_valid():
        until, shown = form.cleaned_data["until"], confirmation.shown
        act = partial(services.open_round, session=session, actor=user, until=until, shown=shown, now=timezone.now())
        if _succeeds(form, act, "until"):
            message = _("Members can propose corrections until %(day)s. The day after, everyone reads the draft.")
            messages.success(request, message % {"day": short_day(until)})
            return redirect("committee:minutes", slug=slug)
    context = {**_context(request, session, record, _("Open to corrections")), "form": form}
    return _page(request, "committee/minutes/open.html", context, confirmation)


@get_or_post
@committee_only
def decide_correction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accepts or refuses one correction."""
    user, session, record = _for_writer(request, slug)
    correction = get_object_or_404(Correction.objects.select_related("author__member"), record=record, pk=pk)
    form = CorrectionDecisionForm(request.POST or None)
    confirmation = Confirmation(request, services.correction_contents(correction.record, correction), about=session)
    if request.method == "POST" and form.is_valid():
        state, outcomes = Correction.State(form.cleaned_data["state"]), []
        reason, now = form.cleaned_data["reason"], timezone.now()

        def decide() -> None:
            act = partial(services.decide_correction, correction=correction, actor=user, state=state, reason=reason)
            outcomes.append(act(shown=confirmation.shown, now=now))

        if _succeeds(form, decide):
            messages.success(request, _outcome_message(outcomes[0]))
            return redirect("committee:minutes", slug=slug)
    context = {
        **_context(request, session, record, _("Decide on a correction")),
        "correction": correction,
        "form": form if permissions.can_decide_correction(user, correction, timezone.localdate()) else None,
    }
    return _page(request, "committee/minutes/decide.html", context, confirmation)


def _outcome_message(outcome: services.Outcome) -> str:
    if outcome in (services.Outcome.REFUSED, services.Outcome.APPLIED):
        return str(outcome.label)
    by_hand = _("Make the change yourself, then say below that it is done: the minutes cannot be approved before.")
    return f"{outcome.label} {by_hand}"


@committee_only
@posted_from("committee:minutes", "slug")
def correction_applied(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Records that an accepted correction is made in the minutes."""
    user, _session, record = _for_writer(request, slug)
    correction = get_object_or_404(Correction.objects.select_related("record__session"), record=record, pk=pk)
    try:
        services.set_correction_applied(correction=correction, actor=user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This correction is made in the minutes."))
    return redirect("committee:minutes", slug=slug)


@get_or_post
@committee_only
def write_dissent(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Saves the dissent of a member from a decision."""
    user, session, record = _for_reader(request, slug)
    now = timezone.now()
    member = permissions.sitting_member(user, in_city_time(now).date())
    if member is None:
        raise PermissionDenied
    decision = get_object_or_404(MinutesDecision.objects.select_related("record__session"), record=record, pk=pk)
    dissent = decision.dissents.filter(member=member).first()
    initial = {"text": dissent.text, "is_by_name": "oui" if dissent.is_by_name else ""} if dissent else None
    form = DissentForm(request.POST or None, initial=initial, member=member)
    confirmation = Confirmation(request, queries.decision_contents(decision), about=session)
    if request.method == "POST" and form.is_valid():
        values = {
            "text": form.cleaned_data["text"],
            "is_by_name": bool(form.cleaned_data.get("is_by_name")),
            "shown": confirmation.shown,
        }
        if _succeeds(form, lambda: services.write_dissent(decision=decision, author=user, now=now, **values), "text"):
            written = _("Your dissent is saved. It is published with the decision.")
            messages.success(request, written if values["text"].strip() else _("Your dissent is removed."))
            return redirect("committee:minutes", slug=slug)
    context = {
        **_context(request, session, record, _("Write a dissent")),
        "decision": decision,
        "form": form,
        "takes_corrections": decision.record.takes_corrections(in_city_time(now).date()),
    }
    return _page(request, "committee/minutes/dissent.html", context, confirmation)


@get_or_post
@committee_only
def approve_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """Records the session at which the minutes were approved; publishes and freezes them."""
    user, session, record = _for_reader(request, slug)
    now = timezone.now()
    if not permissions.can_approve_minutes(user, in_city_time(now).date()):
        raise PermissionDenied
    refusal = _approval_refusal(session, record, now)
    form = ApprovalForm(request.POST or None, session=session, now=now)
    confirmation = Confirmation(request, queries.contents_of(record) if record else {}, about=session)
    if request.method == "POST" and form.is_valid():
        chosen, shown = form.cleaned_data["approved_in"], confirmation.shown
        approve = partial(
            services.approve_minutes, session=session, approved_in=chosen, actor=user, shown=shown, now=now
        )
        if _succeeds(form, approve, "approved_in"):
            sentences = [_("The minutes are approved and published."), _("The decisions are in the register.")]
            messages.success(request, " ".join(sentences if session.decisions.exists() else sentences[:1]))
            return redirect("committee:minutes", slug=slug)
    context = _context(request, session, record, _("Record the approval"))
    context |= {"form": form, "refusal": refusal, "adopted": queries.missing_adoption(session)}
    return _page(request, "committee/minutes/approve.html", context, confirmation)


def _approval_refusal(session: SessionPage, record: SessionMinutes | None, now: datetime) -> Refusal | None:
    """Returns why the minutes cannot be approved now, before a session is chosen; None if they can."""
    if record is None:
        return MinutesEmpty()
    if refusal := queries.approval_refusal(record, now):
        return refusal
    if SessionPage.objects.able_to_approve(session, now).exists():
        return None
    return NoLaterSession(SessionPage.objects.live().next(now))


@committee_only
@posted_from("committee:minutes", "slug")
def end_row(request: HttpRequest, slug: str, pk: int, model: type[SessionAction | SessionDecision]) -> HttpResponse:
    """Marks an action or a decision as done today, or as not done."""
    user, session, _record = _for_reader(request, slug)
    now = timezone.now()
    row = get_object_or_404(model, session=session, pk=pk)
    done_on = in_city_time(now).date() if request.POST.get("fait") == "oui" else None
    services.set_done(row=row, actor=user, done_on=done_on, now=now)
    messages.success(request, _("Noted: it is done.") if done_on else _("Noted: it is to be done again."))
    return redirect("committee:minutes", slug=slug)


def _for_reader(request: HttpRequest, slug: str) -> tuple[User, SessionPage, SessionMinutes | None]:
    """Returns the user, the session, and its minutes (None if the user may not read them)."""
    user, today = cast(User, request.user), timezone.localdate()
    readable = permissions.sessions_with_minutes_for(user, today)
    session = get_object_or_404(readable.select_related("minutes_record__approved_in"), slug=slug)
    record: SessionMinutes | None = getattr(session, "minutes_record", None)
    if record is None or not permissions.can_read_drafts(user, record, today):
        return user, session, None
    if not record.is_approved:
        queries.load_rows(record)
    return user, session, record


def _for_writer(request: HttpRequest, slug: str) -> tuple[User, SessionPage, SessionMinutes | None]:
    user, session, record = _for_reader(request, slug)
    if not permissions.can_draft_minutes(user, timezone.localdate()):
        raise PermissionDenied
    return user, session, record


def _parents(request: HttpRequest) -> list[tuple[str, str]]:
    """Returns the page above the list: the members' area, or the account for users without a seat."""
    if permissions.sitting_member(request.user, timezone.localdate()):
        return [(reverse("committee:area"), _("Members’ area"))]
    return [(reverse("accounts:home"), _("My account"))]


def _context(
    request: HttpRequest, session: SessionPage, record: SessionMinutes | None, current: str, with_link: bool = True
) -> dict[str, Any]:
    """Returns the common context: text, decisions, actions. `with_link` adds the minutes to the breadcrumb."""
    page = [(reverse("committee:minutes", args=[session.slug]), session.heading)] if with_link else []
    context: dict[str, Any] = {
        "parents": [*_parents(request), (reverse("committee:minutes_list"), str(LIST)), *page],
        "current": current,
        "session": session,
        "record": record,
        "today": timezone.localdate(),
    }
    if record is None:
        return context
    if record.is_approved:
        decided = session.decisions.prefetch_related(public_topics())
        to_do = session.actions.select_related("member").prefetch_related(public_topics())
        return context | {"minutes": session.minutes, "decided": decided, "to_do": to_do}
    written = SessionPage(minutes=queries.body_of(record.text)).minutes
    return context | {"minutes": written, "decided": record.decisions.all(), "to_do": record.actions.all()}


def _to_correct(record: SessionMinutes) -> dict[str, list[str]]:
    """Returns the errors that would refuse opening, for minute writers: names, and how decisions were taken."""
    return {"not_to_name": queries.members_not_to_name(record), "not_right": queries.decisions_to_correct(record)}


def _page(request: HttpRequest, template: str, context: dict[str, Any], confirmation: Confirmation) -> HttpResponse:
    """Renders the page of an act: with HTTP 409 if what it showed has changed."""
    status = 409 if getattr(context["form"], "has_changed_meanwhile", False) else 200
    return render(request, template, {**context, "confirmation": confirmation}, status=status)


def _succeeds(form: Any, act: Callable[[], object], field: str | None = None) -> bool:
    """Calls `act`; on refusal, adds it to the errors of `form`, which keeps its data, and returns False."""
    try:
        act()
    except Refusal as refusal:
        form.add_error(None if isinstance(refusal, ChangedMeanwhile) else field, str(refusal))
        form.has_changed_meanwhile = isinstance(refusal, ChangedMeanwhile)
        return False
    return True
