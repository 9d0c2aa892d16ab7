"""Writing a comment, answering one, reporting one. Each has a page of its own, the same for proposals and for calls."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, retarget

from common.fragments import mark, render_page_or_fragment, wants_fragment
from participation import permissions
from participation.forms import ReportForm, comment_form_class
from participation.models import Comment, Discussion, Proposal
from participation.services import (
    ParticipationError,
    discussion_for_proposal,
    post_comment,
    report_comment,
)
from participation.spam import hold_back_floods
from participation.threads import comment_url, page_of, read_discussion

pages_with_a_form = require_http_methods(["GET", "HEAD", "POST"])


def _get_discussion(number: int | None, discussion_id: int | None) -> Discussion:
    """Returns the discussion of the proposal `number` or the one named; what is hidden does not exist (404)."""
    if number is not None:
        proposal = get_object_or_404(Proposal.objects.published(), pk=number)
        discussion_id = discussion_for_proposal(proposal=proposal).pk
    return get_object_or_404(Discussion.objects.public().with_subject(), pk=discussion_id)


def _get_comment(discussion: Discussion, comment_id: int) -> Comment:
    comment = get_object_or_404(discussion.comments.published().select_related("author", "thread"), pk=comment_id)
    comment.discussion = discussion
    return comment


@pages_with_a_form
def comment(request: HttpRequest, number: int | None = None, discussion_id: int | None = None) -> HttpResponse:
    return _write(request, _get_discussion(number, discussion_id), parent=None)


@pages_with_a_form
def reply(
    request: HttpRequest, comment_id: int, number: int | None = None, discussion_id: int | None = None
) -> HttpResponse:
    discussion = _get_discussion(number, discussion_id)
    return _write(request, discussion, parent=_get_comment(discussion, comment_id))


def _write(request: HttpRequest, discussion: Discussion, parent: Comment | None) -> HttpResponse:
    """Shows the form, or why there is none; saves, then leads to the comment as its author sees it."""
    form = comment_form_class(discussion, is_reply=parent is not None)(request.POST or None)
    if request.method == "POST" and request.user.is_authenticated and form.is_valid():
        now = timezone.now()
        try:
            hold_back_floods(request, now)
            written = post_comment(
                author=request.user,
                discussion=discussion,
                parent=parent,
                body=form.cleaned_data["body"],
                position=form.cleaned_data.get("position", Comment.Position.NEUTRAL),
                key=form.cleaned_data["key"],
                now=now,
            )
        except ParticipationError as refusal:
            form.add_error(None, str(refusal))
        else:
            written.discussion = discussion
            return _written(request, written)
    is_open = permissions.is_open_to_comments(discussion)
    context = {"discussion": discussion, "parent": parent, "form": form, "is_open": is_open}
    template = "participation/comment_form.html"
    if is_open and request.user.is_authenticated:
        context["in_place"] = wants_fragment(request)
        return render_page_or_fragment(request, template, context, says="erreurs")
    # Without a form there is no part to put in place: the script lets the browser show this page.
    return render(request, template, context)


def _written(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Leads to a comment that was just saved; a script gets the discussion again, when that is the page it shows.

    What the author reads then is in the comment itself, which says that it waits.
    """
    address = comment_url(comment, request.user)
    if not wants_fragment(request):
        return redirect(address)
    page = page_of(comment, request.user)
    shown = QueryDict(urlsplit(request.htmx.current_url or "").query).get("page", "1")  # type: ignore[attr-defined]
    if shown != str(page):
        return HttpResponseClientRedirect(address)
    talk = read_discussion(comment.discussion, request.user, page_number=shown, today=timezone.localdate())
    response = render(request, "participation/includes/discussion.html", {"talk": talk})
    return retarget(mark(request, response, says=f"{comment.anchor}-attente"), "#discussion")


@pages_with_a_form
def report(
    request: HttpRequest, comment_id: int, number: int | None = None, discussion_id: int | None = None
) -> HttpResponse:
    discussion = _get_discussion(number, discussion_id)
    reported = _get_comment(discussion, comment_id)
    form = ReportForm(request.POST or None)
    if request.user.is_authenticated and not permissions.can_report(request.user, reported):
        raise Http404
    if request.method == "POST" and request.user.is_authenticated and form.is_valid():
        try:
            report_comment(
                comment=reported, author=request.user, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except ParticipationError as refusal:
            form.add_error(None, str(refusal))
        except PermissionDenied as gone:
            raise Http404 from gone
        else:
            messages.success(request, _("Your report is sent. A moderator will read this comment again."))
            return redirect(comment_url(reported, request.user))
    return render(
        request, "participation/report_form.html", {"discussion": discussion, "comment": reported, "form": form}
    )
