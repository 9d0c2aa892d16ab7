"""What this app registers with Wagtail and with the tick."""

from datetime import datetime

from wagtail import hooks

from cms.scheduling import publish_due
from mailing.hooks import ON_TICK


@hooks.register(ON_TICK)
def publish_scheduled_pages(now: datetime) -> str:
    published, withdrawn = publish_due(now=now)
    parts = [(published, "pages published"), (withdrawn, "pages withdrawn")]
    return "; ".join(f"{count} {words}" for count, words in parts if count)
