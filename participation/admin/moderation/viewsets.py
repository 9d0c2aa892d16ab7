"""Lists of the menu « Modération »: proposals, addenda, comments and appeals."""

from typing import Any, ClassVar

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton, ListingButton
from wagtail.snippets.views.snippets import HistoryView, IndexView, SnippetViewSet, SnippetViewSetGroup

from participation import permissions
from participation.admin.answers.views import actions_on
from participation.admin.base import ReadView, SinglePermissionPolicy, YesNoFilter
from participation.models import Addendum, Appeal, Comment, Proposal, Report
from participation.models.texts import ModeratedText


def action_url(item: ModeratedText | Appeal, action: str, next_url: str) -> str:
    """Returns the URL of the confirmation of `action` for one line."""
    path = reverse("wagtail_bulk_action", args=[item._meta.app_label, item._meta.model_name, action])
    return f"{path}?{urlencode({'id': str(item.pk), 'next': next_url})}"


class TextDecisions:
    """What a moderator may decide about a text now, as buttons."""

    request: HttpRequest

    def choices(self, item: Any) -> list[tuple[Any, str]]:
        """Returns the label and the bulk action of each decision that is possible about `item`."""
        possible = [
            (item.can_become(item.State.PUBLISHED), _("Publish"), "publish"),
            (item.needs_review, _("Mark as read"), "read_again"),
            (item.can_become(item.State.REFUSED), _("Refuse…"), "refuse"),
        ]
        return [(label, action) for is_possible, label, action in possible if is_possible]

    def decision_buttons(self, item: Any, next_url: str, button: type[BaseButton]) -> list[BaseButton]:
        return [
            button(label, url=action_url(item, action, next_url), priority=place)
            for place, (label, action) in enumerate(self.choices(item), start=1)
        ]


class AppealDecisions(TextDecisions):
    def choices(self, item: Appeal) -> list[tuple[Any, str]]:
        if not permissions.can_decide_appeal(self.request.user, item):
            return []
        return [(_("Publish after all"), "overturn"), (_("Confirm the refusal…"), "uphold")]


class ModerationIndexView(TextDecisions, IndexView):
    def get_list_buttons(self, instance: ModeratedText | Appeal) -> list:
        return [
            *self.decision_buttons(instance, self.request.get_full_path(), ListingButton),
            *super().get_list_buttons(instance),
        ]


class DecideView(TextDecisions, ReadView):
    """A text as it is read before a decision, and what may be decided."""

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return self.decision_buttons(self.object, reverse(self.index_url_name or ""), HeaderButton)


class ModerationInspectView(DecideView):
    labels: ClassVar = {
        "attachments": _("Pictures and documents"),
        "byline": _("Authors"),
        "display_name": _("Author"),
        "earlier_texts": _("Earlier texts"),
        "reports": _("Reports by readers"),
    }

    def get_attachments_display_value(self) -> SafeString:
        """The files as readers will see them: nothing is published unseen."""
        shown = {"attachments": self.object.attachments.all()}
        return render_to_string("participation/admin/attachments.html", shown)

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        history = reverse(self.model.snippet_viewset.get_url_name("history"), args=[self.object.pk])
        return [Button(_("Decisions about this text"), url=history, icon_name="history")]


class ProposalInspectView(ModerationInspectView):
    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        buttons = super().header_buttons
        if self.object.shows_versions:
            url = action_url(self.object, "hide_versions", reverse(self.index_url_name or ""))
            buttons.append(HeaderButton(_("Hide the earlier texts"), url=url, priority=len(buttons) + 1))
        if self.object.is_public:
            buttons += actions_on(self.request.user, self.object, HeaderButton)
        return buttons


class ModerationHistoryView(HistoryView):
    """Who decided what, when and why; those who may read the text may read this."""

    any_permission_required: ClassVar = ["view"]

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        return [*super().columns, Column("comment", label=_("Reason"))]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.breadcrumbs_items


class ModerationViewSet(SnippetViewSet):
    """A list that opens on what waits to be read, oldest first.

    Moderators see; nobody adds, changes or deletes from here: what residents wrote is theirs.
    """

    index_view_class = ModerationIndexView
    inspect_view_class = ModerationInspectView
    history_view_class = ModerationHistoryView
    inspect_view_enabled = True
    inspect_template_name = "participation/admin/inspect.html"
    copy_view_enabled = False
    list_per_page = 50
    ordering: ClassVar = ["created_at", "pk"]
    # Search in the rows themselves: the search index holds published texts only.
    search_backend_name = None
    # The query string that opens the list on what waits.
    waiting: ClassVar[dict[str, str]] = {}

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, self.may, only="view")

    def may(self, person: Any) -> bool:
        return permissions.can_moderate(person, self.model)

    @property
    def menu_url(self) -> str:
        return f"{super().menu_url}?{urlencode(self.waiting)}"


class TextFilterSet(WagtailFilterSet):
    """What both lists of texts are asked for."""

    unread = YesNoFilter(label=_("Published, still to read"), method="filter_unread")

    def filter_unread(self, texts: QuerySet, name: str, unread: str) -> QuerySet:
        found = self._meta.model.objects.published_unread().values("pk")
        return texts.filter(pk__in=found) if unread == YesNoFilter.YES else texts.exclude(pk__in=found)


