"""Register of editions: slot, period, readers who got it, readers who did not and why."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.templatetags.dates import short_day
from digests.models import Edition, EditionQuerySet
from digests.queries.edition_statistics import edition_stats
from mailing.admin.actions import acts_on
from mailing.admin.registers import RegisterAdmin, RowPage
from mailing.permissions import can_view_batches


class EditionPage(RowPage):
    """Statistics of one edition, and the buttons of its batch."""

    page_title = _("Edition")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edition, user = self.instance, self.request.user
        batch = edition.batch
        url = reverse("lots_modeladmin_inspect", args=[batch.pk]) if batch and can_view_batches(user) else ""
        return super().get_context_data(**kwargs) | {
            "edition": Edition.objects.with_progress().get(pk=edition.pk),
            "stats": edition_stats(edition),
            "batch": batch,
            "batch_url": url,
            # Batches are paused, resumed and cancelled in their own view.
            "actions": acts_on(batch, user) if batch else [],
        }


class EditionAdmin(RegisterAdmin):
    model = Edition
    menu_label = _("Editions of the letter")
    menu_icon = "history"
    menu_order = 40
    base_url_path = "editions-de-la-lettre"
    list_display = ("day", "progress", "kind", "slot_hour", "candidates", "planned", "skipped")
    list_filter = ("kind", "status", "slot_at")
    ordering = ("-slot_at", "kind")
    inspect_view_class = EditionPage
    inspect_template_name = "digests/admin/edition.html"

    def get_queryset(self, request: HttpRequest) -> EditionQuerySet:
        editions: EditionQuerySet = super().get_queryset(request)
        return editions.with_progress()

    def day(self, edition: Edition) -> str:
        return short_day(edition.period_key)

    day.short_description = _("period")  # type: ignore[attr-defined]
    day.admin_order_field = "period_key"  # type: ignore[attr-defined]

    def progress(self, edition: Edition) -> str:
        return edition.progress

    progress.short_description = _("status")  # type: ignore[attr-defined]
    progress.admin_order_field = "status"  # type: ignore[attr-defined]
