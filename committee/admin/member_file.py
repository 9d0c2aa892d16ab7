"""Import of members from a CSV or XLSX file: preview of each row, then import, with optional invitations."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from accounts.models import User
from cms.admin.dashboard import snippet_url
from committee.errors import InvitationRefused
from committee.invitations.notifications import AccountInvited
from committee.invitations.services import invite
from committee.models import AccountInvitation, Member
from committee.permissions import can_edit_members
from committee.services.member_file import COLUMNS, MemberFileResult, model_rows, take_in
from common.action_forms import ActionFormView
from common.admin import PermissionView, TitleInBreadcrumb
from common.errors import TooManyMails
from common.limits import throttle_mail
from common.spreadsheets import csv_response
from common.tables import WORKBOOK_START, FileRefused, text_of, workbook_text

MAX_BYTES = 1_000_000


class MemberFileForm(forms.Form):
    """File of members: an upload at the first step, then the previewed text in a hidden field."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("The model with your members, as CSV or XLSX. 1 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file and file.size > MAX_BYTES:
            self.add_error("file", _("This file is larger than 1 MB: keep the rows of the members only."))
        elif file:
            try:
                cleaned["text"] = _text_of(file)
            except FileRefused as refusal:
                self.add_error("file", str(refusal))
        elif not cleaned.get("text"):
            self.add_error("file", _("Choose a file."))
        return cleaned


def _text_of(file: Any) -> str:
    """Returns the content of an uploaded CSV or XLSX file as CSV text. Raises `FileRefused`."""
    start = file.read(len(WORKBOOK_START))
    file.seek(0)
    return workbook_text(file.read()) if start == WORKBOOK_START else text_of(file)


class MemberFileView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Previews the file, then imports the text that was previewed, with the same validation."""

    page_title = _("Members from a file")
    header_icon = "upload"
    template_name = "committee/admin/member_file.html"
    form_class = MemberFileForm
    refusal_field = "file"
    is_allowed = staticmethod(can_edit_members)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Member, "list"), "label": gettext("Members")}]

    def submit(self, form: MemberFileForm) -> HttpResponse:
        text, is_trial = form.cleaned_data["text"], "take_in" not in self.request.POST
        by = cast(User, self.request.user)
        result = take_in(text, by=by, dry_run=is_trial)
        context: dict[str, Any] = {"done": result, "is_trial": is_trial}
        if is_trial:
            form = MemberFileForm(initial={"text": text})
            if result.with_email:
                row = result.with_email[0]
                invitation = AccountInvitation.new(
                    cast(Member, row.member), row.email, begins_on=row.begins_on, now=timezone.now()
                )
                context["preview"] = AccountInvited(invitation).content()
        elif "invite" in self.request.POST:
            context["not_invited"] = self._invite(result)
        return self.render_to_response(self.get_context_data(form=form, **context))

    def _invite(self, result: MemberFileResult) -> list[str]:
        """Invites the imported members that have an address; returns one sentence for each refused invitation."""
        now = timezone.now()
        refused: list[str] = []
        for row in result.with_email:
            member = cast(Member, row.member)
            try:
                with transaction.atomic():
                    throttle_mail(self.request, row.email, now)
                    invite(invited=[(member, row.email)], by=cast(User, self.request.user), now=now)
            except InvitationRefused as refusal:
                refused.append(str(refusal))
            except TooManyMails as refusal:
                refused.append(f"{member.name}: {refusal}")
        if count := len(result.with_email) - len(refused):
            message = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
            messages.success(self.request, message % {"count": count})
        return refused


class MemberModelView(PermissionView, View):
    """Template file to fill in: the columns, and one row for each vacant seat."""

    is_allowed = staticmethod(can_edit_members)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return csv_response("membres.csv", list(COLUMNS), model_rows(timezone.localdate()))


def member_file_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [
        path("membres/fichier/", MemberFileView.as_view(), name="member_file"),
        path("membres/modele.csv", MemberModelView.as_view(), name="member_model"),
    ]
