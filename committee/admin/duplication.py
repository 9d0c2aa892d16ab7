"""« Dupliquer pour la prochaine séance »: a draft of the next session that has the shape of one that took place."""

from datetime import date, datetime, timedelta
from itertools import count
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
from committee.models import AgendaItem, SessionPage
from committee.models.sessions import DAY_IS_TAKEN
from committee.permissions import can_edit_sessions
from common.admin import PermissionView
from common.templatetags.dates import PARIS, in_paris, short_day

EVERY = timedelta(weeks=4)


def next_free_day(session: SessionPage, today: date) -> date:
    """Returns a day four weeks after `session`, or twice four weeks, and so on: to come, and without a session."""
    first = in_paris(session.starts_at).date()
    taken = set(SessionPage.objects.values_list("slug", flat=True))
    days = (first + times * EVERY for times in count(1))
    return next(day for day in days if day > today and day.isoformat() not in taken)


def duplicate(*, session: SessionPage, day: date, user: User) -> SessionPage:
    """Returns a new draft: place, access and hours in Paris of `session` on `day`, and the shape of its agenda.

    What belongs to one session stays with it: link, presenters, topics, proposals, workshop groups, experts, decisions,
    minutes, documents, attendance. Raises `ValidationError` when another session has that day.
    """
    starts_at = _same_hour(session.starts_at, day)
    page = SessionPage(
        slug=SessionPage.slug_of(starts_at),
        title=gettext("Session of %(day)s") % {"day": short_day(day)},
        number=None,
        starts_at=starts_at,
        ends_at=_same_hour(session.ends_at, day),
        place=session.place,
        access=session.access,
        open_to_public=session.open_to_public,
        owner=user,
        live=False,
    )
    page.agenda_items = [  # type: ignore[misc]
        AgendaItem(sort_order=order, starts_at=item.starts_at, minutes=item.minutes, title=item.title)
        for order, item in enumerate(session.agenda_items.all())
    ]
    session.get_parent().add_child(instance=page)
    page.save_revision(user=user, log_action=True)
    return page


def _same_hour(moment: datetime, day: date) -> datetime:
    """The hour that clocks of Paris show stays, whatever happens to summer time in between."""
    return datetime.combine(day, in_paris(moment).time(), PARIS)


class DuplicateForm(forms.Form):
    """The day of the next session."""

    day = forms.DateField(
        label=_("Day of the next session"),
        help_text=_("The day makes the address of the page. Change it if it falls on a holiday."),
        widget=AdminDateInput,
        error_messages={
            "required": _("Choose the day of the next session."),
            "invalid": _("Write the date like this: 2018-11-15."),
        },
    )

    def clean_day(self) -> date:
        day = self.cleaned_data["day"]
        if SessionPage.objects.filter(slug=day.isoformat()).exists():
            raise ValidationError(DAY_IS_TAKEN)
        return day


class DuplicateView(PermissionView, FormView):
    """Asks for the day, makes the draft, and opens it."""

    page_title = _("Duplicate for the next session")
    header_icon = "copy"
    template_name = "committee/admin/duplicate.html"
    form_class = DuplicateForm
    may = staticmethod(can_edit_sessions)

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
        return {"day": next_free_day(self.session, timezone.localdate())}

    def form_valid(self, form: DuplicateForm) -> HttpResponse:
        try:
            page = duplicate(session=self.session, day=form.cleaned_data["day"], user=cast(User, self.request.user))
        except ValidationError:
            # Somebody made a session of that day between the two questions.
            form.add_error("day", DAY_IS_TAKEN)
            return self.form_invalid(form)
        messages.success(self.request, gettext("This is a draft of the next session. Complete it, then publish it."))
        return redirect("wagtailadmin_pages:edit", page.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(session=self.session, **kwargs)


def duplicate_url(session: SessionPage) -> str:
    return reverse("session_duplicate", args=[session.pk])
