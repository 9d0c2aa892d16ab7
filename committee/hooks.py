"""Extension points of the committee: content that higher apps show in its pages.

`committee` does not import the apps of proposals or of inspiring practices. These register functions on the Wagtail
hooks below in their `wagtail_hooks.py`; so do the features of this app.

Rows of a page (agenda item, workshop group, decision, deliverable, subject brought to another body): an app keeps its
own links to them, in models with a `ParentalKey` to the row, so that drafts, revisions, previews and copies include
them. It registers a panel for the form of each row, and a function that returns the items shown under the rows::

    @hooks.register(ROW_PANELS_HOOK)
    def panel() -> Panel: ...

    @hooks.register(RELATED_TO_ROWS_HOOK)
    def proposals(rows: Sequence[Model], request: HttpRequest) -> list[list[RelatedItem]]: ...

The rows are of one model, and may be unsaved in a preview. The result has one list for each row, in order.

The page of a topic (`topic_sections`), or of a session (`session_sections`): a function takes the page and the request
and returns a `TopicSection`, or None if it has nothing to show::

    @hooks.register(TOPIC_SECTIONS_HOOK)
    def proposals(topic, request):
        return TopicSection(order=20, key="propositions", title=_("Proposals"), items=[...])

The members' area: `member_area_links` takes the request and the member, and returns `AccountLink`s, a card for each
members-only page. `member_tasks` takes the member and the current time, and returns the tasks of the member, as
defined in `common/waiting.py`::

    @hooks.register(MEMBER_TASKS_HOOK)
    def corrections(member, now):
        return [Task(_("Read the minutes of the session of 12 October"), url=…, until=…)]

The calendar of the sessions: `committee_calendar_events` returns other events, as `CalendarEvent`s.

Immediate mails about a decision on a topic: `topic_followers` takes the primary keys of topics, and returns the
accounts that follow one of them and get no digest, which would include the decision::

    @hooks.register(TOPIC_FOLLOWERS_HOOK)
    def followers(topics: Collection[int]) -> QuerySet[User]: ...
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.db.models import Model
from django.http import HttpRequest
from wagtail import hooks

from accounts.models import User
from cms.models import CustomImage
from common.charts.frame import Chart

ROW_PANELS_HOOK = "committee_row_panels"
RELATED_TO_ROWS_HOOK = "related_to_committee_rows"
TOPIC_SECTIONS_HOOK = "topic_sections"
SESSION_SECTIONS_HOOK = "session_sections"
MEMBER_AREA_LINKS_HOOK = "member_area_links"
MEMBER_TASKS_HOOK = "member_tasks"
TOPIC_FOLLOWERS_HOOK = "topic_followers"
CALENDAR_EVENTS_HOOK = "committee_calendar_events"


@dataclass(frozen=True, kw_only=True)
class RelatedItem:
    """Link below a row or a page, with a short description of its target."""

    title: str
    url: str
    meta: str = ""


@dataclass(frozen=True, kw_only=True)
class SectionItem:
    """Card of a section: a title with a link, a few words; optionally a picture, a state or a date."""

    title: str
    url: str
    meta: str = ""
    image: CustomImage | None = None
    state: str = ""
    badge_kind: str = ""
    moment: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TopicSection:
    """Heading with a list of a few items, and a link to all.

    `pictogram` is the default for items without a picture; without it, the pictogram of the topic is used.
    """

    order: int
    key: str
    title: str
    pictogram: str = ""
    items: list[SectionItem] = field(default_factory=list)
    more_url: str = ""
    more_label: str = ""
    # Shown on the page of a topic, above the lists.
    chart: Chart | None = None
    # True if its first items may be among the featured cards of a topic.
    is_featured: bool = False


def related_to_rows(rows: Sequence[Model], request: HttpRequest) -> list[list[RelatedItem]]:
    """Returns the public related items that the apps have for each of `rows`, in order."""
    if not rows:
        return []
    related = [find(rows, request) for find in hooks.get_hooks(RELATED_TO_ROWS_HOOK)]
    return [list(chain.from_iterable(of_row)) for of_row in zip(*related, strict=True)] or [[] for _row in rows]


def topic_followers(topics: Collection[int]) -> set[User]:
    """Returns the accounts, besides members, that get an immediate mail about a decision on one of `topics`."""
    return {user for find in hooks.get_hooks(TOPIC_FOLLOWERS_HOOK) for user in find(topics)} if topics else set()
