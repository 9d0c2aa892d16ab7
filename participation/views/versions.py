"""Changes of one's proposal: correction, addendum, withdrawal; and public history of its versions."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from committee.models import public_topics
from common import shown
from common.errors import Refusal
from common.limits import throttle
from common.notices import redirect_with_notice
from participation import permissions
from participation.errors import ChangedMeanwhile, FileNotDescribed, FileRefused, TooManyFiles, WrongState
from participation.forms.proposals import AddendumForm, EditProposalForm, WithdrawalForm
from participation.models import Proposal, ProposalStep, deadlines
from participation.models.proposal_text import CORRECTABLE_FIELDS, TEXT_FIELDS
from participation.queries.version_diff import new_passages, versions_of
from participation.services.addenda import add_addendum
from participation.services.attachments import MAX_FILES, FileCorrections, NewFile
from participation.services.states import change_state, contents_of
from participation.services.versions import edit_proposal

VERSIONS_PER_PAGE = 10
# Form fields passed to `edit_proposal` unchanged.
CORRECTED = (*CORRECTABLE_FIELDS, "seen_at")
FILE_REFUSALS = (FileRefused, FileNotDescribed, TooManyFiles)


def get_own_proposal(user: User, pk: int) -> Proposal:
    """Returns a proposal of which `user` is an author; 404 for others."""
    return get_object_or_404(Proposal.objects.of(user).with_authors().select_related("call", "topic"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Edits a proposal, while it may be corrected. A late text is offered as an addendum."""
    user = cast(User, request.user)
    proposal = get_own_proposal(user, number)
    if not (proposal.is_public or proposal.state == Proposal.State.RECEIVED):
        raise Http404
    form = EditProposalForm(request.POST or None, request.FILES or None, proposal=proposal)
    current = None
    if request.method == "POST" and form.is_valid():
        content = {name: form.cleaned_data[name] for name in CORRECTED}
        files, now = _corrections_of_files(form), timezone.now()
        try:
            if files.added:
                throttle(request, now, what="file")
            edit_proposal(proposal=proposal, author=user, files=files, now=now, **content)
        except Refusal as refusal:
            form.add_error("file" if isinstance(refusal, FILE_REFUSALS) else None, str(refusal))
            form.proposal = proposal = get_own_proposal(user, number)
            if isinstance(refusal, ChangedMeanwhile):
                current = proposal
                form.mark_current_version_seen()
        else:
            messages.success(request, _("Your proposal is changed."))
            return redirect(Proposal.objects.get(pk=proposal.pk))
    context: dict[str, Any] = {"proposal": proposal, "form": form, "current": current, "most": MAX_FILES}
    context["is_read_first"] = proposal.is_public and permissions.is_read_first(user, proposal.call, timezone.now())
    context["is_open"] = permissions.can_edit_proposal(user, proposal, timezone.now())
    if not context["is_open"]:
        context["may_add"] = permissions.can_add_addendum(user, proposal)
        context["addendum"] = AddendumForm(initial={"body": _what_is_new(proposal, form)})
    return render(request, "participation/proposal_edit.html", context)


def _corrections_of_files(form: EditProposalForm) -> FileCorrections:
    added = form.cleaned_data["file"]
    return FileCorrections(
        descriptions=form.descriptions,
        removed=form.removed,
        added=NewFile(form.cleaned_data["key"], added, form.cleaned_data["file_description"]) if added else None,
    )


def _what_is_new(proposal: Proposal, form: EditProposalForm) -> str:
    """Returns the submitted passages that are not in the proposal."""
    if not form.is_bound:
        return ""
    current_text = "\n".join(proposal.texts.values())
    return new_passages(current_text, "\n".join(str(form[name].value() or "") for name in TEXT_FIELDS))


@require_safe
def versions(request: HttpRequest, number: int, slug: str) -> HttpResponse:
    """Lists the public versions, the latest first, with the changes between them."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).prefetch_related(public_topics()), pk=number)
    if slug != proposal.slug:
        return redirect("participation:versions", number=proposal.pk, slug=proposal.slug, permanent=True)
    # Before the publication there was no public version.
    all_versions = versions_of(proposal) if proposal.published_at and proposal.is_public else []
    page = Paginator(all_versions, VERSIONS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "participation/versions.html", {"proposal": proposal, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Confirms and performs a withdrawal. 404 for others than the author."""
    user = cast(User, request.user)
    proposal = get_object_or_404(Proposal.objects.filter(author=user), pk=number)
    form = WithdrawalForm(request.POST or None)
    confirmation, status = shown.Confirmation(request, contents_of(proposal)), 200
    if request.method == "POST" and form.is_valid():
        try:
            change_state(
                proposal=proposal,
                state=Proposal.State.WITHDRAWN,
                role=ProposalStep.Role.AUTHOR,
                actor=user,
                shown=confirmation.shown,
                now=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except shown.ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            status = 409
        except WrongState:
            # The page below shows what happened to the proposal in the meantime.
            pass
        else:
            message = _("Your proposal is withdrawn. You alone can still read it.")
            if proposal.co_authorships.exists():
                message = _("Your proposal is withdrawn. Its authors alone can still read it.")
            messages.success(request, message)
            return redirect(proposal)
    proposal.refresh_from_db()
    return render(
        request,
        "participation/withdraw.html",
        {
            "proposal": proposal,
            "form": form,
            "confirmation": confirmation,
            "is_possible": permissions.can_withdraw(user, proposal),
        },
        status=status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def addendum(request: HttpRequest, number: int) -> HttpResponse:
    """Saves an addendum, or explains why not; a submitted text is always shown again."""
    user = cast(User, request.user)
    proposal = get_own_proposal(user, number)
    if not proposal.is_public:
        raise Http404
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            throttle(request, now)
            saved_addendum = add_addendum(
                proposal=proposal, author=user, body=form.cleaned_data["body"], key=form.cleaned_data["key"], now=now
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            due = date_format(deadlines.reading_due_on(timezone.localdate(saved_addendum.created_at)))
            message = _("Your addendum is sent. A person reads it by %(date)s.") % {"date": due}
            return redirect_with_notice(request, f"{proposal.get_absolute_url()}#{saved_addendum.anchor}", message)
    context = {"proposal": proposal, "form": form, "is_open": permissions.can_add_addendum(user, proposal)}
    return render(request, "participation/addendum.html", context)
