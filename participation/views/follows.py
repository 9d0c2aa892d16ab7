"""Following a proposal or a page, and stopping: a page of its own that explains, and the POST that does it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from common.fragments import mark, wants_fragment
from participation.models import Discussion, Follow
from participation.services.follows import set_follow
from participation.views.subjects import get_discussion

# The action is said by the button; a page sent again does the same thing, it does not undo it.
ACTIONS = {"suivre": True, "arreter": False}


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, number: int | None = None, discussion_id: int | None = None) -> HttpResponse:
    discussion = get_discussion(number, discussion_id)
    wanted = ACTIONS.get(request.POST.get("action", ""))
    if request.method == "POST" and request.user.is_authenticated and wanted is not None:
        set_follow(user=request.user, discussion=discussion, following=wanted)
        if not wants_fragment(request):
            # The page of a proposal has the box; other pages have none.
            return redirect(f"{discussion.subject_url if discussion.proposal_id else discussion.follow_url}#suivre")
        box = render(request, "participation/includes/follow_box.html", follow_context(request, discussion))
        return mark(request, box, says="suivre-phrase")
    return render(request, "participation/follow.html", follow_context(request, discussion))


def follow_context(request: HttpRequest, discussion: Discussion) -> dict[str, Any]:
    """What the box shows: the discussion, and the `follow` of the reader, None when there is none."""
    user = request.user
    found = Follow.objects.filter(user=user, discussion=discussion).first() if user.is_authenticated else None
    return {"followed": discussion, "follow": found, "is_following": found is not None and not found.muted}
