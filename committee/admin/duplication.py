"""Form and view to duplicate a session (« Dupliquer pour la prochaine séance »)."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from committee.models import SessionPage
from committee.models.session_panels import DAY_IS_TAKEN
from committee.permissions import can_edit_sessions
from committee.services.duplication import duplicate, next_free_day
from committee.services.session_dates import next_number
from common.admin import PermissionView


class DuplicateForm(forms.Form):
    """Day and number of the next session."""

    day = forms.DateField(
        label=_("Day of the next session"),
        help_text=_("The day makes the address of the page."),
        widget=AdminDateInput,
        error_messages={"required": _("Choose the day of the next session.")},
    )

    number = forms.IntegerField(
        label=_("number in the season"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("The one after the latest session. Empty: no number."),
    )

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if SessionPage.objects.filter(slug=day.isoformat()).exists():
            raise ValidationError(DAY_IS_TAKEN)
        return day


class DuplicateView(PermissionView, FormView):
    """Asks for the day of the next session, creates the draft and opens its edit form."""

    page_title = _("Duplicate for the next session")
    header_icon = "copy"
    template_name = "committee/admin/duplicate.html"
    form_class = DuplicateForm
    is_allowed = staticmethod(can_edit_sessions)

    @cached_property
    def session(self) -> SessionPage:
        return get_object_or_404(SessionPage, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.session.heading

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        session = self.session
        return [
            *self.breadcrumbs_items,
            {"url": reverse("wagtailadmin_pages:edit", args=[session.pk]), "label": session.heading},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]

    def get_initial(self) -> dict[str, Any]:
        return {"day": next_free_day(self.session, timezone.localdate()), "number": next_number()}

    def form_valid(self, form: DuplicateForm) -> HttpResponse:
        try:
            page = duplicate(session=self.session, **form.cleaned_data, user=cast(User, self.request.user))
        except ValidationError:
            # Another editor created a session on that day after the form was checked.
            form.add_error("day", DAY_IS_TAKEN)
            return self.form_invalid(form)
        messages.success(self.request, gettext("This is a draft of the next session. Complete it, then publish it."))
        return redirect("wagtailadmin_pages:edit", page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(session=self.session, **kwargs)


def duplicate_url(session: SessionPage) -> str:
    return reverse("session_duplicate", args=[session.pk])
