"""Report « Chaînes interrompues »: gaps in the follow-up of proposals, with the form that fills each."""

from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from committee.models import ProgrammePage, TopicPage
from committee.permissions import can_edit_sessions, can_edit_topics
from common.admin import AdminReportViewSet, EmptyQueue, PermissionView
from common.waiting import Link
from participation import permissions
from participation.models import Proposal
from participation.queries.dossier import dossier_url
from participation.queries.gaps import (
    ANSWER,
    FOLLOW_UP_GAPS,
    SESSION,
    TOPIC,
    FollowUpGap,
    gaps_of,
    has_one_of,
    proposals_with_gaps,
)


class GapFix:
    """Ways in which `user` may fill gaps. Permissions are checked once for all rows."""

    def __init__(self, user: Any) -> None:
        self.user = user

    @cached_property
    def edits_sessions(self) -> bool:
        return can_edit_sessions(self.user)

    @cached_property
    def programme(self) -> ProgrammePage | None:
        return ProgrammePage.objects.first() if can_edit_topics(self.user) else None

    @cached_property
    def condition(self) -> Q:
        """Condition on the rows of `proposals_with_gaps` that have a gap which the user may fill."""
        forms = {
            SESSION: self.edits_sessions,
            TOPIC: self.programme is not None,
            ANSWER: permissions.can_follow_answers(self.user),
        }
        return has_one_of(gap for gap in FOLLOW_UP_GAPS if forms[gap.fixed_in])

    def link(self, proposal: Proposal, gap: FollowUpGap) -> Link | None:
        """Returns the link to the form that fills `gap` of a row of `proposals_with_gaps`; None without permission."""
        if gap.fixed_in == SESSION:
            return _edit(gettext("Edit the session"), proposal.session_to_fix) if self.edits_sessions else None
        if gap.fixed_in == TOPIC:
            if self.programme and not proposal.topic_to_fix:
                return Link(gettext("Choose a topic"), reverse("wagtailadmin_explore", args=[self.programme.pk]))
            return _edit(gettext("Edit the topic"), proposal.topic_to_fix) if self.programme else None
        if permissions.can_answer_proposals(self.user):
            return Link(gettext("Answer…"), reverse("waiting_proposals:answer", args=[proposal.pk]))
        if permissions.can_moderate_proposals(self.user):
            return Link(gettext("Remind…"), reverse("waiting_proposals:remind", args=[proposal.pk]))
        return None

    def links(self, proposal: Proposal) -> list[Link]:
        """Returns the links to the forms that fill all gaps of a row, without duplicates."""
        links = [self.link(proposal, gap) for gap in gaps_of(proposal)]
        return list(dict.fromkeys(link for link in links if link))


def _edit(label: str, page: int) -> Link:
    return Link(label, reverse("wagtailadmin_pages:edit", args=[page]))


class GapsColumn(Column):
    """Gaps of the row, each with its description, the next step, and a link to the form."""

    cell_template_name = "participation/admin/gaps_cell.html"

    def __init__(self, *args: Any, gap_fix: GapFix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gap_fix = gap_fix

    def get_cell_context_data(self, instance: Proposal, parent_context: Any) -> dict[str, Any]:
        gaps = [(gap, self.gap_fix.link(instance, gap)) for gap in gaps_of(instance)]
        return super().get_cell_context_data(instance, parent_context) | {"proposal": instance, "gaps": gaps}


def _topics(request: Any) -> QuerySet[TopicPage]:
    return TopicPage.objects.published()


class FollowUpGapFilterSet(WagtailFilterSet):
    topic = django_filters.ModelChoiceFilter(label=_("Topic"), queryset=_topics)
    rupture = django_filters.ChoiceFilter(
        label=_("What is broken"),
        choices=[(gap.key, gap.label) for gap in FOLLOW_UP_GAPS],
        method="filter_gap",
    )

    class Meta:
        model = Proposal
        fields: ClassVar = ["topic"]

    def filter_gap(self, proposals: QuerySet[Proposal], name: str, key: str) -> QuerySet[Proposal]:
        return proposals.filter(**{gap.name: True for gap in FOLLOW_UP_GAPS if gap.key == key})


class FollowUpGapsView(EmptyQueue, PermissionView, ReportView):
    """Public proposals with a gap in their follow-up, the oldest first."""

    is_allowed = staticmethod(permissions.can_see_follow_up_gaps)
    page_title = _("Broken chains")
    header_icon = "link"
    index_url_name = "follow_up_gaps:list"
    index_results_url_name = "follow_up_gaps:list_results"
    filterset_class = FollowUpGapFilterSet
    default_ordering = "published_at"
    is_searchable = True
    search_fields = ["title"]
    search_backend_name = None
    verbose_name_plural = Proposal._meta.verbose_name_plural
    list_export = ["pk", "title", "get_state_display", "gaps"]
    export_headings = {
        "pk": _("Number of the proposal"),
        "get_state_display": _("State"),
        "gaps": _("What is broken"),
    }

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        return [
            TitleColumn("title", label=_("Proposal"), accessor=str, get_url=dossier_url),
            GapsColumn("gaps", label=_("What is broken"), gap_fix=GapFix(self.request.user)),
            Column("get_state_display", label=_("State"), sort_key="state"),
        ]

    def get_base_queryset(self) -> QuerySet[Proposal]:
        return proposals_with_gaps(timezone.now())

    def to_row_dict(self, item: Proposal) -> dict[str, Any]:
        item.gaps = " · ".join(str(gap.label) for gap in gaps_of(item))
        return super().to_row_dict(item)


class FollowUpGapsViewSet(AdminReportViewSet):
    name = "follow_up_gaps"
    icon = "link"
    menu_label = _("Broken chains")
    url_prefix = "chaines-interrompues"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_see_follow_up_gaps)
    report = FollowUpGapsView