class ProposalFilterSet(TextFilterSet):
    class Meta:
        model = Proposal
        fields: ClassVar = ["state"]


class ProposalViewSet(ModerationViewSet):
    model = Proposal
    inspect_view_class = ProposalInspectView
    icon = "form"
    menu_label = _("Proposals to read")
    waiting: ClassVar = {"state": Proposal.State.RECEIVED.value}
    search_fields: ClassVar = ["title", "problem", "body", "author_name", "author__public_name"]
    filterset_class = ProposalFilterSet
    list_display: ClassVar = [
        "title",
        Column("byline", label=_("By")),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
    ]
    inspect_view_fields: ClassVar = [
        "title",
        "problem",
        "body",
        "attachments",
        "byline",
        "kind",
        "call",
        "topic",
        "category",
        "district",
        "state",
        "state_reason",
        "created_at",
        "published_at",
        "needs_review",
        "edited_at",
        "earlier_texts",
        "answer_due_on",
        "asked_service",
        "answered_at",
        "merged_into",
        "source_url",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return Proposal.objects.with_authors()


class CommentFilterSet(TextFilterSet):
    reported = YesNoFilter(label=_("Reported"), method="filter_reported")

    class Meta:
        model = Comment
        fields: ClassVar = ["state"]

    def filter_reported(self, comments: QuerySet[Comment], name: str, reported: str) -> QuerySet[Comment]:
        has_report = Exists(Report.objects.filter(comment=OuterRef("pk")))
        return comments.filter(has_report if reported == YesNoFilter.YES else ~has_report)


class CommentViewSet(ModerationViewSet):
    model = Comment
    icon = "comment"
    menu_label = _("Comments to read")
    waiting: ClassVar = {"state": Comment.State.RECEIVED.value}
    search_fields: ClassVar = ["body", "author_name", "author__public_name"]
    filterset_class = CommentFilterSet
    list_display: ClassVar = [
        "extract",
        Column("display_name", label=_("By")),
        Column("discussion", label=_("About")),
        Column("get_state_display", label=_("State"), sort_key="state"),
        NumberColumn("report_count", label=_("Reports by readers")),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
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
        number = Subquery(reports.annotate(number=Count("pk")).values("number"))
        return Comment.objects.with_context().annotate(report_count=Coalesce(number, 0))


class AddendumFilterSet(WagtailFilterSet):
    class Meta:
        model = Addendum
        fields: ClassVar = ["state"]


class AddendumViewSet(ModerationViewSet):
    model = Addendum
    icon = "plus"
    menu_label = _("Addenda to read")
    waiting: ClassVar = {"state": Addendum.State.RECEIVED.value}
    search_fields: ClassVar = ["body", "author__public_name"]
    filterset_class = AddendumFilterSet
    list_display: ClassVar = [
        "extract",
        Column("display_name", label=_("By")),
        Column("proposal", label=_("About")),
        Column("get_state_display", label=_("State"), sort_key="state"),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
    ]
    inspect_view_fields: ClassVar = [
        "body",
        "display_name",
        "proposal",
        "state",
        "state_reason",
        "created_at",
        "published_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Addendum]:
        return Addendum.objects.with_context()


class AppealIndexView(AppealDecisions, ModerationIndexView):
    pass


class AppealInspectView(AppealDecisions, DecideView):
    labels: ClassVar = {
        "refused_text": _("Text that is not shown"),
        "first_reason": _("Reason of the first decision"),
        "first_reader": _("First reader"),
    }


class AppealFilterSet(WagtailFilterSet):
    waiting = YesNoFilter(label=_("Waiting"), method="by_waiting")

    class Meta:
        model = Appeal
        fields: ClassVar = ["outcome"]

    def by_waiting(self, appeals: QuerySet[Appeal], name: str, waiting: str) -> QuerySet[Appeal]:
        return appeals.filter(outcome="") if waiting == YesNoFilter.YES else appeals.exclude(outcome="")


class AppealViewSet(ModerationViewSet):
    """The appeals of authors, oldest first: one list, of those who moderate comments."""

    model = Appeal
    may = staticmethod(permissions.can_moderate_comments)
    index_view_class = AppealIndexView
    icon = "history"
    menu_label = _("Second looks")
    inspect_view_class = AppealInspectView
    waiting: ClassVar = {"waiting": YesNoFilter.YES}
    search_fields: ClassVar = ["body"]
    filterset_class = AppealFilterSet
    list_display: ClassVar = [
        "refused_extract",
        Column("get_outcome_display", label=_("Answer")),
        DateColumn("created_at", label=_("Age"), sort_key="created_at"),
    ]
    inspect_view_fields: ClassVar = [
        "body",
        "refused_text",
        "first_reason",
        "first_reader",
        "created_at",
        "outcome",
        "reason",
        "decided_by",
        "decided_at",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appeal]:
        return Appeal.objects.with_text()


class ModerationViewSetGroup(SnippetViewSetGroup):
    items = (ProposalViewSet, AddendumViewSet, CommentViewSet, AppealViewSet)
    menu_label = _("Moderation")
    menu_icon = "glasses"
    menu_order = 150
