"""Sections of a topic page: its sessions, decisions and actions."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from committee.hooks import SectionItem, TopicSection
from committee.models import RegisterEntry, SessionAction, SessionPage, TopicPage
from common.templatetags.dates import short_day


def sessions(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the sessions with the topic on their agenda, the latest first."""
    published = SessionPage.objects.published().about(topic)
    items = [
        SectionItem(title=session.heading, url=session.get_url(request), moment=session.starts_at)
        for session in published
    ]
    return TopicSection(order=10, key="seances", title=gettext("Sessions"), items=items) if items else None


def decisions(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the decisions about the topic, the latest first."""
    entries = RegisterEntry.objects.readable().filter(topic_number=topic.number).order_by("-number")
    items = [
        SectionItem(
            title=entry.text,
            url=entry.get_absolute_url(),
            meta=" · ".join(filter(None, [short_day(entry.session_day), entry.how_taken])),
        )
        for entry in entries
    ]
    return (
        TopicSection(order=12, key="decisions", title=gettext("Decisions"), pictogram="house", items=items)
        if items
        else None
    )


def actions(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the actions for the topic, each with its responsible person and its state."""
    today = timezone.localdate()
    published = SessionAction.objects.published().filter(topic=topic).select_related("session", "member")
    items = [
        SectionItem(title=row.text, url=f"{row.session.get_url(request)}#actions", meta=_action_state(row, today))
        for row in published.order_by("-session__starts_at", "sort_order")
    ]
    return (
        TopicSection(order=14, key="actions", title=gettext("Who does what"), pictogram="tick", items=items)
        if items
        else None
    )


def _action_state(row: SessionAction, today: date) -> str:
    if row.done_on:
        state = gettext("done on %(day)s") % {"day": short_day(row.done_on)}
    elif row.due_on:
        sentence = gettext("late since %(day)s") if row.is_late(today) else gettext("by %(day)s at the latest")
        state = sentence % {"day": short_day(row.due_on)}
    else:
        state = ""
    return " · ".join(filter(None, [row.shown_who, state]))
