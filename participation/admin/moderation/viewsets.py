"""Moderation lists in the menu « Participation »: proposals, addenda and comments. For others, see `queues`."""

from typing import Any, ClassVar

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton

from common.admin import AttachedFilesColumn, YesNoFilter
from participation.admin.answers.views import actions_on
from participation.admin.choosers import ProposalChooserViewSet
from participation.admin.moderation.base import (
    DecideView,
    Decisions,
    ModerationIndexView,
    ModerationViewSet,
    action_url,
)
from participation.models import Addendum, Comment, Proposal, Report
from participation.models.proposal_text import TEXT_FIELDS


class TextDecisions(Decisions):
    def choices(self, item: Any) -> list[tuple[Any, str]]:
        next_states = item.TRANSITIONS[item.state]
        possible = []
        if item.State.PUBLISHED in next_states:
            possible.append((gettext("Publish"), "publish"))
        if item.needs_review:
            possible.append((gettext("Mark as read"), "read_again"))
        if item.State.REFUSED in next_states:
            possible.append((gettext("Refuse…"), "refuse"))
        return possible


class TextIndexView(TextDecisions, ModerationIndexView):
    pass


class TextInspectView(TextDecisions, DecideView):
    labels: ClassVar = {
        "byline": _("Authors"),
        "display_name": _("Author"),
        "earlier_texts": _("Earlier texts"),
        "reports": _("Reports by readers"),
    }

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        history = reverse(self.model.snippet_viewset.get_url_name("history"), args=[self.object.pk])
        return [Button(_("Decisions about this text"), url=history, icon_name="history")]


class ProposalInspectView(TextInspectView):
    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        buttons = super().header_buttons
        if self.object.shows_versions:
            url = action_url(self.object, "hide_versions", self.next_url)
            buttons.append(HeaderButton(_("Hide the earlier texts"), url=url, priority=len(buttons) + 1))
        if self.object.is_public:
            buttons += actions_on(self.request.user, self.object, HeaderButton)
        return buttons


class TextViewSet(ModerationViewSet):
    index_view_class = TextIndexView
    inspect_view_class = TextInspectView


class TextFilterSet(WagtailFilterSet):
    """Common filters of both lists of texts."""

    unread = YesNoFilter(label=_("Published, still to read"), method="filter_unread")

    def filter_unread(self, texts: QuerySet, name: str, unread: str) -> QuerySet:
        unread_texts = self._meta.model.objects.published_unread().values("pk")
        return texts.filter(pk__in=unread_texts) if unread == YesNoFilter.YES else texts.exclude(pk__in=unread_texts)


class ProposalFilterSet(TextFilterSet):
    class Meta:
        model = Proposal
        fields: ClassVar = ["state"]


class ProposalViewSet(TextViewSet):
    model = Proposal
    inspect_view_class = ProposalInspectView
    chooser_viewset_class = ProposalChooserViewSet
    icon = "form"
    menu_label = _("Proposals to read")
    url_prefix = "propositions"  # type: ignore[assignment]
    waiting: ClassVar = {"state": Proposal.State.RECEIVED.value}
    search_fields: ClassVar = [*TEXT_FIELDS, "author_name", "author__public_name"]
    filterset_class = ProposalFilterSet
    list_display: ClassVar = [
        "title",
        AttachedFilesColumn(),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
        Column("byline", label=_("By")),
    ]
    list_export: ClassVar = ["title", "get_state_display", "created_at", "byline"]
    inspect_view_fields: ClassVar = [
        *TEXT_FIELDS,
        "attached_files",
        "byline",
        "kind",
        "call",
        "topic",
        "inspired_by",
        "category",
        "district",
        "state",
        "state_reason",
        "created_at",
        "published_at",
        "needs_review",
        "edited_at",
        "earlier_texts",
        "reports",
        "answer_due_on",
        "asked_service",
        "answered_at",
        "merged_into",
        "source_url",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return Proposal.objects.with_authors().with_attached_files()


class CommentFilterSet(TextFilterSet):
    reported = YesNoFilter(label=_("Reported"), method="filter_reported")

    class Meta:
        model = Comment
        fields: ClassVar = ["state"]

    def filter_reported(self, comments: QuerySet[Comment], name: str, reported: str) -> QuerySet[Comment]:
        has_report = Exists(Report.objects.filter(comment=OuterRef("pk")))
        return comments.filter(has_report if reported == YesNoFilter.YES else ~has_report)


# Columns needed for a row and for its possible decisions, out of a hundred and ten.
COMMENT_FIELDS = (
    "body",
    "state",
    "needs_review",
    "created_at",
    "author_name",
    "author__public_name",
    "discussion__proposal__title",
    "discussion__page__title",
)


class CommentViewSet(TextViewSet):
    model = Comment
    icon = "comment"
    menu_label = _("Comments to read")
    url_prefix = "commentaires"  # type: ignore[assignment]
    waiting: ClassVar = {"state": Comment.State.RECEIVED.value}
    search_fields: ClassVar = ["body", "author_name", "author__public_name"]
    filterset_class = CommentFilterSet
    list_display: ClassVar = [
        "extract",
        Column("report_count", label=_("Reports by readers")),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
        Column("discussion", accessor="discussion.__str__", label=_("About")),
        Column("display_name", label=_("By")),
    ]
    inspect_view_fields: ClassVar = [
        "body",
        "display_name",
        "discussion",
        "state",
        "state_reason",
        "created_at",
        "published_at",
        "needs_review",
        "edited_at",
        "earlier_texts",
        "reports",
        "source_url",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        # Counted for the rows of the page only: a join would group all comments of the site first.
        reports = Report.objects.filter(comment=OuterRef("pk")).order_by().values("comment")
        report_count = Subquery(reports.annotate(number=Count("pk")).values("number"))
        comments = Comment.objects.with_context().only(*COMMENT_FIELDS)
        return comments.annotate(report_count=Coalesce(report_count, 0))


class AddendumFilterSet(WagtailFilterSet):
    class Meta:
        model = Addendum
        fields: ClassVar = ["state"]


class AddendumViewSet(TextViewSet):
    model = Addendum
    icon = "plus"
    menu_label = _("Addenda to read")
    url_prefix = "complements"  # type: ignore[assignment]
    waiting: ClassVar = {"state": Addendum.State.RECEIVED.value}
    search_fields: ClassVar = ["body", "author__public_name"]
    filterset_class = AddendumFilterSet
    list_display: ClassVar = [
        "extract",
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
        Column("proposal", label=_("About")),
        Column("display_name", label=_("By")),
    ]
    inspect_view_fields: ClassVar = [
        "body",
        "display_name",
        "proposal",
        "state",
        "state_reason",
        "created_at",
        "published_at",
        "reports",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Addendum]:
        return Addendum.objects.with_context()
