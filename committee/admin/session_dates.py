"""Form for the dates of a season: up to eight sessions at the same hours and place."""

from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminTimeInput

from accounts.models import User
from committee.models import SessionIndexPage, SessionPage
from committee.models.session_panels import DAY_IS_TAKEN
from committee.permissions import can_edit_sessions
from committee.services.session_dates import SharedDetails, create_sessions, last_session, next_number
from common.action_forms import ActionFormView
from common.admin import PermissionView, PublishField, TitleInBreadcrumb
from common.days import DAYS, DaysForm
from common.templatetags.dates import in_city_time


class SessionDatesForm(DaysForm):
    """Days of the sessions, and the fields that they share."""

    starts = forms.TimeField(label=_("starts at"), widget=AdminTimeInput, help_text=_("Time in Paris."))
    ends = forms.TimeField(label=_("ends at"), widget=AdminTimeInput)
    place = forms.CharField(label=_("place"), max_length=200, help_text=_("With the tram stop, for example."))
    access = forms.CharField(
        label=_("access"), max_length=200, required=False, help_text=_("Wheelchair, induction loop…")
    )
    open_to_public = forms.BooleanField(label=_("open to everyone"), required=False, initial=True)
    first_number = forms.IntegerField(
        label=_("Number of the first one"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("The others follow, in the order of the days. Empty: no numbers."),
    )
    publish = PublishField()

    day_is_taken = DAY_IS_TAKEN

    def __init__(self, *args: Any, can_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_publish:
            cast(PublishField, self.fields["publish"]).allow_drafts_only()

    def taken_days(self) -> set[date]:
        days = [self.cleaned_data.get(name) for name in DAYS]
        taken = SessionPage.objects.filter(slug__in=[day.isoformat() for day in days if day])
        return {date.fromisoformat(slug) for slug in taken.values_list("slug", flat=True)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Write an end that comes after the start."))
        return cleaned

    @property
    def details(self) -> SharedDetails:
        names = ("starts", "ends", "place", "access", "open_to_public")
        return SharedDetails(**{name: self.cleaned_data[name] for name in names})


class SessionDatesView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Form, prefilled with the hours and the place of the latest session, and the next number."""

    page_title = _("Write the dates of the sessions")
    header_icon = "calendar-alt"
    template_name = "committee/admin/session_dates.html"
    form_class = SessionDatesForm
    is_allowed = staticmethod(can_edit_sessions)

    @cached_property
    def index(self) -> SessionIndexPage:
        return SessionIndexPage.objects.get()

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("wagtailadmin_explore", args=[self.index.pk]), "label": self.index.title}]

    def get_initial(self) -> dict[str, Any]:
        last = last_session()
        if last is None:
            return {"first_number": next_number()}
        return {
            "starts": in_city_time(last.starts_at).time(),
            "ends": in_city_time(last.ends_at).time(),
            "place": last.place,
            "access": last.access,
            "open_to_public": last.open_to_public,
            "first_number": next_number(),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        can_publish = self.index.permissions_for_user(self.request.user).can_publish_subpage()
        return {**super().get_form_kwargs(), "can_publish": can_publish}

    def submit(self, form: SessionDatesForm) -> HttpResponse:
        publishes = form.cleaned_data["publish"] == PublishField.PUBLISH
        try:
            pages = create_sessions(
                days=form.cleaned_data["days"],
                details=form.details,
                first_number=form.cleaned_data["first_number"],
                publishes=publishes,
                by=cast(User, self.request.user),
            )
        except ValidationError:
            # Another editor created a session on one of the days after the form was checked.
            form.add_error(None, DAY_IS_TAKEN)
            return self.form_invalid(form)
        message = (
            ngettext("%(count)d session is published.", "%(count)d sessions are published.", len(pages))
            if publishes
            else ngettext("%(count)d session is a draft.", "%(count)d sessions are drafts.", len(pages))
        )
        messages.success(self.request, message % {"count": len(pages)})
        for page in pages:
            for advice in page.advice():
                messages.warning(self.request, advice)
        if publishes:
            messages.info(self.request, gettext("Write the agenda of each one before you call the members to it."))
        return redirect("wagtailadmin_explore", self.index.pk)


def session_dates_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [path("seances/dates/", SessionDatesView.as_view(), name="session_dates")]
