"""Registration of the polls in admin, tick, sitemap and exports."""

from datetime import datetime

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.admin.dashboard import register_panel
from cms.hooks import CARD_KINDS_HOOK, INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK
from common.admin import register_search_of
from common.hooks import OPEN_DATASETS_HOOK, PERSONAL_DATA_HOOK
from mailing.hooks import ON_TICK
from polls import sitemaps
from polls.admin.agent_views import PollDeskViewSet
from polls.admin.dashboard import EndingPollsPanel, PollsToOpenPanel
from polls.admin.log_actions import register_acts
from polls.admin.viewsets import PollViewSet, refuse_deletion_with_votes
from polls.exports.open_data import open_datasets
from polls.models import Poll
from polls.personal_data import PERSONAL_DATA
from polls.services import opening

hooks.register(OPEN_DATASETS_HOOK, open_datasets)
hooks.register(SITEMAP_HOOK, sitemaps.polls)
hooks.register(INDEXABLE_VIEWS_HOOK, sitemaps.indexable_views)
hooks.register(CARD_KINDS_HOOK, sitemaps.card_kind)
hooks.register("register_log_actions", register_acts)
hooks.register("before_delete_snippet", refuse_deletion_with_votes)


hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)


@hooks.register(ON_TICK)
def open_due_polls(now: datetime) -> str:
    """Opens the polls whose date has come."""
    count = opening.open_due_polls(now=now)
    return f"{count} polls opened" if count else ""


register_snippet(PollViewSet)
register_search_of(Poll, order=140)
hooks.register("register_admin_viewset", PollDeskViewSet)
register_panel(PollsToOpenPanel)
register_panel(EndingPollsPanel)
