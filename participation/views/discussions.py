"""Comments of a discussion: post, reply, edit, withdraw; and follows.

Each has its own page, shared by proposals and Wagtail pages.
"""

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect, retarget

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from common.errors import Refusal
from common.fragments import mark, render_page_or_fragment, wants_fragment
from common.limits import throttle
from common.notices import redirect_with_notice
from participation import permissions
from participation.errors import EditClosed, WrongState
from participation.forms.discussions import CommentForm, EditCommentForm, EditDebateForm, comment_form
from participation.models import Comment, Discussion, Follow, Proposal
from participation.queries.discussions import OLDEST, comment_url, page_of, read_discussion
from participation.services.comments import edit_comment, post_comment, withdraw_comment
from participation.services.follows import discussion_for_proposal, set_follow

# The button sends the action: a resubmission repeats it instead of reverting it.
FOLLOW_ACTIONS = {"suivre": True, "arreter": False}

pages_with_a_form = require_http_methods(["GET", "HEAD", "POST"])


def get_discussion(proposal_id: int | None, discussion_id: int | None) -> Discussion:
    """Returns the discussion of the proposal `proposal_id` or the one with `discussion_id`; 404 if it is not public."""
    public = Discussion.objects.public().with_subject()
    if proposal_id is None:
        return get_object_or_404(public, pk=discussion_id)
    if discussion := public.filter(proposal__pk=proposal_id).first():
        return discussion
    proposal = get_object_or_404(Proposal.objects.published(), pk=proposal_id)
    return get_object_or_404(public, pk=discussion_for_proposal(proposal=proposal).pk)


def get_published_comment(discussion: Discussion, comment_id: int) -> Comment:
    comment = get_object_or_404(discussion.comments.published().select_related("author", "thread"), pk=comment_id)
    comment.discussion = discussion
    return comment


@done_after_sign_in
@pages_with_a_form
def comment(request: HttpRequest, number: int | None = None, discussion_id: int | None = None) -> HttpResponse:
    return _write(request, get_discussion(number, discussion_id), parent=None)


@done_after_sign_in
@pages_with_a_form
def reply(
    request: HttpRequest, comment_id: int, number: int | None = None, discussion_id: int | None = None
) -> HttpResponse:
    discussion = get_discussion(number, discussion_id)
    try:
        parent = get_published_comment(discussion, comment_id)
    except Http404:
        if request.method != "POST":
            raise
        return _show_unsent(request, discussion)
    return _write(request, discussion, parent=parent)


def _show_unsent(request: HttpRequest, discussion: Discussion) -> HttpResponse:
    """Shows the text of a reply to a comment that is not published any more (404), for copying."""
    context = {
        "discussion": discussion,
        "form": comment_form(data=request.POST, is_reply=True, is_read_first=True),
        "is_gone": True,
        "is_open": False,
        "can_write": False,
        "back": discussion.subject_url,
    }
    return render(request, "participation/comment_form.html", context, status=404)


