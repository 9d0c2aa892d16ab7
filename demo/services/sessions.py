"""Sessions: the 2019 season, the latest ones, the next one, and the dates of a year."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.core.files.base import ContentFile

from cms.models import CustomDocument
from committee.models import (
    AgendaItem,
    SessionDocument,
    SessionExpert,
    SessionIndexPage,
    SessionPage,
    TopicPage,
    WorkshopGroup,
)
from common.markdown import french
from demo.clock import WEEK, Clock, no_holiday, paris
from demo.content import Text, csv_bytes, read
from demo.services.minutes import LATEST, approve
from home.services.publishing import publish_under

OPENS, ENDS = time(18), time(20)
# Months without sessions.
SUMMER = {7, 8}
Topics = dict[str, TopicPage]


def load(clock: Clock, topics: Topics) -> None:
    """Publishes the sessions; in each season, minutes are approved at the next session, as the rules require."""
    texts = read("sessions")
    hall = {"place": french(texts["place"]), "access": french(texts["access"])}
    add_season({text["held_on"]: text for text in texts["season_2019"]}, hall, topics)
    season = {clock.monday_before(text["days_ago"]): text for text in texts["this_season"]}
    season[clock.monday_before(LATEST)] = texts["latest"]
    season[programme_day(clock)] = texts["programme"]
    season = dict(sorted(season.items()))
    add_season(season, hall, topics)
    number = len(season) + 1
    add_session(clock.coming_monday(), number, texts["next"], hall, topics, clock.ago(6, 9))
    for further, (day, title) in enumerate(zip(days_ahead(clock), texts["ahead"]["titles"], strict=False), number + 1):
        text = {"title": title, "introduction": texts["ahead"]["introduction"]}
        add_session(day, further, text, hall, topics, clock.ago(60, 9))


def programme_day(clock: Clock) -> date:
    """Returns the day of the session that adopted the programme: a free Monday in January."""
    days_ago = [LATEST, *(text["days_ago"] for text in read("sessions")["this_season"])]
    taken = {clock.monday_before(days) for days in days_ago}
    day = clock.third_monday()
    while day in taken:
        day -= WEEK
    return day


def days_ahead(clock: Clock) -> Iterator[date]:
    """Yields the Mondays of the sessions of the coming year after the next one, every five weeks.

    None is in summer; on a holiday it is a week later.
    """
    day = clock.coming_monday()
    while (day := day + 5 * WEEK) <= clock.today + timedelta(days=365):
        if day.month not in SUMMER:
            yield no_holiday(day, WEEK)


def add_season(season: dict[date, Text], hall: dict[str, str], topics: Topics) -> None:
    """Publishes the sessions of `season`, each two weeks before its day, then the minutes of those that have some.

    Those of the last one, without a following session, are from before approvals were recorded.
    """
    pages = [
        add_session(day, number, text, hall, topics, paris(day - timedelta(days=14), time(9)))
        for number, (day, text) in enumerate(season.items(), 1)
    ]
    for page, text, following in zip(pages, season.values(), [*pages[1:], None], strict=True):
        if "minutes" in text:
            approve(page, text, following)


def add_session(
    day: date, number: int, text: Text, hall: dict[str, str], topics: Topics, published_at: datetime
) -> SessionPage:
    """Returns the session of `day`, from 18:00 to 20:00 in Paris; its slug is the date."""
    page = SessionPage(
        slug=day.isoformat(),
        title=french(text["title"]),
        introduction=french(text["introduction"]),
        number=number,
        starts_at=paris(day, OPENS),
        ends_at=paris(day, ENDS),
        **hall,
    )
    page.agenda_items = agenda(day, text.get("agenda", []), topics)  # type: ignore[misc]
    page.documents = [  # type: ignore[misc]
        SessionDocument(sort_order=order, document=document(table))
        for order, table in enumerate(text.get("documents", ()))
    ]
    page.workshop_groups = [  # type: ignore[misc]
        WorkshopGroup(
            sort_order=order,
            name=french(group["name"]),
            facilitator=group["facilitator"],
            room=group["room"],
            produced=french(group["produced"]),
            topic=topics[group["topic"]],
        )
        for order, group in enumerate(text.get("groups", ()))
    ]
    page.experts = [  # type: ignore[misc]
        SessionExpert(
            sort_order=order,
            name=expert["name"],
            occupation=french(expert["occupation"]),
            biography=french(expert["biography"]),
            topic=topics[expert["topic"]],
        )
        for order, expert in enumerate(text.get("experts", ()))
    ]
    publish_under(SessionIndexPage.objects.get(), page, published_at)
    return page


def document(table: Text) -> CustomDocument:
    """Returns the file of `table`, a spreadsheet in an open format."""
    content = ContentFile(csv_bytes(table["rows"]), name=table["name"])
    return CustomDocument.objects.create(title=french(table["title"]), file=content, file_size=content.size)


def agenda(day: date, points: list[Text], topics: Topics) -> list[AgendaItem]:
    """Returns the agenda items, each starting at the end of the previous one."""
    items, starts_at = [], datetime.combine(day, OPENS)
    for order, point in enumerate(points):
        items.append(
            AgendaItem(
                sort_order=order,
                starts_at=starts_at.time(),
                minutes=point["minutes"],
                title=french(point["title"]),
                presenter=point.get("presenter", ""),
                topic=topics.get(point.get("topic", "")),
            )
        )
        starts_at += timedelta(minutes=point["minutes"])
    return items
