"""Form that copies a workshop to other days."""

from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts.models import User
from common.admin import PermissionView, TitleInBreadcrumb
from common.days import DAYS, DaysForm
from common.templatetags.dates import in_city_time
from inclusion.models import Workshop
from inclusion.permissions import can_add_workshops
from inclusion.services.workshops import days_of, repeat_workshop

WEEK = timedelta(days=7)


class WorkshopDatesForm(DaysForm):
    """Other days of a workshop."""

    day_is_taken = _("This workshop takes place on this day already.")

    def __init__(self, *args: Any, workshop: Workshop, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workshop = workshop

    def taken_days(self) -> set[date]:
        return days_of(self.workshop)


class WorkshopDatesView(TitleInBreadcrumb, PermissionView, FormView):
    """Form prefilled with the same day of the following weeks: clear those on which nothing takes place."""

    page_title = _("Copy to other dates")
    header_icon = "copy"
    template_name = "inclusion/admin/workshop_dates.html"
    form_class = WorkshopDatesForm
    is_allowed = staticmethod(can_add_workshops)

    @cached_property
    def workshop(self) -> Workshop:
        return get_object_or_404(Workshop, pk=self.kwargs["pk"])

    def above(self) -> list[dict[str, Any]]:
        return [{"url": self.list_url, "label": gettext("Workshops")}]

    @property
    def list_url(self) -> str:
        return reverse(Workshop.snippet_viewset.get_url_name("list"))

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        last = max(days_of(self.workshop), default=in_city_time(self.workshop.starts_at).date())
        # A workshop that stopped long ago goes on in the coming weeks, on the same day of the week.
        first = last + WEEK * max(1, (today - last).days // 7 + 1)
        return {name: first + WEEK * week for week, name in enumerate(DAYS)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "workshop": self.workshop}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(workshop=self.workshop, **kwargs)

    def form_valid(self, form: WorkshopDatesForm) -> HttpResponse:
        copies = repeat_workshop(
            workshop=self.workshop, days=form.cleaned_data["days"], by=cast(User, self.request.user), now=timezone.now()
        )
        message = (
            ngettext("%(count)d workshop is published.", "%(count)d workshops are published.", len(copies))
            if self.workshop.published_at
            else ngettext("%(count)d workshop is a draft.", "%(count)d workshops are drafts.", len(copies))
        )
        messages.success(self.request, message % {"count": len(copies)})
        return redirect(self.list_url)
