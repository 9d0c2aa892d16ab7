"""Results of workshop groups: the deliverables of a session, and the session of a deliverable."""

from collections.abc import Sequence

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext

from committee.hooks import RelatedItem, SectionItem, TopicSection
from committee.models import Deliverable, SessionPage, TopicPage, WorkshopGroup


def deliverables_of_session(session: SessionPage, request: HttpRequest) -> TopicSection | None:
    """Returns the deliverables of published topics begun by the workshop groups of `session`, with their state.

    No query for a session without groups.
    """
    if not session.pk or not session.workshop_groups.all():
        return None
    deliverables = Deliverable.objects.filter(workshop_session=session.pk, topic__in=TopicPage.objects.published())
    deliverables = (
        deliverables.select_related("topic").defer("topic__body").order_by("topic__number", "sort_order", "pk")
    )
    items = [
        SectionItem(
            title=row.title,
            url=f"{row.topic.get_url(request)}#livrables",
            meta=row.topic.title,
            state=row.get_state_display(),
            badge_kind=row.badge_kind,
        )
        for row in deliverables
    ]
    title = gettext("What the workshop groups became")
    return TopicSection(order=10, key="suites-des-ateliers", title=title, items=items) if items else None


def sessions_of_deliverables(rows: Sequence[Model], request: HttpRequest) -> list[list[RelatedItem]]:
    """Returns, for each of `rows`, the published session whose workshop group began it. At most one query."""
    pks = {row.workshop_session_id for row in rows if isinstance(row, Deliverable) and row.workshop_session_id}
    with_groups = SessionPage.objects.published().filter(pk__in=WorkshopGroup.objects.values("session"))
    sessions = with_groups.defer("minutes").in_bulk(pks) if pks else {}
    return [
        [_item(sessions[row.workshop_session_id], request)]
        if isinstance(row, Deliverable) and row.workshop_session_id in sessions
        else []
        for row in rows
    ]


def _item(session: SessionPage, request: HttpRequest) -> RelatedItem:
    title = gettext("Begun in a workshop group: %(session)s") % {"session": session.heading}
    return RelatedItem(title=title, url=f"{session.get_url(request)}#ateliers")
