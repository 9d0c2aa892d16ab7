"""Guide, documents and polls in the members' area."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from committee.area.queries import FIRST_STEPS, first_steps, readable_documents
from committee.area.views.access import MembersOnlyMixin
from committee.permissions import can_read_documents
from common.media import served
from polls.models import Poll
from polls.queries.electorate import answered_by


class HelpView(MembersOnlyMixin, TemplateView):
    """First steps: each thing that members do on the site, and where."""

    template_name = "committee/area/help.html"
    title = FIRST_STEPS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(guide=first_steps(), **kwargs)


class DocumentsView(MembersOnlyMixin, TemplateView):
    """Documents of the members, the latest first."""

    template_name = "committee/area/documents.html"
    title = _("Documents of the members")

    def can_read(self, request: HttpRequest) -> bool:
        return can_read_documents(request.user, timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        documents = readable_documents(self.request.user, timezone.localdate())
        return super().get_context_data(documents=documents, **kwargs)


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Serves one document to users who may read it; 404 for others, whether or not it exists."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    document = get_object_or_404(readable_documents(request.user, timezone.localdate()), pk=pk)
    return served(
        request,
        str(document.file.name),
        as_attachment=True,
        filename=f"{slugify(document.title) or 'document'}.{document.extension}",
        headers={"Content-Security-Policy": "default-src 'none'", "Cache-Control": "private, no-store"},
    )


class PollsView(MembersOnlyMixin, TemplateView):
    """Polls among the members."""

    template_name = "committee/area/polls.html"
    title = _("Polls among the members")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        polls = Poll.objects.among_members()
        waiting = list(polls.open(now))
        answered = answered_by(self.request.user, waiting, now)
        open_polls = [(poll, poll.pk in answered) for poll in waiting]
        return super().get_context_data(open_polls=open_polls, closed_polls=polls.closed(now), **kwargs)
