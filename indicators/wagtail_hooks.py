"""Registers this app with Wagtail and with the hooks of other apps."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_LINKS_HOOK
from cms.admin.dashboard import register_panel
from cms.hooks import CITED_ADDRESSES_HOOK, INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK
from committee.hooks import CALENDAR_EVENTS_HOOK, TOPIC_SECTIONS_HOOK
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from indicators import sitemaps
from indicators.admin import RestitutionViewSet, SurveyViewSet
from indicators.defined import exports as defined_exports
from indicators.defined.admin.dashboard import LateIndicatorsPanel
from indicators.defined.admin.indicators import IndicatorViewSet
from indicators.defined.admin.measurements import MeasurementsViewSet
from indicators.defined.queries.pages import figures_of_year, topic_section
from indicators.defined.services import ADOPTED, LEFT, measure_due
from indicators.hooks import RESTITUTION_FIGURES_HOOK
from indicators.personal_data import PERSONAL_DATA
from indicators.representativeness.queries.tables import survey_link
from indicators.restitution.admin.dashboard import ReportOfYearPanel
from indicators.restitution.exports import presentations
from indicators.restitution.services import BUILT, PUBLISHED
from mailing.hooks import ON_TICK

for viewset in (IndicatorViewSet, RestitutionViewSet, SurveyViewSet):
    register_snippet(viewset)
hooks.register("register_admin_viewset", MeasurementsViewSet)
hooks.register(ACCOUNT_LINKS_HOOK, survey_link)
hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
hooks.register(SITEMAP_HOOK, sitemaps.pages)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(OPEN_DATASETS_HOOK, defined_exports.open_datasets)
hooks.register(CITED_ADDRESSES_HOOK, defined_exports.citations)
hooks.register(CALENDAR_EVENTS_HOOK, presentations)
hooks.register(TOPIC_SECTIONS_HOOK, topic_section)
hooks.register(RESTITUTION_FIGURES_HOOK, figures_of_year)
register_panel(LateIndicatorsPanel)
register_panel(ReportOfYearPanel)


@hooks.register(ON_TICK)
def measure_indicators(now: datetime) -> str:
    count = measure_due(now=now)
    return f"{count} indicators measured" if count else ""


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(BUILT, _("Measure the figures"), _("Figures of the report measured"))
    actions.register_action(ADOPTED, _("Adopt the indicator"), _("Adoption of the indicator noted"))
    actions.register_action(LEFT, _("Leave the indicator"), _("Indicator left"))
    actions.register_action(PUBLISHED, _("Publish the report"), _("Report published"))
