"""Page of a call, and its paper form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.views import serve

from committee.models import public_topics
from participation.forms.proposals import IdeaForm, SubjectForm
from participation.models import CallPage


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Serves a public call; other pages at such a URL are left to Wagtail.

    Wagtail finds a page with two queries per tree level: at this depth, more than the page itself costs.
    """
    page = (
        CallPage.objects.published()
        .select_related("discussion")
        .prefetch_related(public_topics())
        .filter(slug=slug)
        .first()
    )
    return page.serve(request) if page else serve(request, request.path.lstrip("/"))


@require_safe
def paper_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the questions of the three screens, on paper. Redirects to the call if it takes no proposals."""
    call = CallPage.objects.accepting_proposals(timezone.now()).filter(slug=slug).first()
    if call is None:
        return redirect(get_object_or_404(CallPage.objects.published(), slug=slug).url)
    context = {
        "call": call,
        "parents": [(reverse("participation:proposal_list"), _("Proposals")), (call.url, call.title)],
        "fields": [*IdeaForm(), *SubjectForm(calls=[call])],
    }
    return render(request, "participation/call_paper_form.html", context)
