"""Views of the data export of an account."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import AccountCode, User
from accounts.queries import export_of_day
from accounts.services.codes import send_code, throttle
from accounts.services.exports import ask_for_export
from accounts.views.codes import ConfirmActionView
from common.audit import Act, record_act
from common.errors import TooManyMails


@login_required
def own_data(request: HttpRequest) -> HttpResponse:
    """Explains the rights on personal data and shows the state of an export; a POST requests one."""
    user, now = cast(User, request.user), timezone.now()
    export = export_of_day(user, now=now)
    if request.method != "POST":
        return render(request, "accounts/own_data.html", {"export": export})
    if export:
        messages.info(request, _("You have asked for your data already. There is nothing more to do: see below."))
        return redirect("accounts:own_data")
    try:
        throttle(request, user=user, email=user.email, now=now)
    except TooManyMails as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:own_data")
    send_code(user=user, action=AccountCode.Action.EXPORT, now=now)
    return redirect("accounts:confirm_export")


class ConfirmExportView(ConfirmActionView):
    """Checks the code and schedules the export."""

    action = AccountCode.Action.EXPORT
    start = "accounts:own_data"
    template_name = "accounts/confirm_export.html"

    def confirmed(self, row: AccountCode) -> HttpResponse:
        ask_for_export(user=self.user, now=self.now)
        messages.success(self.request, _("It is noted. We prepare your data, and write to you when they are ready."))
        return redirect("accounts:own_data")


@login_required
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Returns the archive of the user's export until it expires."""
    export = export_of_day(cast(User, request.user), now=timezone.now())
    if export is None or export.archive is None:
        messages.error(request, _("There is no copy of your data to download. You can ask for one."))
        return redirect("accounts:own_data")
    record_act(Act.EXPORT_TAKEN, about=export.user)
    day = timezone.localdate(export.ready_at)
    answer = HttpResponse(bytes(export.archive), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="mes-donnees-{day.isoformat()}.zip"'
    return answer
