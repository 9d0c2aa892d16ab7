"""Reports « Liens qui échouent » and « Adresses introuvables », with links to fix their rows."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.contrib.redirects.views import CreateView
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from cms.models import MissingAddress
from cms.permissions import can_redirect
from cms.quality.links import FailingLink, failing_links
from common.admin import AdminReportViewSet, PermissionView


def writes_pages(user: Any) -> bool:
    return page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"])


class FailingLinkColumn(Column):
    """Target of the link, with the reason of the failure below: there is room for two columns on a phone."""

    cell_template_name = "cms/admin/failing_link_cell.html"


class FailingLinksView(PermissionView, ReportView):
    """Broken internal links on published pages that the user may change."""

    is_allowed = staticmethod(writes_pages)
    page_title = _("Failing links")
    header_icon = "warning"
    index_url_name = "failing_links:list"
    index_results_url_name = "failing_links:list_results"
    list_export: list[str] = []
    verbose_name_plural = _("failing links")
    columns = [
        TitleColumn(
            "page",
            label=_("Page"),
            get_url=lambda link: reverse("wagtailadmin_pages:edit", args=[link.page.pk]),
        ),
        FailingLinkColumn("target", label=_("Link")),
    ]

    def get_filtered_queryset(self) -> list[FailingLink]:
        changeable = page_permission_policy.instances_user_has_permission_for(self.request.user, "change")
        pages = Page.objects.live().filter(pk__in=changeable.values("pk")).order_by("path").specific()
        return failing_links(pages, request=self.request)


class FailingLinksViewSet(AdminReportViewSet):
    name = "failing_links"
    icon = "warning"
    menu_label = _("Failing links")
    menu_hook = "register_reports_menu_item"
    menu_order = 1200
    url_prefix = "liens-qui-echouent"  # type: ignore[assignment]
    is_allowed = staticmethod(writes_pages)
    report = FailingLinksView


class MissingAddressColumn(Column):
    """Missing address, with the day of the last request below."""

    cell_template_name = "cms/admin/missing_address_cell.html"


class RedirectColumn(Column):
    """Button to create a redirect from the address of the row."""

    cell_template_name = "cms/admin/redirect_cell.html"


class MissingAddressesView(PermissionView, ReportView):
    """Addresses that readers requested without success, the most requested first."""

    is_allowed = staticmethod(can_redirect)
    page_title = _("Addresses not found")
    header_icon = "redirect"
    index_url_name = "missing_addresses:list"
    index_results_url_name = "missing_addresses:list_results"
    default_ordering = "-count"
    is_searchable = True
    search_fields = ["path"]
    search_backend_name = None
    list_export: list[str] = []
    verbose_name_plural = MissingAddress._meta.verbose_name_plural
    columns = [
        MissingAddressColumn("path", label=_("Address"), sort_key="path"),
        Column("count", label=_("Times"), sort_key="count"),
        RedirectColumn("redirect", label=_("What to do"), accessor="pk"),
    ]

    def get_base_queryset(self) -> QuerySet[MissingAddress]:
        return MissingAddress.objects.all()


class RedirectView(CreateView):
    """Wagtail's form of a redirect, prefilled with an address of the report."""

    @cached_property
    def missing(self) -> MissingAddress:
        return get_object_or_404(MissingAddress, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "old_path": self.missing.path}


class MissingAddressesViewSet(AdminReportViewSet):
    name = "missing_addresses"
    icon = "redirect"
    menu_label = _("Addresses not found")
    menu_hook = "register_reports_menu_item"
    menu_order = 1210
    url_prefix = "adresses-introuvables"  # type: ignore[assignment]
    is_allowed = staticmethod(can_redirect)
    report = MissingAddressesView

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("<int:pk>/rediriger/", RedirectView.as_view(), name="redirect")]
