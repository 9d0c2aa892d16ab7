"""List of sessions in the Wagtail admin: day, state, missing parts with links."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import django_filters
from django.db.models import Case, QuerySet, When, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.models import Revision

from committee.admin.dashboard import copied_words, edit_url
from committee.attendance.queries.figures import incomplete_sheets
from committee.attendance.queries.member_tasks import sheet_url
from committee.convocations.queries.calls import convene_url, pending_steps
from committee.minutes.queries import minutes_steps
from committee.models import SessionPage
from committee.permissions import can_edit_sessions
from committee.queries.agendas import copied_from, known_agendas
from common.admin import AdminReportViewSet, ListSearchArea, PermissionView
from common.hooks import COMMITTEE_MENU_HOOK
from common.templatetags.dates import hours, short_day
from common.waiting import Link


def state_of(session: SessionPage, now: datetime) -> str:
    """Returns the state of `session` in a few words: draft, published, cancelled, under way or held."""
    if not session.live:
        state = pgettext("session", "Draft")
    elif session.is_cancelled or session.starts_at <= now < session.ends_at:
        state = str(session.moment(now).label)
    else:
        state = pgettext("session", "Published") if now < session.starts_at else pgettext("session", "Held")
    if session.live and session.has_unpublished_changes:
        return gettext("%(state)s, changes wait to be published") % {"state": state}
    return state


def missing_of(sessions: list[SessionPage], now: datetime) -> dict[int, list[Link]]:
    """Returns the next steps of each of `sessions`, by primary key. The number of queries is constant."""
    steps: dict[int, list[Link]] = defaultdict(list)
    for session, text in _agendas_to_write(sessions, now):
        steps[session.pk].append(Link(text, edit_url(session)))
    for call in pending_steps(now):
        steps[call.session.pk].append(Link(call.text, call.url))
    for sheet in incomplete_sheets(now):
        text = gettext("Note who came (%(noted)s)") % {"noted": sheet.noted_in_words}
        steps[sheet.session.pk].append(Link(text, sheet_url(sheet.session)))
    for step in minutes_steps(now):
        steps[step.session.pk].append(Link(step.text, step.url))
    return steps


def _agendas_to_write(sessions: list[SessionPage], now: datetime) -> Iterator[tuple[SessionPage, str]]:
    """Yields the sessions to come that have no agenda of their own, each with the text of the step.

    Three queries. An agenda in an unpublished draft counts.
    """
    coming = [session for session in sessions if session.starts_at > now and not session.is_cancelled]
    prefetch_related_objects(coming, "agenda_items")
    drafts = Revision.objects.in_bulk([session.latest_revision_id for session in coming if session.latest_revision_id])
    agendas = known_agendas() if coming else {}
    for session in coming:
        draft = drafts.get(session.latest_revision_id)
        rows = draft.content.get("agenda_items") if draft else None
        titles = [row["title"] for row in rows or []] or [row.title for row in session.agenda_items.all()]
        if not titles:
            yield session, gettext("Write the agenda")
        elif before := copied_from(session, titles, agendas):
            yield session, copied_words(before)


def places_of(session: SessionPage, now: datetime) -> Iterator[Link]:
    """Yields links to the convocation, the attendance and the minutes of `session`. No query."""
    if session.live and now < session.starts_at:
        yield Link(gettext("Convocation"), convene_url(session))
    if session.live and not session.is_cancelled:
        yield Link(pgettext("session", "Attendance"), sheet_url(session))
        if session.starts_at <= now:
            yield Link(gettext("Minutes"), reverse("committee:minutes", args=[session.slug]))


class LinksColumn(Column):
    """Column of the links that the view sets on each row."""

    cell_template_name = "committee/admin/session_links_cell.html"


def years_of(sessions: QuerySet[SessionPage]) -> list[tuple[int, int]]:
    """Returns the choices of a filter by year, from the years of `sessions`, the latest first. One query."""
    years = sessions.order_by("-starts_at__year").values_list("starts_at__year", flat=True).distinct()
    return [(year, year) for year in years]


def _years(request: HttpRequest | None = None) -> list[tuple[int, int]]:
    return years_of(SessionPage.objects.all())


class SessionFilterSet(WagtailFilterSet):
    year = django_filters.ChoiceFilter(label=_("Year"), field_name="starts_at__year", choices=_years)

    class Meta:
        model = SessionPage
        fields: list[str] = []


class SessionListView(PermissionView, ReportView):
    """All sessions: those to come, the next one first, then past ones, the latest first."""

    is_allowed = staticmethod(can_edit_sessions)
    page_title = _("Sessions")
    header_icon = "calendar-alt"
    index_url_name = "committee_sessions:list"
    index_results_url_name = "committee_sessions:list_results"
    filterset_class = SessionFilterSet
    model = SessionPage
    verbose_name_plural = SessionPage._meta.verbose_name_plural
    is_searchable = True
    search_fields = ["title", "place"]
    search_backend_name = None
    list_export = ["number", "title", "starts_at", "ends_at", "place", "state", "missing"]
    export_headings = {"state": _("State"), "missing": _("What is missing")}
    columns = [
        TitleColumn("heading", label=_("Session"), get_url=edit_url),
        Column(
            "starts_at", label=_("Day"), accessor=lambda session: short_day(session.starts_at), sort_key="starts_at"
        ),
        Column("time", label=_("Time"), accessor=lambda session: hours(session.starts_at, session.ends_at)),
        Column("state", label=_("State")),
        LinksColumn("missing", label=_("What is missing")),
        LinksColumn("places", label=_("Open")),
    ]

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        return [HeaderButton(_("Write the dates of the sessions"), url=reverse("session_dates"), icon_name="plus")]

    def get_base_queryset(self) -> QuerySet[SessionPage]:
        next_first = Case(When(ends_at__gte=self.now, then="starts_at"))
        return SessionPage.objects.defer_streamfields().order_by(next_first.asc(nulls_last=True), "-starts_at")

    def decorate_paginated_queryset(self, sessions: Any) -> Any:
        """Adds to each session its state, its missing parts and links to its parts."""
        session_list = list(sessions)
        missing = missing_of(session_list, self.now)
        for session in session_list:
            session.state = state_of(session, self.now)
            session.missing = missing.get(session.pk, [])
            session.places = list(places_of(session, self.now))
        return session_list

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return super().to_row_dict(item) | {"missing": " · ".join(link.label for link in item.missing)}


def sessions_area() -> ListSearchArea:
    """Hook `register_admin_search_area`: adds the list of sessions to the search of the admin."""
    return ListSearchArea(SessionListViewSet(), SessionPage._meta.verbose_name_plural, order=120)


class SessionListViewSet(AdminReportViewSet):
    """Menu item « Séances »."""

    name = "committee_sessions"
    icon = "calendar-alt"
    menu_label = _("Sessions")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 10
    url_prefix = "seances"  # type: ignore[assignment]
    is_allowed = staticmethod(can_edit_sessions)
    report = SessionListView
