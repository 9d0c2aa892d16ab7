"""Making a proposal: a start page, three short screens, a thank-you page. Only the last screen asks to sign in."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from committee.models import TopicPage
from participation import deadlines, permissions, selectors
from participation.drafts import DRAFT_DAYS, SENT_KEY, Draft, forget
from participation.forms import CheckForm, IdeaForm, SubjectForm
from participation.models import CallPage, Proposal
from participation.services import CallClosed, ParticipationError, submit_proposal
from participation.spam import hold_back_floods

screen = require_http_methods(["GET", "HEAD", "POST"])


def _open_calls() -> list[CallPage]:
    return list(CallPage.objects.accepting_proposals(timezone.now()))


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "participation/deposit/start.html", {"calls": _open_calls()})


def _no_call(request: HttpRequest, draft: Draft) -> HttpResponse:
    return render(request, "participation/deposit/no_call.html", {"draft": draft})


@screen
def idea(request: HttpRequest) -> HttpResponse:
    """Screen 1 of 3."""
    draft = Draft.of(request.session)
    if request.method == "GET" and not _open_calls():
        return _no_call(request, draft)
    form = IdeaForm(request.POST or None, initial={name: getattr(draft, name) for name in IdeaForm.base_fields})
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(draft, name, value)
        draft.save(request.session)
        return redirect("participation:deposit_check" if draft.has_subject else "participation:deposit_topic")
    return render(request, "participation/deposit/idea.html", {"form": form, "draft_days": DRAFT_DAYS})


@screen
def topic(request: HttpRequest) -> HttpResponse:
    """Screen 2 of 3. Proposals that look like this one are a hint on the way, never a step."""
    draft = Draft.of(request.session)
    calls = _open_calls()
    if not draft.has_idea:
        return redirect("participation:deposit_idea")
    if not calls:
        return _no_call(request, draft)
    initial = {"call": draft.call, "topic": draft.topic or "", "district": draft.district}
    form = SubjectForm(request.POST or None, calls=calls, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        draft.call = chosen.get("call", calls[0]).pk
        draft.topic = chosen["topic"].pk if chosen["topic"] else None
        draft.district = chosen["district"]
        draft.has_subject = True
        draft.save(request.session)
        return redirect("participation:deposit_check")
    context = {
        "form": form,
        "calls": calls,
        "similar": selectors.similar_proposals(draft.title),
        "draft_days": DRAFT_DAYS,
    }
    return render(request, "participation/deposit/topic.html", context)


@screen
def check(request: HttpRequest) -> HttpResponse:
    """Screen 3 of 3. A second sending of what was saved leads to the same thank-you page."""
    draft = Draft.of(request.session)
    form = CheckForm(request.POST or None, initial={"key": draft.key})
    if request.method == "POST" and request.user.is_authenticated and form.is_valid():
        key = form.cleaned_data["key"]
        if sent := Proposal.objects.filter(idempotency_key=key, author=request.user).first():
            forget(request.session, sent.pk)
            return redirect("participation:deposit_done")
        if draft.has_idea and draft.has_subject:
            try:
                hold_back_floods(request, timezone.now())
                return _send(request, request.user, draft)
            except ParticipationError as refusal:
                form.add_error(None, str(refusal))
    if not draft.has_idea:
        return redirect("participation:deposit_idea")
    if not draft.has_subject:
        return redirect("participation:deposit_topic")
    context = {
        "form": form,
        "draft": draft,
        "draft_days": DRAFT_DAYS,
        "call": CallPage.objects.published().filter(pk=draft.call).first(),
        "topic": TopicPage.objects.published().filter(pk=draft.topic).first(),
    }
    context["is_invited"] = permissions.is_invited(request.user, context["call"], timezone.now())
    return render(request, "participation/deposit/check.html", context)


def _send(request: HttpRequest, author: User, draft: Draft) -> HttpResponse:
    """Saves the draft as a proposal; raises what `submit_proposal` raises, the draft being kept."""
    call = CallPage.objects.published().filter(pk=draft.call).first()
    if call is None:
        raise CallClosed
    sent = submit_proposal(
        author=author,
        call=call,
        title=draft.title,
        problem=draft.problem,
        body=draft.body,
        topic=TopicPage.objects.published().filter(pk=draft.topic).first(),
        district=draft.district,
        key=uuid.UUID(draft.key),
        now=timezone.now(),
    )
    forget(request.session, sent.pk)
    return redirect("participation:deposit_done")


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated or SENT_KEY not in request.session:
        return redirect("participation:deposit_start")
    sent = Proposal.objects.filter(author=request.user, pk=request.session[SENT_KEY]).first()
    if sent is None:
        return redirect("participation:deposit_start")
    due = deadlines.reading_due_on(timezone.localdate(sent.created_at))
    return render(request, "participation/deposit/done.html", {"proposal": sent, "due": due})
