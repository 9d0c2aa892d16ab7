"""The report « Chaînes interrompues »: where dossiers are broken, and the form that mends each break."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from cms.admin.dashboard import Link
from committee.models import ProgrammePage
from committee.permissions import can_edit_sessions, can_edit_topics
from common.admin import PermissionView, PermissionViewSet
from participation import permissions
from participation.models import Proposal
from participation.queries.dossier import dossier_url
from participation.queries.gaps import BREAKS, SESSION, TOPIC, Break, breaks_of, broken_chains


class Mender:
    """Knows what `person` may do about a break: asked once, it answers for every line."""

    def __init__(self, person: Any) -> None:
        self.person = person

    @cached_property
    def edits_sessions(self) -> bool:
        return can_edit_sessions(self.person)

    @cached_property
    def programme(self) -> ProgrammePage | None:
        return ProgrammePage.objects.first() if can_edit_topics(self.person) else None

    def link(self, proposal: Proposal, kind: Break) -> Link | None:
        """Returns the way to the form that mends `kind` on a row of `broken_chains`; None for who may not use it."""
        if kind.mend == SESSION:
            return _edit(gettext("Edit the session"), proposal.session_to_mend) if self.edits_sessions else None
        if kind.mend == TOPIC:
            if self.programme and not proposal.topic_to_mend:
                return Link(gettext("Choose a topic"), reverse("wagtailadmin_explore", args=[self.programme.pk]))
            return _edit(gettext("Edit the topic"), proposal.topic_to_mend) if self.programme else None
        if permissions.can_answer_proposals(self.person):
            return Link(gettext("Answer…"), reverse("waiting_proposals:answer", args=[proposal.pk]))
        if permissions.can_moderate_proposals(self.person):
            return Link(gettext("Remind…"), reverse("waiting_proposals:remind", args=[proposal.pk]))
        return None

    def links(self, proposal: Proposal) -> list[Link]:
        """Returns the ways to mend all the breaks of a row, each once."""
        found = [self.link(proposal, kind) for kind in breaks_of(proposal)]
        return list(dict.fromkeys(link for link in found if link))


def _edit(label: str, page: int) -> Link:
    return Link(label, reverse("wagtailadmin_pages:edit", args=[page]))


class BreaksColumn(Column):
    """Each break of the line: what it is, what to do, and the way to do it."""

    cell_template_name = "participation/admin/breaks_cell.html"

    def __init__(self, *args: Any, mender: Mender, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mender = mender

    def get_cell_context_data(self, instance: Proposal, parent_context: Any) -> dict[str, Any]:
        breaks = [(kind, self.mender.link(instance, kind)) for kind in breaks_of(instance)]
        return super().get_cell_context_data(instance, parent_context) | {"proposal": instance, "breaks": breaks}


class ChainFilterSet(WagtailFilterSet):
    rupture = django_filters.ChoiceFilter(
        label=_("What is broken"),
        choices=[(kind.key, kind.label) for kind in BREAKS],
        method="filter_break",
    )

    class Meta:
        model = Proposal
        fields = ["topic"]

    def filter_break(self, proposals: QuerySet[Proposal], name: str, key: str) -> QuerySet[Proposal]:
        return proposals.filter(**{kind.name: True for kind in BREAKS if kind.key == key})


class BrokenChainsView(PermissionView, ReportView):
    """Every public proposal whose chain is broken, the oldest first."""

    may = staticmethod(permissions.can_follow_chains)
    page_title = _("Broken chains")
    header_icon = "link"
    index_url_name = "broken_chains:list"
    index_results_url_name = "broken_chains:list_results"
    filterset_class = ChainFilterSet
    default_ordering = "published_at"
    is_searchable = True
    search_fields = ["title"]
    search_backend_name = None
    verbose_name_plural = Proposal._meta.verbose_name_plural
    list_export = ["pk", "title", "get_state_display", "breaks"]
    export_headings = {
        "pk": _("Number of the proposal"),
        "get_state_display": _("State"),
        "breaks": _("What is broken"),
    }
    export_filename = "chaines-interrompues"

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        return [
            TitleColumn("title", label=_("Proposal"), accessor=str, get_url=dossier_url),
            Column("get_state_display", label=_("State"), sort_key="state"),
            BreaksColumn("breaks", label=_("What is broken"), mender=Mender(self.request.user)),
        ]

    def get_base_queryset(self) -> QuerySet[Proposal]:
        return broken_chains(timezone.now())

    def to_row_dict(self, item: Proposal) -> dict[str, Any]:
        item.breaks = " · ".join(str(kind.label) for kind in breaks_of(item))
        return super().to_row_dict(item)


class BrokenChainsViewSet(PermissionViewSet):
    name = "broken_chains"
    icon = "link"
    menu_label = _("Broken chains")
    url_prefix = "chaines-interrompues"  # type: ignore[assignment]
    may = staticmethod(permissions.can_follow_chains)

    def get_urlpatterns(self) -> list[URLPattern]:
        report = BrokenChainsView
        return [
            path("", report.as_view(), name="list"),
            path("resultats/", report.as_view(results_only=True), name="list_results"),
        ]
