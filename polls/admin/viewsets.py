"""Polls and questions in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from polls.models import Poll, Question


class PollViewSet(SnippetViewSet):
    model = Poll
    icon = "list-ul"
    menu_label = _("Polls")
    list_display = ["title", "audience", "ballot", "opens_at", "closes_at"]
    search_fields = ["title"]


class QuestionViewSet(SnippetViewSet):
    """The questions, each with its choices."""

    model = Question
    icon = "help"
    menu_label = _("Questions")
    list_display = ["text", "poll"]
    list_filter = ["poll"]
    search_fields = ["text"]


class PollViewSetGroup(SnippetViewSetGroup):
    items = (PollViewSet, QuestionViewSet)
    menu_label = _("Polls")
    menu_icon = "list-ul"
    menu_order = 260
