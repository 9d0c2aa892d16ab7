"""Reports of readers: one page for each kind of text."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.views.intended import ask_for_code, done_after_sign_in
from common.errors import Refusal
from common.notices import redirect_with_notice
from participation import permissions
from participation.forms.discussions import ReportForm
from participation.models import Addendum, Proposal, Report
from participation.models.texts import ModeratedText
from participation.queries.texts import subject_of, text_url
from participation.services.reports import report_text
from participation.views.discussions import get_discussion, get_published_comment, pages_with_a_form


@done_after_sign_in
@pages_with_a_form
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    return _report(request, get_object_or_404(Proposal.objects.published().with_authors(), pk=number))


@done_after_sign_in
@pages_with_a_form
def addendum(request: HttpRequest, number: int, addendum_id: int) -> HttpResponse:
    published = Addendum.objects.public().with_context().filter(proposal=number)
    return _report(request, get_object_or_404(published, pk=addendum_id))


@done_after_sign_in
@pages_with_a_form
def comment(
    request: HttpRequest, comment_id: int, number: int | None = None, discussion_id: int | None = None
) -> HttpResponse:
    return _report(request, get_published_comment(get_discussion(number, discussion_id), comment_id))


def _report(request: HttpRequest, text: ModeratedText) -> HttpResponse:
    """Shows the form, or that the user has already reported `text`; saves, then redirects to the text."""
    form = ReportForm(request.POST or None)
    earlier: Report | None = None
    if request.user.is_authenticated:
        if not permissions.can_report(request.user, text):
            raise Http404
        earlier = text.reports.filter(author=request.user).first()
        if earlier is None and form.is_valid():
            reason = form.cleaned_data["reason"]
            try:
                earlier, created = report_text(
                    text=text, author=cast(User, request.user), reason=reason, now=timezone.now()
                )
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            except PermissionDenied as gone:
                raise Http404 from gone
            else:
                if created:
                    message = _("Your report is sent. A moderator will read this text again.")
                    return redirect_with_notice(request, text_url(text, request.user), message)
    elif form.is_valid() and (response := ask_for_code(request)):
        return response
    context = {
        "parents": [(reverse("participation:proposal_list"), _("Proposals")), subject_of(text)],
        "subject_title": subject_of(text)[1],
        "text": text,
        "form": form,
        "earlier": earlier,
        "url": text_url(text, request.user),
    }
    return render(request, "participation/report_form.html", context)
