"""Sources of the digest about the committee: reports, minutes, decisions, programmes, arrivals and departures."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from committee.models import Mandate, Priority, RegisterEntry, SessionPage, TopicPage, WorkProgramme
from common.templatetags.dates import short_day
from common.urls import absolute_url
from digests.queries.items import Item, Source, Window, page_url
from indicators.models import Restitution

DAY = timedelta(days=1)
# Ranks of committee news: the report of a year, minutes, decisions, the programme, then arrivals and departures.
REPORT_RANK, MINUTES_RANK, DECISION_RANK, PROGRAMME_RANK, MEMBER_RANK = 5, 4, 3, 2, 1


def _minutes_item(page: SessionPage, window: Window | None) -> Item:
    """Returns the item of minutes, public since `minutes_published_at`."""
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
    """Returns the decisions of the register whose text is not removed, with their public topic."""
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
        # In the order of the decisions.
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
    public=lambda now: WorkProgramme.objects.adopted().prefetch_related(
        Prefetch("priorities", Priority.objects.with_public_topics())
    ),
    within=lambda programmes, window: programmes.filter(window.covers("adopted_at")),
    item=_programme_item,
)


def _report_item(report: Restitution, window: Window | None) -> Item:
    at = report.published_at
    assert at is not None, "only published ones are asked for"  # noqa: S101
    return Item(
        source="reports",
        object=report,
        at=at,
        url=absolute_url(report.get_absolute_url()),
        identity=("reports", report.pk),
        title=_("The report of %(year)s is published") % {"year": report.year},
        rank=(REPORT_RANK, at.timestamp()),
    )


REPORTS = Source(
    name="reports",
    public=lambda now: Restitution.objects.published().defer("figures"),
    within=lambda reports, window: reports.filter(window.covers("published_at")),
    item=_report_item,
)


def _days_of(window: Window, field: str) -> Q:
    """Returns the condition on dates of `field` whose end, in the city, is in `window`."""
    first, last = timezone.localdate(window.start), timezone.localdate(window.end)
    return Q(**{f"{field}__gte": first, f"{field}__lt": last})


def _end_of(day: date) -> datetime:
    """Returns the end of `day`: the secretariat often enters a mandate on its first or last day."""
    return timezone.make_aware(datetime.combine(day + DAY, time.min))


def _moved(field: str, by: timedelta) -> Cast:
    # SQLite returns a date with a time: the cast makes it a date again.
    return Cast(ExpressionWrapper(F(field) + by, output_field=DateTimeField()), DateField())


def _without_other(field: str, by: timedelta) -> QuerySet[Mandate]:
    """Returns the mandates on a seat whose member has no other seat on the day `by` after `field`."""
    beside = Mandate.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("beside")),
        member=OuterRef("member"),
        role__in=Mandate.SEATED,
        starts_on__lte=OuterRef("beside"),
    ).exclude(pk=OuterRef("pk"))
    mandates = Mandate.objects.filter(role__in=Mandate.SEATED).annotate(beside=_moved(field, by))
    return mandates.filter(~Exists(beside)).select_related("member")


def _name_of(mandate: Mandate) -> str:
    return mandate.member.name if mandate.member.is_named else _("One person")


def _member_item(source: str, mandate: Mandate, day: date, title: str) -> Item:
    """Returns the item of a member who arrives or leaves on `day`; not for the member themselves."""
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


# In the first digest after the end of the day. A new mandate right after another is not an arrival.
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

COMMITTEE_SOURCES = (REPORTS, MINUTES, DECISIONS, PROGRAMMES, ARRIVALS, DEPARTURES)
