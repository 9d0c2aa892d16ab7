"""Adding to one's proposal once its text stays as it is."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from participation import permissions
from participation.errors import ParticipationError
from participation.forms.proposals import AddendumForm
from participation.models import deadlines
from participation.services.addenda import add_addendum
from participation.services.throttling import hold_back_floods
from participation.views.versions import get_own_proposal


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest, number: int) -> HttpResponse:
    """The form, or why there is none; what was written always comes back."""
    user = cast(User, request.user)
    proposal = get_own_proposal(user, number)
    if not proposal.is_public:
        raise Http404
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            hold_back_floods(request, now)
            written = add_addendum(
                proposal=proposal, author=user, body=form.cleaned_data["body"], key=form.cleaned_data["key"], now=now
            )
        except ParticipationError as refusal:
            form.add_error(None, str(refusal))
        else:
            due = date_format(deadlines.reading_due_on(timezone.localdate(written.created_at)))
            messages.success(request, _("Your addendum is sent. A person reads it before %(date)s.") % {"date": due})
            return redirect(f"{proposal.get_absolute_url()}#{written.anchor}")
    context = {"proposal": proposal, "form": form, "is_open": permissions.can_add_addendum(user, proposal)}
    return render(request, "participation/addendum.html", context)