def _write(request: HttpRequest, discussion: Discussion, parent: Comment | None) -> HttpResponse:
    """Shows the form, or why there is none; saves, then redirects to the comment as its author sees it."""
    now, user, call = timezone.now(), request.user, discussion.call
    is_read_first = not user.is_authenticated or permissions.is_read_first(user, call, now)
    is_open = permissions.is_open_to_comments(discussion, now)
    form = comment_form(data=request.POST or None, is_reply=parent is not None, is_read_first=is_read_first)
    if is_open and form.is_valid() and (response := ask_for_code(request)):
        return response
    if user.is_authenticated and form.is_valid():
        try:
            return _send(request, form, discussion, parent, now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    can_write = permissions.can_comment(user, discussion, now)
    context = {
        "discussion": discussion,
        "parent": parent,
        "form": form,
        "is_open": is_open,
        "can_write": can_write,
        "call": call,
        "back": comment_url(parent, user) if parent else discussion.subject_url,
    }
    template = "participation/comment_form.html"
    if can_write:
        context["in_place"] = wants_fragment(request)
        return render_page_or_fragment(request, template, context, says="erreurs")
    # A form that needs sign-in is not a fragment: the script lets the browser open this page.
    return render(request, template, context)


def _send(
    request: HttpRequest, form: CommentForm, discussion: Discussion, parent: Comment | None, now: datetime
) -> HttpResponse:
    """Saves the comment of `form`, and redirects to it. Raises a `Refusal`."""
    throttle(request, now)
    comment = post_comment(
        author=cast(User, request.user),
        discussion=discussion,
        parent=parent,
        body=form.cleaned_data["body"],
        position=form.cleaned_data.get("position", Comment.Position.NEUTRAL),
        key=form.cleaned_data["key"],
        now=now,
    )
    comment.discussion = discussion
    return _redirect_to_comment(request, comment)


def _redirect_to_comment(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Redirects to a saved comment; a script gets the discussion as a fragment, if it shows that page.

    The comment itself has the notice for its author: waiting, or published.
    """
    url = comment_url(comment, request.user, anchor=comment.notice_anchor)
    if not wants_fragment(request):
        return redirect(url)
    page = page_of(comment, request.user)
    current_query = QueryDict(urlsplit(request.htmx.current_url or "").query)  # type: ignore[attr-defined]
    current_page = current_query.get("page", "1")
    if current_page != str(page) or current_query.get("ordre", OLDEST) != OLDEST:
        return HttpResponseClientRedirect(url)
    thread_list = read_discussion(comment.discussion, request.user, page_number=current_page, now=timezone.now())
    context: dict[str, Any] = {"thread_list": thread_list}
    if comment.discussion.proposal_id:
        # Authors follow automatically: the follow box is in another part of the page of a proposal.
        context |= {**follow_context(request, comment.discussion), "beside": True}
    response = render(request, "participation/includes/discussion.html", context)
    return retarget(mark(request, response, says=comment.notice_anchor), "#discussion")


def _get_own_comment(
    request: HttpRequest, proposal_id: int | None, discussion_id: int | None, comment_id: int
) -> Comment:
    """Returns a comment of the user; 404 for comments of others."""
    discussion = get_discussion(proposal_id, discussion_id)
    own = discussion.comments.filter(author_id=request.user.pk).select_related("author", "thread")
    comment = get_object_or_404(own, pk=comment_id)
    comment.discussion = discussion
    return comment


@pages_with_a_form
@login_required
def edit(
    request: HttpRequest, comment_id: int, number: int | None = None, discussion_id: int | None = None
) -> HttpResponse:
    """Edits one's own comment. A late change is not saved, and its text is shown for copying."""
    edited = _get_own_comment(request, number, discussion_id, comment_id)
    if edited.is_removed:
        raise Http404
    form_class = EditCommentForm if edited.parent_id else EditDebateForm
    form = form_class(request.POST or None, initial={"body": edited.body, "position": edited.position})
    now = timezone.now()
    user = cast(User, request.user)
    if request.method == "POST" and form.is_valid():
        try:
            edit_comment(comment=edited, author=user, now=now, **form.cleaned_data)
        except EditClosed as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect_with_notice(request, comment_url(edited, user), _("Your comment is changed."))
    can_edit = permissions.can_edit_comment(user, edited, now)
    context = {
        "discussion": edited.discussion,
        "comment": edited,
        "form": form,
        "can_edit": can_edit,
        "back": comment_url(edited, user),
    }
    return render(request, "participation/comment_edit.html", context)


@pages_with_a_form
@login_required
def withdraw(
    request: HttpRequest, comment_id: int, number: int | None = None, discussion_id: int | None = None
) -> HttpResponse:
    """Asks for confirmation, then withdraws one's own comment."""
    withdrawn = _get_own_comment(request, number, discussion_id, comment_id)
    user = cast(User, request.user)
    if request.method == "POST":
        try:
            withdraw_comment(comment=withdrawn, author=user, now=timezone.now())
        except WrongState as gone:
            raise Http404 from gone
        message = _("Your comment is withdrawn. Nobody reads it any more.")
        return redirect_with_notice(request, comment_url(withdrawn, user), message)
    if not permissions.can_withdraw_comment(user, withdrawn):
        raise Http404
    context = {"discussion": withdrawn.discussion, "comment": withdrawn, "back": comment_url(withdrawn, user)}
    return render(request, "participation/comment_withdraw.html", context)


@done_after_sign_in
@pages_with_a_form
def follow(request: HttpRequest, number: int | None = None, discussion_id: int | None = None) -> HttpResponse:
    discussion = get_discussion(number, discussion_id)
    following = FOLLOW_ACTIONS.get(request.POST.get("action", ""))
    if response := ask_for_code(request):
        return response
    if request.user.is_authenticated and following is not None:
        set_follow(user=request.user, discussion=discussion, following=following, now=timezone.now())
        if not wants_fragment(request):
            # Only the page of a proposal has the box.
            return redirect(f"{discussion.subject_url if discussion.proposal_id else discussion.follow_url}#suivre")
        box = render(request, "participation/includes/follow_box.html", follow_context(request, discussion))
        return mark(request, box, says="suivre-phrase")
    return render(request, "participation/follow.html", follow_context(request, discussion))


def follow_context(request: HttpRequest, discussion: Discussion) -> dict[str, Any]:
    """Returns the context of the follow box, after a query for the follow of the user."""
    user = request.user
    follow = Follow.objects.filter(user=user, discussion=discussion).first() if user.is_authenticated else None
    return follow_box(discussion, follow)


def follow_box(discussion: Discussion, follow: Follow | None) -> dict[str, Any]:
    """Returns the context of the follow box: the discussion, and the `follow` of the user, or None."""
    return {"followed": discussion, "follow": follow, "is_following": follow is not None and not follow.muted}
