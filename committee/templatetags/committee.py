"""Template tags `{% load committee %}`: breadcrumb, composition, state of minutes, public names, late actions."""

import re
from datetime import date
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from committee.area.queries import pending_count
from committee.hooks import TopicSection
from committee.minutes.queries import body_of, load_rows
from committee.models import (
    MinutesAction,
    MinutesDecision,
    SessionDecision,
    SessionMinutes,
    SessionPage,
    TopicPage,
    WorkProgramme,
    family_of,
)
from committee.models.naming import as_public
from committee.models.session_rows import FollowedRow
from committee.permissions import can_draft_minutes, can_propose_correction
from committee.programme.queries import deliverables_of, year_chart
from committee.queries.around import AroundTopic, around_topic, session_sections
from committee.queries.composition import Composition, composition
from common.charts.over_time import Calendar

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html", takes_context=True, name="committee_breadcrumb")
def committee_breadcrumb(context: RequestContext, current: str) -> dict[str, Any]:
    """Renders the breadcrumb of a view below the page of the committee."""
    parents = [("/le-comite/", _("The committee"))]
    return {"parents": parents, "current": current, "request": context.get("request")}


@register.simple_tag
def composition_today() -> Composition:
    """Returns the committee of today, for public pages."""
    return composition(timezone.localdate())


@register.simple_tag(takes_context=True, name="around_topic")
def sections_around(context: RequestContext, topic: TopicPage) -> AroundTopic:
    """Returns the sections that the apps show below `topic`."""
    return around_topic(topic, context["request"], timezone.now())


@register.simple_tag(takes_context=True, name="session_sections")
def sections_below(context: RequestContext, session: SessionPage) -> list[TopicSection]:
    """Returns the sections that the apps show below the decisions of `session`."""
    return session_sections(session, context["request"])


@register.simple_tag
def year_of_topics(programme: WorkProgramme | None, topics: list[TopicPage]) -> Calendar:
    """Returns the timeline of the year of `programme`, or of this year, with all of `topics`."""
    today = timezone.localdate()
    year = programme.year if programme else today.year
    topics_by_pk = {topic.pk: topic for topic in topics}
    return year_chart(year, topics_by_pk, deliverables_of(year, topics_by_pk), today)


@register.inclusion_tag("committee/includes/minutes_standing.html", takes_context=True)
def minutes_standing(context: RequestContext, session: SessionPage, moment: SessionPage.Moment) -> dict[str, Any]:
    """Renders the state of unpublished minutes for members and minute writers; nothing, without a query, for others."""
    user, today = context.get("user"), timezone.localdate()
    begun = moment in (SessionPage.Moment.ONGOING, SessionPage.Moment.OVER) and session.pk
    if not begun or user is None or not user.is_authenticated:
        return {}
    writes = can_draft_minutes(user, today)
    if not writes and not can_propose_correction(user, today):
        return {}
    record = SessionMinutes.objects.filter(session=session).first()
    state = record.state if record else SessionMinutes.State.DRAFT
    return {
        "session": session,
        "record": record,
        "takes_corrections": record is not None and record.takes_corrections(today),
        "is_read": state == SessionMinutes.State.OPEN,
        "is_written": writes and state == SessionMinutes.State.DRAFT,
        "is_of_committee": True,
    }


@register.simple_tag
def public_draft(record: SessionMinutes) -> dict[str, Any]:
    """Returns the public text, decisions and actions of a draft, without the names of members who must not be named."""
    load_rows(record)
    return {
        "text": SessionPage(minutes=body_of(as_public(record.text))).minutes,
        "decided": record.decisions.all(),
        "to_do": record.actions.all(),
    }


@register.filter
def state_on(record: SessionMinutes, today: date) -> str:
    """Returns the state of the minutes in words."""
    return record.state_on(today)


@register.filter
def dissents_said(decision: MinutesDecision | SessionDecision) -> list[tuple[str, str]]:
    """Returns the dissents from a decision of a draft as (name, text); those of a published one are in the register."""
    if isinstance(decision, SessionDecision):
        return []
    return [(dissent.shown_name, dissent.said) for dissent in decision.dissents.all()]


register.filter("as_public", as_public)
register.filter("family_of", family_of)


@register.filter
def breakable(title: str) -> SafeString:
    """Returns `title` as HTML with a line break opportunity after each dot of a site name, for narrow tiles."""
    return mark_safe(re.sub(r"(?<=\w)\.(?=\w)", ".<wbr>", conditional_escape(title)))


@register.filter
def late_on(row: FollowedRow | MinutesAction | MinutesDecision, today: date) -> bool:
    """Returns whether a decision or an action is overdue; never for a draft."""
    return isinstance(row, FollowedRow) and row.is_late(today)


@register.simple_tag
def waiting_tasks(user: Any) -> int | None:
    """Returns the number of tasks of a member who sits today, or None: `{% waiting_tasks user as waiting %}`."""
    return pending_count(user, timezone.now()) if getattr(user, "is_authenticated", False) else None
