"""The minutes of a session in the members' area: read, written, corrected, approved."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from committee import permissions
from committee.area.views.access import committee_only
from committee.minutes import services
from committee.minutes.forms import (
    ActionFormSet,
    ApprovalForm,
    CorrectionDecisionForm,
    CorrectionForm,
    DecisionFormSet,
    DraftForm,
    RoundForm,
    written_rows,
)
from committee.minutes.services import body_of
from committee.models import Correction, SessionAction, SessionMinutes, SessionPage
from common.errors import Refusal
from common.templatetags.dates import in_paris, short_day

both = require_http_methods(["GET", "HEAD", "POST"])
LIST = gettext_lazy("Minutes of the sessions")
ROW_FIELDS = {
    "decisions": ("text", "responsible", "due_on", "topic"),
    "actions": ("text", "member", "responsible", "due_on", "topic"),
}


@require_safe
@committee_only
def minutes_list(request: HttpRequest) -> HttpResponse:
    """The past sessions and where their minutes stand; the actions that are late."""
    today = timezone.localdate()
    sessions = SessionPage.objects.live().scheduled().past(timezone.now()).select_related("minutes_record")
    context = {
        "parents": _parents(request),
        "current": LIST,
        "sessions": sessions,
        "late": SessionAction.objects.published().late(today).select_related("session", "member"),
        "may_write": permissions.can_draft_minutes(request.user, today),
    }
    return render(request, "committee/minutes/list.html", context)


@both
@committee_only
def minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft that members read, the corrections, and the form to propose one."""
    user, session, record = _read(request, slug)
    now = timezone.now()
    today = in_paris(now).date()
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("key", "passage", "replacement", "why")}
        if _done(form, lambda: services.propose_correction(session=session, author=user, now=now, **values)):
            messages.success(request, _("Your correction is sent. All members can read it."))
            return redirect("committee:minutes", slug=slug)
    may_draft = permissions.can_draft_minutes(user, today)
    takes = bool(record and record.takes_corrections(today))
    context = {
        **_context(request, session, record, session.heading, above=False),
        "corrections": record.corrections.select_related("author__member") if record else [],
        # A form that was sent too late comes back, with what was written.
        "form": form if permissions.can_propose_correction(user, today) and (takes or form.is_bound) else None,
        "takes_corrections": takes,
        "may_end": bool(record and record.is_approved) and permissions.can_set_action_done(user, today),
        "may_draft": may_draft and not (record and record.is_approved),
        "may_decide": permissions.can_decide_correction(user, today) and not (record and record.is_approved),
        "may_approve": permissions.can_approve_minutes(user, today)
        and bool(record and record.can_become(SessionMinutes.State.APPROVED)),
    }
    return render(request, "committee/minutes/minutes.html", context)


@both
@committee_only
def write_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """The text, the decisions and the actions, in one form."""
    user, session, record = _write(request, slug)
    now = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = DraftForm(data, initial={"seen": record.version if record else 0, "text": record.text if record else ""})
    decisions = DecisionFormSet(data, prefix="decisions", initial=_rows(record, "decisions"))
    actions = ActionFormSet(
        data, prefix="actions", initial=_rows(record, "actions"), form_kwargs={"today": in_paris(now).date()}
    )
    if (
        all([form.is_valid(), decisions.is_valid(), actions.is_valid()])
        and data is not None
        and _done(
            form,
            lambda: services.save_draft(
                session=session,
                author=user,
                text=form.cleaned_data["text"],
                decisions=written_rows(decisions),
                actions=written_rows(actions),
                seen=form.cleaned_data["seen"],
                now=now,
            ),
        )
    ):
        messages.success(request, _("The minutes are saved."))
        return redirect("committee:write_minutes" if "plus" in request.POST else "committee:minutes", slug=slug)
    context = {
        **_context(request, session, record, _("Write the minutes")),
        "form": form,
        "decisions": decisions,
        "actions": actions,
    }
    return render(request, "committee/minutes/write.html", context)


@both
@committee_only
def open_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens the minutes to corrections, or makes the round longer."""
    user, session, record = _write(request, slug)
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        if _done(
            form, lambda: services.open_round(session=session, actor=user, until=until, now=timezone.now()), "until"
        ):
            messages.success(request, _("Members can propose corrections until %(day)s.") % {"day": short_day(until)})
            return redirect("committee:minutes", slug=slug)
    return render(
        request,
        "committee/minutes/open.html",
        {**_context(request, session, record, _("Open to corrections")), "form": form},
    )


@both
@committee_only
def decide_correction(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Accepts or refuses one correction."""
    user, session, record = _write(request, slug)
    correction = get_object_or_404(Correction.objects.select_related("author__member"), record=record, pk=pk)
    form = CorrectionDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        state, made = Correction.State(form.cleaned_data["state"]), []
        reason, now = form.cleaned_data["reason"], timezone.now()

        def decide() -> None:
            made.append(
                services.decide_correction(correction=correction, actor=user, state=state, reason=reason, now=now)
            )

        if _done(form, decide):
            messages.success(request, _said(state, made[0]))
            return redirect("committee:minutes", slug=slug)
    context = {
        **_context(request, session, record, _("Decide on a correction")),
        "correction": correction,
        "form": form,
    }
    return render(request, "committee/minutes/decide.html", context)


