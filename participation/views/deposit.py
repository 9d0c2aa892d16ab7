"""Form of a proposal: start page, three short screens, thank-you page. Only the last screen requires sign-in.

A URL names its draft (`?brouillon=`), so that several may be open in parallel; without the parameter it is the draft
that the browser used last.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from committee.models import TopicPage
from common.errors import Refusal
from common.limits import throttle
from participation import permissions
from participation.errors import DraftChanged, DraftSent
from participation.forms.proposals import (
    CheckForm,
    DraftForm,
    FilesForm,
    IdeaScreenForm,
    SubjectScreenForm,
)
from participation.models import CallPage, Proposal, ProposalDraft, deadlines
from participation.queries import proposals
from participation.queries.related import example_of
from participation.services.attachments import MAX_FILES, attach, describe, detach
from participation.services.drafts import (
    IDEA_FIELDS,
    SUBJECT_FIELDS,
    delete_draft,
    fingerprint,
    save_draft,
    send_draft,
    sent_fingerprint,
)
from participation.views.draft_session import (
    NEW,
    PARAMETER,
    SENT_KEY,
    draft_keys,
    forget_draft,
    named_draft,
    own_drafts,
    parse_key,
    remember_draft,
    requested_draft,
)

screen = require_http_methods(["GET", "HEAD", "POST"])


# URL parameters with the primary keys of the inspiring page, and of the call from whose page the user comes.
EXAMPLE, CALL = "exemple", "appel"


def screen_url(step: str, draft: ProposalDraft) -> str:
    """Returns the URL of a screen of `draft`."""
    return f"{reverse(f'participation:deposit_{step}')}?{urlencode({PARAMETER: str(draft.pk)})}"


def _open_calls() -> list[CallPage]:
    return list(CallPage.objects.accepting_proposals(timezone.now()))


def _authenticated_user(request: HttpRequest) -> User | None:
    return request.user if request.user.is_authenticated else None


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    can_have_drafts = request.user.is_authenticated or draft_keys(request.session)
    drafts = list(own_drafts(request)) if can_have_drafts else []
    call = _requested_call(request)
    parameters = ({CALL: call.pk} if call else {}) | ({PARAMETER: NEW} if drafts else {})
    context = {"calls": _open_calls(), "drafts": drafts, "query": urlencode(parameters)}
    return render(request, "participation/deposit/start.html", context)


def _requested_call(request: HttpRequest) -> CallPage | None:
    """Returns the open call named in the URL, or None."""
    call_pk = request.GET.get(CALL)
    return next((call for call in _open_calls() if str(call.pk) == call_pk), None) if call_pk else None


def _gone(request: HttpRequest) -> HttpResponse:
    """Renders the page for a missing draft; if it was sent, with a link to the proposal."""
    key = parse_key(request.POST.get("key") or request.GET.get(PARAMETER, ""))
    author = _authenticated_user(request)
    sent = Proposal.objects.filter(author=author, idempotency_key=key).first() if author and key else None
    return render(request, "participation/deposit/gone.html", {"proposal": sent}, status=404)


def _current_draft(request: HttpRequest) -> ProposalDraft | None:
    """Returns the draft of the submitted form, or else that of the URL; None if there is none (any more)."""
    posted = request.POST.get("key")
    return named_draft(request, posted) if posted else requested_draft(request)


def _initial(draft: ProposalDraft, fields: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(draft, f"{name}_id" if hasattr(draft, f"{name}_id") else name) for name in fields}
    return values | {"key": draft.pk, "seen": fingerprint(draft, fields)}


def _save(request: HttpRequest, form: DraftForm, values: dict[str, Any]) -> ProposalDraft | None:
    """Saves the form and returns the draft; None if the form is to be shown again, with an error."""
    now, key, held = timezone.now(), form.cleaned_data["key"], draft_keys(request.session)
    try:
        if not request.user.is_authenticated and str(key) not in held:
            throttle(request, now, what="draft")
        draft = save_draft(
            key=key,
            author=_authenticated_user(request),
            held=held,
            values=values,
            seen=form.cleaned_data["seen"],
            now=now,
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, DraftChanged):
            form.changed = refusal.draft
            form.override_hidden(seen=fingerprint(refusal.draft, tuple(values)))
        elif isinstance(refusal, DraftSent):
            form.override_hidden(key=str(uuid.uuid4()), seen="")
        return None
    remember_draft(request.session, draft.pk)
    return draft


@screen
def idea(request: HttpRequest) -> HttpResponse:
    """Shows and saves screen 1 of 3."""
    draft = requested_draft(request)
    if request.method == "POST":
        form = IdeaScreenForm(request.POST)
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in IDEA_FIELDS}
            if (draft is None or not draft.is_saved) and (call := _requested_call(request)):
                values["call"] = call
            saved = _save(request, form, values)
            if saved:
                return redirect(screen_url("check" if saved.has_subject else "topic", saved))
    elif draft is None:
        return _gone(request)
    else:
        if not draft.is_saved and request.GET.get("type") in Proposal.Kind.values:
            draft.kind = request.GET["type"]
        if not draft.is_saved and request.GET.get(EXAMPLE, "").isdecimal():
            draft.inspired_by_id = int(request.GET[EXAMPLE])
        form = IdeaScreenForm(initial=_initial(draft, IDEA_FIELDS))
    return render(request, "participation/deposit/idea.html", {"form": form, "draft": draft or ProposalDraft()})


@screen
def topic(request: HttpRequest) -> HttpResponse:
    """Shows and saves screen 2 of 3. Similar proposals are only a hint, never a step."""
    draft, calls = _current_draft(request), _open_calls()
    if draft is None:
        return _gone(request)
    if not draft.is_saved:
        return redirect("participation:deposit_idea")
    form = SubjectScreenForm(request.POST or None, calls=calls, initial=_initial(draft, SUBJECT_FIELDS))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        values = {
            "call": chosen.get("call"),
            "topic": chosen["topic"],
            "district": chosen["district"],
            "has_subject": True,
        }
        form.cleaned_data["key"] = draft.pk
        if saved := _save(request, form, values):
            return redirect(screen_url("check", saved))
    context = {
        "form": form,
        "draft": draft,
        "similar": proposals.similar_proposals(draft.title),
        "back": screen_url("idea", draft),
    }
    return render(request, "participation/deposit/topic.html", context)


@screen
def files(request: HttpRequest) -> HttpResponse:
    """Shows and saves pictures and documents, beside the three screens. Every button saves the whole form."""
    draft = named_draft(request, request.GET.get(PARAMETER, ""))
    if draft is None:
        return _gone(request)
    data = request.POST.copy() if request.method == "POST" else None
    refusal = _change_files(request, draft, data) if data is not None else ""
    finished = bool(data and "finish" in data)
    form = FilesForm(data, attachments=draft.attachments.all(), finished=finished)
    if data is not None:
        is_valid = form.is_valid()
        describe(draft=draft, descriptions=form.descriptions, now=timezone.now())
        if refusal:
            form.add_error("file", refusal)
        elif is_valid:
            return redirect(screen_url("check" if finished else "files", draft))
    context = {
        "form": form,
        "draft": draft,
        "has_room": len(form.attachments) < MAX_FILES,
        "most": MAX_FILES,
        "back": screen_url("check", draft),
    }
    return render(request, "participation/deposit/files.html", context)


def _change_files(request: HttpRequest, draft: ProposalDraft, data: QueryDict) -> str:
    """Adds the chosen file, removes the one whose button was pressed; returns the name and reason of a refusal."""
    if removed := parse_key(data.get("remove", "")):
        detach(draft=draft, key=removed)
    file, key, now = request.FILES.get("file"), parse_key(data.get("key", "")), timezone.now()
    # A further file has its own key.
    data["key"] = str(uuid.uuid4())
    if file:
        try:
            throttle(request, now, what="file")
            attach(draft=draft, file=file, key=key or uuid.uuid4(), now=now)
        except Refusal as refusal:
            return str(refusal)
    return ""


@done_after_sign_in
@screen
def check(request: HttpRequest) -> HttpResponse:
    """Shows and submits screen 3 of 3. A repeated submission shows the same thank-you page."""
    draft, has_changed = _current_draft(request), False
    shown = draft or ProposalDraft()
    form = CheckForm(request.POST or None, initial={"key": shown.pk, "seen": sent_fingerprint(shown)})
    if draft and form.is_valid() and (response := ask_for_code(request)):
        return response
    if request.user.is_authenticated and form.is_valid():
        sent = Proposal.objects.filter(idempotency_key=form.cleaned_data["key"], author=request.user).first()
        if draft and draft.has_subject and not sent:
            try:
                now = timezone.now()
                throttle(request, now)
                sent = send_draft(draft=draft, author=request.user, shown=form.cleaned_data["seen"], now=now)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                has_changed = isinstance(refusal, DraftChanged)
                draft.refresh_from_db()
                form.override_hidden(seen=sent_fingerprint(draft))
        if sent:
            forget_draft(request.session, form.cleaned_data["key"])
            request.session[SENT_KEY] = sent.pk
            return redirect("participation:deposit_done")
    if draft is None:
        return _gone(request)
    if not draft.is_saved:
        return redirect("participation:deposit_idea")
    if not draft.has_subject:
        return redirect(screen_url("topic", draft))
    context = {
        "form": form,
        "draft": draft,
        "attachments": draft.attachments.all(),
        "call": CallPage.objects.published().filter(pk=draft.call_id).first(),
        "asks_call": bool(draft.call_id or _open_calls()),
        "topic": TopicPage.objects.published().filter(pk=draft.topic_id).first(),
        "example": example_of(draft),
        **{f"{step}_url": screen_url(step, draft) for step in ("idea", "topic", "files")},
    }
    context["is_invited"] = permissions.is_invited(request.user, context["call"], timezone.now())
    return render(request, "participation/deposit/check.html", context, status=409 if has_changed else 200)


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated or SENT_KEY not in request.session:
        return redirect("participation:deposit_start")
    sent = Proposal.objects.filter(author=request.user, pk=request.session[SENT_KEY]).first()
    if sent is None:
        return redirect("participation:deposit_start")
    due = deadlines.reading_due_on(timezone.localdate(sent.created_at))
    return render(request, "participation/deposit/done.html", {"proposal": sent, "due": due})


@screen
def delete(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Deletes a draft, after a confirmation page."""
    draft = named_draft(request, str(key))
    back = "participation:contributions" if request.user.is_authenticated else "participation:deposit_start"
    if request.method == "POST":
        if draft:
            delete_draft(draft=draft)
            forget_draft(request.session, key)
            messages.success(request, _("Your draft is deleted."))
        return redirect(back)
    if draft is None:
        return _gone(request)
    return render(request, "participation/deposit/delete.html", {"draft": draft, "back": reverse(back)})
