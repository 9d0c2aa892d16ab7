"""What this app registers with Wagtail and with the tick."""

from datetime import datetime

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.scheduling import publish_due
from mailing.hooks import ON_TICK


@hooks.register(ON_TICK)
def publish_scheduled_pages(now: datetime) -> str:
    published, withdrawn = publish_due(now=now)
    parts = [(published, "pages published"), (withdrawn, "pages withdrawn")]
    return "; ".join(f"{count} {words}" for count, words in parts if count)


@hooks.register("construct_help_menu")
def keep_help_on_this_site(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Takes away what leads to Wagtail's own site, in English: the editors' guide of this site is docs/editors.md."""
    menu_items[:] = [item for item in menu_items if item.name == "keyboard-shortcuts-trigger"]