def _said(state: Correction.State, made: bool) -> str:
    if state == Correction.State.REFUSED:
        return _("The correction is refused. Its author receives your reason.")
    if made:
        return _("The correction is accepted and made in the text.")
    return _("The correction is accepted. Its passage is not in the text word for word: make the change yourself.")


@both
@committee_only
def approve_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """Says at which session the minutes were approved; publishes and freezes them."""
    user, session, record = _read(request, slug)
    now = timezone.now()
    if not permissions.can_approve_minutes(user, in_paris(now).date()):
        raise PermissionDenied
    form = ApprovalForm(request.POST or None, session=session, now=now)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["approved_in"]
        if _done(
            form,
            lambda: services.approve_minutes(session=session, approved_in=chosen, actor=user, now=now),
            "approved_in",
        ):
            messages.success(request, _("The minutes are approved and published. The decisions are in the register."))
            return redirect("committee:minutes", slug=slug)
    return render(
        request,
        "committee/minutes/approve.html",
        {**_context(request, session, record, _("Record the approval")), "form": form},
    )


@require_POST
@committee_only
def end_action(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Notes that an action is done today, or not done."""
    user, session, _record = _read(request, slug)
    now = timezone.now()
    action = get_object_or_404(SessionAction, session=session, pk=pk)
    done_on = in_paris(now).date() if request.POST.get("fait") == "oui" else None
    services.set_action_done(action=action, actor=user, done_on=done_on, now=now)
    messages.success(request, _("This action is done.") if done_on else _("This action is to be done again."))
    return redirect("committee:minutes", slug=slug)


def _read(request: HttpRequest, slug: str) -> tuple[User, SessionPage, SessionMinutes | None]:
    """The person, the session and its minutes. Who sits on the committee may know that nothing is to be read yet."""
    user, today = cast(User, request.user), timezone.localdate()
    session = get_object_or_404(SessionPage.objects.live().select_related("minutes_record__approved_in"), slug=slug)
    record = getattr(session, "minutes_record", None)
    return user, session, record if permissions.can_read_drafts(user, record, today) else None


def _write(request: HttpRequest, slug: str) -> tuple[User, SessionPage, SessionMinutes | None]:
    user, session, record = _read(request, slug)
    if not permissions.can_draft_minutes(user, timezone.localdate()):
        raise PermissionDenied
    return user, session, record


def _parents(request: HttpRequest) -> list[tuple[str, str]]:
    """The page above the list: the members' area, or the account of who writes minutes without sitting."""
    if permissions.sitting_member(request.user, timezone.localdate()):
        return [(reverse("committee:area"), _("Members’ area"))]
    return [(reverse("accounts:home"), _("My account"))]


def _context(
    request: HttpRequest, session: SessionPage, record: SessionMinutes | None, current: str, above: bool = True
) -> dict[str, Any]:
    """What all these pages show: the text as it will be read, the rows; `above`: they are below that of the minutes."""
    page = [(reverse("committee:minutes", args=[session.slug]), session.heading)] if above else []
    context: dict[str, Any] = {
        "parents": [*_parents(request), (reverse("committee:minutes_list"), str(LIST)), *page],
        "current": current,
        "session": session,
        "record": record,
        "today": timezone.localdate(),
    }
    if record is None:
        return context
    source: Any = session if record.is_approved else record
    written = session.minutes if record.is_approved else SessionPage(minutes=body_of(record.text)).minutes
    return {
        **context,
        "minutes": written,
        "decided": source.decisions.select_related("topic"),
        "to_do": source.actions.select_related("topic", "member"),
    }


def _rows(record: SessionMinutes | None, relation: str) -> list[dict[str, Any]]:
    rows = getattr(record, relation).all() if record else []
    names = {"member": "member_id", "topic": "topic_id"}
    return [{name: getattr(row, names.get(name, name)) for name in ROW_FIELDS[relation]} for row in rows]


def _done(form: Any, act: Callable[[], object], field: str | None = None) -> bool:
    """Does `act`; what it refuses is said in `form`, which keeps what was written."""
    try:
        act()
    except Refusal as refusal:
        form.add_error(field, str(refusal))
        return False
    return True
