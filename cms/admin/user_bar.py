"""Content checks of Wagtail's user bar: its own rules (axe), problems that prevent publication, missing figures.

axe runs in the preview, and on the page itself for users of the admin; the bar and the form panel display the number of
problems. Problems that HTML alone does not show are marked by the block or its template, with an attribute:
`data-refused="picture"`.
"""

from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import BaseItem, ContentCheckerItem
from wagtail.models import Page

# Values of the attribute, with the name of the problem and the remedy.
REFUSED = {
    "link": (_("A link does not say where it leads"), _("Write the name of the page or of the file instead.")),
    "picture": (_("An image has no text"), _("Say what it shows, or that it is only decoration.")),
    "table": (_("A table has no title"), _("Write a title that says what is in it.")),
    "file": (_("The title of a file looks like a file name"), _("Give it a title that says what it is.")),
    "figure": (_("A key figure has no number"), _("Choose another indicator, or remove the key figure.")),
    "button": (_("A button leads nowhere"), _("Choose a page of the site or write an address.")),
}
MARKED = {"id": "marked", "evaluate": "matches-definition-evaluate", "options": {"matcher": {"nodeName": "/./"}}}


class PageChecks(ContentCheckerItem):
    """Wagtail's checks, limited to the content of editors: without header and footer of the site."""

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
    """Replaces Wagtail's checker by `PageChecks`, in the bar and in the form panel."""
    for place, item in enumerate(items):
        if isinstance(item, ContentCheckerItem):
            items[place] = PageChecks(in_editor=item.in_editor)
