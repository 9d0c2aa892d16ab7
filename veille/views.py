"""Public views of the watch: suggestions of a resident, sources."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from common.errors import Refusal
from common.limits import throttle
from common.notices import redirect_with_notice
from veille.errors import AlreadyPublished
from veille.exports.outlines import opml_of
from veille.forms import SuggestionForm
from veille.models import ReadingItem, Source, VeilleEntryPage, VeilleIndexPage
from veille.services.suggestions import suggest as send_suggestion


@done_after_sign_in
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestion form. Anonymous visitors confirm an e-mail address by a code."""
    form = SuggestionForm(request.POST or None)
    published_entry: VeilleEntryPage | None = None
    if form.is_valid() and (code_page := ask_for_code(request)):
        return code_page
    if request.user.is_authenticated and form.is_valid():
        now, data = timezone.now(), form.cleaned_data
        suggested = {name: data[name] for name in ("url", "title", "place", "note", "thanks_by_name")}
        try:
            throttle(request, now)
            send_suggestion(author=request.user, now=now, **suggested)
        except AlreadyPublished as refusal:
            published_entry = refusal.entry
            form.add_error("url", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _("Thank you. The editors read your example and tell you what becomes of it.")
            return redirect_with_notice(request, reverse("veille:suggestions"), message)
    return render(
        request, "veille/suggest.html", {"form": form, "published_entry": published_entry, "parents": _parents(request)}
    )


@require_safe
@login_required
def suggestions(request: HttpRequest) -> HttpResponse:
    """Lists the user's own suggestions with their states."""
    user = cast(User, request.user)
    items = ReadingItem.objects.filter(suggested_by=user)
    entries = VeilleEntryPage.objects.published().filter(reading_items__in=items.order_by().values("pk"))
    published = {entry.pk: entry for entry in entries.defer("body", "effects")}
    rows = [(item, published.get(item.entry_id)) for item in items]
    parents = [(reverse("accounts:home"), _("My account"))]
    return render(request, "veille/suggestions.html", {"rows": rows, "parents": parents})


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Lists the public sources."""
    followed = Source.objects.public()
    return render(request, "veille/sources.html", {"sources": followed, "parents": _parents(request)})


@require_safe
def opml(request: HttpRequest) -> HttpResponse:
    """Exports the public sources as OPML, for feed readers."""
    followed = list(Source.objects.public())
    changed_at = max((source.created_at for source in followed), default=None)
    document = opml_of(followed, title=_("Sources of the inspiring watch"), changed_at=changed_at)
    headers = {"Content-Disposition": 'attachment; filename="sources.opml"'}
    return HttpResponse(document, content_type="text/x-opml; charset=utf-8", headers=headers)


def _parents(request: HttpRequest) -> list[tuple[str, str]]:
    """Returns the breadcrumb: the list of entries, if it is published."""
    return [(index.get_url(request) or "", index.title) for index in VeilleIndexPage.objects.live()]
