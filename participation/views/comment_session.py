"""Comments written before signing in: the session keeps each of them until it is sent.

Like the drafts of proposals (`draft_session`), they outlive signing in and creating an account: nothing is typed twice.
A reader who writes nothing has no session.
"""

from typing import Any

from django.http import HttpRequest

from participation.forms.discussions import CommentForm

KEPT = "comments"
MAX_KEPT = 5


def keep_comment(request: HttpRequest, form: CommentForm) -> None:
    """Keeps what `form`, a valid one, says for the page of `request`; of other pages, the latest ones."""
    others = [(path, kept) for path, kept in request.session.get(KEPT, {}).items() if path != request.path]
    written: dict[str, Any] = {
        name: form.cleaned_data[name] for name in ("body", "position") if name in form.cleaned_data
    }
    written["key"] = str(form.cleaned_data["key"])
    request.session[KEPT] = dict([*others, (request.path, written)][-MAX_KEPT:])


def kept_comment(request: HttpRequest) -> dict[str, Any]:
    """Returns what was written on the page of `request`, as the initial values of its form; nothing if it was sent."""
    kept: dict[str, Any] = request.session.get(KEPT, {}).get(request.path, {})
    return kept


def forget_comment(request: HttpRequest) -> None:
    """Forgets what was written on the page of `request`, once it is sent."""
    if kept_comment(request):
        request.session[KEPT] = {path: kept for path, kept in request.session[KEPT].items() if path != request.path}
