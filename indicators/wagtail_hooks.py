"""Registrations of this app with Wagtail and with the hooks of other apps."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_EXPORT_HOOK, ACCOUNT_LINKS_HOOK
from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK
from common.hooks import RETENTION_HOOK
from indicators import exports, retention, sitemaps
from indicators.admin import IndicatorsViewSetGroup
from indicators.representativeness.queries.tables import survey_link
from indicators.restitution.services import BUILT, PUBLISHED

register_snippet(IndicatorsViewSetGroup)
hooks.register(ACCOUNT_LINKS_HOOK, survey_link)
hooks.register(ACCOUNT_EXPORT_HOOK, exports.surveys_answered)
hooks.register(RETENTION_HOOK, lambda: retention.LINES)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(BUILT, _("Measure the figures"), _("Figures of the report measured"))
    actions.register_action(PUBLISHED, _("Publish the report"), _("Report published"))
