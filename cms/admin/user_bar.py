"""What the checks of Wagtail's user bar look for: beside its own rules, what keeps a draft from being published.

A program (axe) reads the preview, and the page itself for who may enter the admin; the bar and the panel of the form
count what it finds. What publication refuses and HTML does not tell is marked by the block that refuses it, with an
attribute: `data-refused="picture"`.
"""

from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import BaseItem, ContentCheckerItem
from wagtail.models import Page

# What a block marks: the name of the fault, and what to do.
REFUSED = {
    "link": (_("A link does not say where it leads"), _("Write the name of the page or of the file instead.")),
    "picture": (_("An image has no text"), _("Say what it shows, or that it is only decoration.")),
    "table": (_("A table has no title"), _("Write a title that says what is in it.")),
    "file": (_("The title of a file looks like a file name"), _("Give it a title that says what it is.")),
    "button": (_("A button leads nowhere"), _("Choose a page of the site or write an address.")),
}
MARKED = {"id": "marked", "evaluate": "matches-definition-evaluate", "options": {"matcher": {"nodeName": "/./"}}}


class PageChecks(ContentCheckerItem):
    """Wagtail's checks of what editors write: the head and the foot of the site are not their business."""

    axe_include: ClassVar = ["main"]
    axe_run_only: ClassVar = [*ContentCheckerItem.axe_run_only, *(f"refused-{kind}" for kind in REFUSED)]
    axe_custom_rules: ClassVar = [
        *ContentCheckerItem.axe_custom_rules,
        *(
            {
                "id": f"refused-{kind}",
                "impact": "serious",
                "selector": f"[data-refused={kind}]",
                "tags": ["best-practice"],
                "none": [MARKED["id"]],
                "enabled": True,
            }
            for kind in REFUSED
        ),
    ]
    axe_custom_checks: ClassVar = [*ContentCheckerItem.axe_custom_checks, MARKED]
    axe_messages: ClassVar = {
        **ContentCheckerItem.axe_messages,
        **{
            f"refused-{kind}": {"error_name": name, "help_text": what_to_do}
            for kind, (name, what_to_do) in REFUSED.items()
        },
    }


def use_page_checks(request: HttpRequest, items: list[BaseItem], page: Page | None) -> None:
    """Puts `PageChecks` in the place of Wagtail's own, in the bar and in the panel of the form alike."""
    for place, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[place] = PageChecks(in_editor=item.in_editor)
