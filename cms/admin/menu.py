"""Menu of the admin: the dashboard item, and the groups of Wagtail's own items.

Wagtail registers its items at the top level. They are put into groups created per request, since the item objects are
shared between requests and must not be modified.
"""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem


def dashboard_item() -> MenuItem:
    """Hook `register_admin_menu_item`: link to the dashboard."""
    return MenuItem(_("Home"), reverse("wagtailadmin_home"), name="dashboard", icon_name="home", order=1)


def group_items_of_wagtail(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Hook `construct_main_menu`: groups images with documents, and settings with reports."""
    items_by_name = {item.name: item for item in menu_items}
    media = [items_by_name[name] for name in ("images", "documents") if name in items_by_name]
    settings = items_by_name["settings"].menu.menu_items_for_request(request) if "settings" in items_by_name else []
    reports = [items_by_name["reports"]] if "reports" in items_by_name else []
    if reports and not settings:
        reports = reports[0].menu.menu_items_for_request(request)
    groups = (
        (_("Media"), "media", "image", 180, media),
        (_("Settings and reports"), "settings-and-reports", "cogs", 190, [*settings, *reports]),
    )
    moved = {"images", "documents", "reports", "settings"}
    menu_items[:] = [item for item in menu_items if item.name not in moved]
    for label, name, icon, order, items in groups:
        if items:
            menu_items.append(SubmenuMenuItem(label, Menu(items=items), name=name, icon_name=icon, order=order))
