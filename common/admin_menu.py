"""Menu groups of the admin that are shared by several apps, by area of work.

An app that is an area of its own has a `SnippetViewSetGroup`: the comparison, the participation. Wagtail's items are
grouped by `cms.admin.menu`. Order of the menu: 1 the dashboard, 100 the tree of pages, 110 news and watch, 120
comparison, 130 participation, 140 desk, 150 ground, 160 committee, 170 digest, 180 pictures and documents, 190
settings and reports, 11000 the guide.

A group is displayed to users with at least one of its items; it has no permission of its own.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, SubmenuMenuItem

from common.hooks import (
    COMMITTEE_MENU_HOOK,
    DESK_MENU_HOOK,
    GROUND_MENU_HOOK,
    LETTER_MENU_HOOK,
    WATCH_MENU_HOOK,
)


@dataclass(frozen=True)
class MenuGroup:
    """Menu group: the hook of its items, and its appearance."""

    hook: str
    name: str
    label: Any
    icon: str
    order: int

    def menu_item(self) -> SubmenuMenuItem:
        """Hook `register_admin_menu_item`: returns the group with the registered items."""
        items = [register() for register in hooks.get_hooks(self.hook)]
        return SubmenuMenuItem(self.label, Menu(items=items), name=self.name, icon_name=self.icon, order=self.order)


GROUPS = (
    MenuGroup(WATCH_MENU_HOOK, "watch", _("News and watch"), "glasses", 110),
    MenuGroup(DESK_MENU_HOOK, "desk", _("At the desk"), "clipboard-list", 140),
    MenuGroup(GROUND_MENU_HOOK, "ground", _("In the field"), "pin", 150),
    MenuGroup(COMMITTEE_MENU_HOOK, "committee", _("The committee"), "group", 160),
    MenuGroup(LETTER_MENU_HOOK, "letter", _("Letter"), "mail", 170),
)
