"""Sources of the life of the committee: minutes, decisions, programmes, members who arrive and leave."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import DateField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.models import Mandate, RegisterEntry, SessionPage, TopicPage, WorkProgramme
from common.templatetags.dates import short_day
from common.urls import absolute_url
from digests.queries.items import Item, Source, Window, page_url

DAY = timedelta(days=1)
# Of the news of the committee: minutes and decisions before the programme, then who arrives and leaves.
MINUTES_RANK, DECISION_RANK, PROGRAMME_RANK, MEMBER_RANK = 4, 3, 2, 1


def _minutes_item(page: SessionPage, window: Window | None) -> Item:
    """The item of minutes that anyone may read since `minutes_published_at`."""
    at = page.minutes_published_at
    assert at is not None, "only sessions with public minutes are asked for"  # noqa: S101
    return Item(
        source="minutes",
        object=page,
        at=at,
        url=page_url(page),
        identity=("pages", page.pk),
        title=_("Minutes of the session of %(day)s") % {"day": short_day(page.starts_at)},
        rank=(MINUTES_RANK, at.timestamp()),
    )


MINUTES = Source(
    name="minutes",
    public=lambda now: (
        SessionPage.objects.published()
        .filter(minutes_published_at__isnull=False)
        .defer("minutes")
        .order_by("-minutes_published_at", "-pk")
    ),
    within=lambda sessions, window: sessions.filter(window.covers("minutes_published_at")),
    item=_minutes_item,
)


def _decisions(now: datetime) -> QuerySet[RegisterEntry]:
    """Decisions of the register whose words are there, with the topic that anyone may read."""
    topic = TopicPage.objects.published().filter(number=OuterRef("topic_number")).values("pk")[:1]
    return RegisterEntry.objects.readable().annotate(topic_key=Subquery(topic)).order_by("-number")


def _decision_item(entry: RegisterEntry, window: Window | None) -> Item:
    return Item(
        source="decisions",
        object=entry,
        at=entry.recorded_at,
        url=absolute_url(entry.get_absolute_url()),
        identity=("decisions", entry.pk),
        title=entry.text,
        has_topic=True,
        topic_id=entry.topic_key,  # type: ignore[attr-defined]
        # In the order in which they were taken.
        rank=(DECISION_RANK, -entry.number),
    )


DECISIONS = Source(
    name="decisions",
    public=_decisions,
    within=lambda entries, window: entries.filter(window.covers("recorded_at")),
    item=_decision_item,
)


def _programme_item(programme: WorkProgramme, window: Window | None) -> Item:
    at = programme.adopted_at
    assert at is not None, "only adopted ones are asked for"  # noqa: S101
    return Item(
        source="programmes",
        object=programme,
        at=at,
        url=absolute_url(programme.get_absolute_url()),
        identity=("programmes", programme.pk),
        title=str(programme),
        rank=(PROGRAMME_RANK, at.timestamp()),
    )


PROGRAMMES = Source(
    name="programmes",
    public=lambda now: WorkProgramme.objects.adopted().prefetch_related("priorities__topic"),
    within=lambda programmes, window: programmes.filter(window.covers("adopted_at")),
    item=_programme_item,
)


def _days_of(window: Window, field: str) -> Q:
    """The days of `field` whose last moment, in Paris, lies in `window`."""
    first, last = timezone.localdate(window.start), timezone.localdate(window.end)
    return Q(**{f"{field}__gte": first, f"{field}__lt": last})


def _end_of(day: date) -> datetime:
    """The last moment of `day`: the secretariat often writes a mandate on the day on which it begins or ends."""
    return timezone.make_aware(datetime.combine(day + DAY, time.min))


def _moved(field: str, by: timedelta) -> Cast:
    # SQLite gives a date with an hour: the cast makes it a date again.
    return Cast(ExpressionWrapper(F(field) + by, output_field=DateTimeField()), DateField())


def _without_other(field: str, by: timedelta) -> QuerySet[Mandate]:
    """Mandates on a seat whose member sits by no other mandate on the day that lies `by` from `field`."""
    beside = Mandate.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("beside")),
        member=OuterRef("member"),
        role__in=Mandate.SEATED,
        starts_on__lte=OuterRef("beside"),
    ).exclude(pk=OuterRef("pk"))
    found = Mandate.objects.filter(role__in=Mandate.SEATED).annotate(beside=_moved(field, by))
    return found.filter(~Exists(beside)).select_related("member")


def _name_of(mandate: Mandate) -> str:
    return mandate.member.name if mandate.member.is_named else _("One person")


def _member_item(source: str, mandate: Mandate, day: date, title: str) -> Item:
    """The item of a member who arrives or leaves on `day`; the member is not told."""
    user = mandate.member.user_id
    return Item(
        source=source,
        object=mandate,
        at=_end_of(day),
        url=absolute_url("/le-comite/membres/"),
        identity=(source, mandate.pk),
        title=title % {"name": _name_of(mandate)},
        author_ids=frozenset({user} if user else ()),
        rank=(MEMBER_RANK, day.toordinal()),
    )


def _arrival_item(mandate: Mandate, window: Window | None) -> Item:
    return _member_item("arrivals", mandate, mandate.starts_on, _("%(name)s joins the committee"))


def _departure_item(mandate: Mandate, window: Window | None) -> Item:
    day: Any = mandate.ends_on
    return _member_item("departures", mandate, day, _("%(name)s leaves the committee"))


# Told once the day is over, in the first digest after it. A new mandate right after another is no arrival.
ARRIVALS = Source(
    name="arrivals",
    public=lambda now: _without_other("starts_on", -DAY).order_by("starts_on", "pk"),
    within=lambda mandates, window: mandates.filter(_days_of(window, "starts_on")),
    item=_arrival_item,
)
DEPARTURES = Source(
    name="departures",
    public=lambda now: _without_other("ends_on", DAY).filter(ends_on__isnull=False).order_by("ends_on", "pk"),
    within=lambda mandates, window: mandates.filter(_days_of(window, "ends_on")),
    item=_departure_item,
)

COMMITTEE_SOURCES = (MINUTES, DECISIONS, PROGRAMMES, ARRIVALS, DEPARTURES)
