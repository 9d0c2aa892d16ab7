"""Form to renew all offices of the committee at once: one line for each, with its current holder."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from cms.admin.dashboard import snippet_url
from committee.errors import OfficeRefused
from committee.models import Member
from committee.permissions import COORDINATION, can_edit_members
from committee.queries.seats import Office, next_first_day, offices_on
from committee.services.offices import assign_offices
from common.action_forms import ActionFormView
from common.admin import PermissionView, TitleInBreadcrumb
from common.errors import Refusal


class OfficesForm(forms.Form):
    """First and last day of the new mandates, and the member for each office."""

    starts_on = forms.DateField(label=_("from"), widget=AdminDateInput)
    ends_on = forms.DateField(label=_("until"), widget=AdminDateInput)

    def __init__(self, *args: Any, offices: list[Office], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offices = offices
        members = Member.objects.sitting_or_to_come(today)
        for office in offices:
            self.fields[office.key] = forms.ModelChoiceField(
                members,
                label=office.role.label,
                required=False,
                empty_label=_("Nothing changes"),
                help_text=office.in_words,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("Write a last day that comes after the first."))
        if any(name.startswith("office_") and name not in self.fields and self.data[name] for name in self.data):
            raise ValidationError(
                _("Somebody else changed an office meanwhile. Look at the offices, then choose again.")
            )
        if not self.errors and not self.chosen:
            raise ValidationError(_("Choose a member for one office at least."))
        return cleaned

    @property
    def chosen(self) -> dict[Office, Member]:
        """Offices for which a member was chosen, in form order."""
        choices = ((office, self.cleaned_data.get(office.key)) for office in self.offices)
        return {office: member for office, member in choices if member}


class OfficesView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Shows the form; after success, redirects to the list of members with a summary."""

    page_title = _("Renew the offices")
    header_icon = "group"
    template_name = "committee/admin/offices.html"
    form_class = OfficesForm
    is_allowed = staticmethod(can_edit_members)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Member, "list"), "label": gettext("Members")}]

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    def get_initial(self) -> dict[str, Any]:
        first = next_first_day(self.today)
        return {"starts_on": first, "ends_on": _last_day_of_a_year(first)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offices": offices_on(self.today), "today": self.today}

    def submit(self, form: OfficesForm) -> HttpResponse:
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        assign_offices(form.chosen, **days, by=cast(User, self.request.user))
        messages.success(self.request, _success_message(form.chosen))
        return redirect(snippet_url(Member, "list"))

    def refuse(self, form: OfficesForm, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, OfficeRefused):
            self.refusal_field = refusal.key
        return super().refuse(form, refusal)


def _last_day_of_a_year(first: date) -> date:
    """Returns the last day of a year that begins on `first`: the rules of procedure give an office for one year."""
    before = first - timedelta(days=1)
    days_of_month = monthrange(before.year + 1, before.month)[1]
    return before.replace(year=before.year + 1, day=min(before.day, days_of_month))


def _success_message(chosen: dict[Office, Member]) -> str:
    """Returns the number of offices given, and what an administrator has to do next."""
    sentence = ngettext("%(count)d office given.", "%(count)d offices given.", len(chosen)) % {"count": len(chosen)}
    leading = {office: member for office, member in chosen.items() if office.role in COORDINATION}
    if any(not office.held or office.held.member_id != member.pk for office, member in leading.items()):
        sentence += " " + gettext("An administrator then gives the rights of the coordination.")
    return sentence


def offices_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [path("fonctions/renouveler/", OfficesView.as_view(), name="offices")]
