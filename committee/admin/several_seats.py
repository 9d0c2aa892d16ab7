"""Form to create all seats at once, by number of seats per college."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from cms.admin.dashboard import snippet_url
from committee.models import Seat
from committee.permissions import can_edit_members
from committee.services.seats import CreatedSeats, create_seats
from common.admin import PermissionView, TitleInBreadcrumb

COLLEGES, MOST_SEATS = 4, 50


class SeveralSeatsForm(forms.Form):
    """Up to four colleges with their number of seats, and the first day of the new seats."""

    starts_on = forms.DateField(
        label=_("exists from"),
        widget=AdminDateInput,
        help_text=_("The first session is on this day or later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in range(1, COLLEGES + 1):
            parameters = {"number": row}
            self.fields[f"college_{row}"] = forms.CharField(
                label=_("College %(number)d") % parameters,
                max_length=60,
                required=row == 1,
                help_text=_("Example: Residents") if row == 1 else "",
            )
            self.fields[f"count_{row}"] = forms.IntegerField(
                label=_("Number of seats of college %(number)d, in all") % parameters,
                min_value=1,
                max_value=MOST_SEATS,
                required=row == 1,
            )
        self.order_fields([name for name in self.fields if name != "starts_on"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        colleges: dict[str, int] = {}
        for row in range(1, COLLEGES + 1):
            college, count = cleaned.get(f"college_{row}"), cleaned.get(f"count_{row}")
            if college in colleges:
                self.add_error(f"college_{row}", _("This college is written twice."))
            elif college and count:
                colleges[college] = count
            elif college and f"count_{row}" not in self.errors:
                self.add_error(f"count_{row}", _("Write how many seats this college has."))
            elif count and f"college_{row}" not in self.errors:
                self.add_error(f"college_{row}", _("Write the name of the college."))
        cleaned["colleges"] = colleges
        return cleaned


class SeveralSeatsView(TitleInBreadcrumb, PermissionView, FormView):
    """Shows the form; after success, redirects to the list of seats with a summary."""

    page_title = _("Create several seats")
    header_icon = "seat"
    template_name = "committee/admin/several_seats.html"
    form_class = SeveralSeatsForm
    is_allowed = staticmethod(can_edit_members)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": snippet_url(Seat, "list"), "label": gettext("Seats")}]

    def get_initial(self) -> dict[str, Any]:
        return {"starts_on": timezone.localdate()}

    def form_valid(self, form: SeveralSeatsForm) -> HttpResponse:
        result = create_seats(
            colleges=form.cleaned_data["colleges"],
            starts_on=form.cleaned_data["starts_on"],
            by=cast(User, self.request.user),
        )
        messages.success(self.request, _success_message(result))
        return redirect(snippet_url(Seat, "list"))


def _success_message(result: CreatedSeats) -> str:
    """Returns how many seats were created, and which existed already."""
    created = ngettext("%(count)d seat created.", "%(count)d seats created.", len(result.created))
    sentence = created % {"count": len(result.created)} if result.created else gettext("No seat is created.")
    if result.existing_names:
        names = gettext("; ").join(result.existing_names)
        sentence += " " + gettext("These existed, and stay as they are: %(names)s.") % {"names": names}
    return sentence


def several_seats_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [path("sieges/plusieurs/", SeveralSeatsView.as_view(), name="several_seats")]
