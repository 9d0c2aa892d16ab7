"""The menu of the admin: the way to the dashboard, and where what Wagtail brings finds its place.

Wagtail registers its own items at the top of the menu. They are put into groups that are made for the request: all
requests share the items themselves, which nothing may change.
"""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem


def dashboard_item() -> MenuItem:
    """Hook `register_admin_menu_item`: the first page of the admin."""
    return MenuItem(_("Home"), reverse("wagtailadmin_home"), name="dashboard", icon_name="home", order=1)


def group_items_of_wagtail(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Hook `construct_main_menu`: pictures and documents in one group, settings and reports in another."""
    shown = {item.name: item for item in menu_items}
    media = [shown[name] for name in ("images", "documents") if name in shown]
    settings = shown["settings"].menu.menu_items_for_request(request) if "settings" in shown else []
    reports = [shown["reports"]] if "reports" in shown else []
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
