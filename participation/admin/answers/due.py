"""Announced dates of answers and their drafts, in words and in lists."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from wagtail.admin.ui.tables import Column

from accounts.models import User
from common.templatetags.dates import hour, recent_day, short_day
from common.waiting import Link
from participation import permissions
from participation.models import OfficialAnswer, Proposal
from participation.models.deadlines import working_days_since


class DueColumn(Column):
    """The announced date of a proposal or a finding, and its status: answer planned, drafted, due today, or late.

    Requires proposals loaded with `with_scheduled_answer` and `with_drafts`.
    """

    cell_template_name = "participation/admin/due_cell.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        today, due = timezone.localdate(), instance.answer_due_on
        late = planned = ""
        if scheduled_for := getattr(instance, "scheduled_for", None):
            planned = planned_words(scheduled_for)
        elif instance.is_overdue(today):
            late = late_words(due, today)
        elif due == today and instance.state in instance.WAITING_STATES:
            planned = gettext("to do today")
        drafts = getattr(instance, "drafted_answers", ())
        return context | {"due": due, "late": late, "planned": planned, "drafts": self._drafts(drafts, parent_context)}

    def _drafts(self, drafts: Iterable[OfficialAnswer], parent_context: Any) -> list[Link]:
        can_answer = permissions.can_answer_proposals(parent_context["request"].user)
        return [Link(draft_words(draft), draft_url(draft) if can_answer else "") for draft in drafts]


def planned_words(publish_at: datetime) -> str:
    """Returns « réponse prévue le 30 novembre 2026 à 9 h »."""
    words = {"day": short_day(publish_at), "hour": hour(publish_at)}
    return gettext("answer planned for %(day)s at %(hour)s") % words


def begun_answers(proposal: Proposal) -> list[Link]:
    """Returns the answers to `proposal` that are drafted or scheduled, by whom, with the decision."""
    begun = proposal.answers.exclude(status=OfficialAnswer.Status.PUBLISHED).select_related("writer")
    return [Link(f"{draft_words(answer)} – {answer.get_decision_display()}", draft_url(answer)) for answer in begun]


def draft_words(answer: OfficialAnswer) -> str:
    """Returns « brouillon : Anne P., hier », or when it is planned."""
    if answer.is_scheduled and answer.publish_at:
        return planned_words(answer.publish_at)
    writer = colleague(answer.writer) if answer.writer else gettext("somebody")
    return gettext("draft: %(name)s, %(day)s") % {"name": writer, "day": recent_day(answer.created_at)}


def colleague(user: User) -> str:
    """Returns the name of an account for its colleagues: its address if it has no public name."""
    return user.public_name or user.email


def draft_url(answer: OfficialAnswer) -> str:
    """Returns the URL of the form of a drafted answer; for a scheduled one, of its page."""
    return reverse("answers:edit" if answer.is_draft else "answers:inspect", args=[answer.pk])


def late_words(due: date, today: date) -> str:
    """Returns how late an answer announced for `due` is; the first working day after it may still be in the future."""
    days = working_days_since(due, today)
    if not days:
        return gettext("late")
    return ngettext("late by %(count)d working day", "late by %(count)d working days", days) % {"count": days}
