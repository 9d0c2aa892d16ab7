"""Creates the sessions of a season at once: one page per day, with the same hours and place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from wagtail.models import Page, Revision

from accounts.models import User
from committee.models import SessionIndexPage, SessionPage
from committee.models.session_titles import title_on
from common.templatetags.dates import CITY_ZONE


@dataclass(frozen=True, kw_only=True)
class SharedDetails:
    """Hours, place and access shared by the sessions of a season."""

    starts: time
    ends: time
    place: str
    access: str = ""
    open_to_public: bool = True


def last_session() -> SessionPage | None:
    """Returns the latest session, drafts included, from which hours, place and number are continued."""
    return SessionPage.objects.order_by("starts_at").last()


def next_number() -> int | None:
    """Returns the number after that of the latest session: 1 for the first one, None after one without a number."""
    last = last_session()
    if last is None:
        return 1
    return last.number + 1 if last.number else None


@transaction.atomic
def create_sessions(
    *, days: Iterable[date], details: SharedDetails, first_number: int | None, publishes: bool, by: User
) -> list[SessionPage]:
    """Creates one session for each of `days`, in order, numbered from `first_number`.

    Raises `ValidationError` if another session has one of the days, and `PublicationRefused` if a second reader has
    to approve them; then none is created.
    """
    index = SessionIndexPage.objects.get()
    pages = []
    for rank, day in enumerate(sorted(days)):
        starts_at = datetime.combine(day, details.starts, CITY_ZONE)
        page = SessionPage(
            number=None if first_number is None else first_number + rank,
            starts_at=starts_at,
            ends_at=datetime.combine(day, details.ends, CITY_ZONE),
            place=details.place,
            access=details.access,
            open_to_public=details.open_to_public,
        )
        revision = add_draft(page, index, by)
        if publishes:
            revision.publish(user=by)
        pages.append(page)
    return pages


def add_draft(page: SessionPage, index: Page, by: User) -> Revision:
    """Adds the new `page` below `index` as a draft, named after its day until an editor writes a title.

    Raises `ValidationError` if another session has that day.
    """
    page.slug = SessionPage.slug_of(page.starts_at)
    page.title = title_on(page.starts_at)
    page.owner, page.live = by, False
    index.add_child(instance=page)
    return page.save_revision(user=by, log_action=True)
