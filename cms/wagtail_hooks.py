"""Registration with Wagtail and with the tick."""

from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry, PageLogEntry

from cms.admin.articles import ArticlesPanel
from cms.admin.comparisons import register_comparisons
from cms.admin.dashboard import add_panels, register_panel
from cms.admin.edits import edit_urls
from cms.admin.fixed_facts import FixedFactsViewSet
from cms.admin.kept import show_kept_section
from cms.admin.mail_dashboard import MailPanel
from cms.admin.menu import dashboard_item, group_items_of_wagtail
from cms.admin.page_lists import NewsListViewSet
from cms.admin.publishing import PublishPages
from cms.admin.reports import FailingLinksViewSet, MissingAddressesViewSet
from cms.admin.review import PagesToReviewPanel
from cms.admin.second_reading import (
    SecondReadingsPanel,
    SecondReadingViewSet,
    name_the_buttons,
    save_new_page,
    save_page,
    show_mail,
    without_menu_of_wagtail,
    without_panels_of_wagtail,
)
from cms.admin.user_bar import use_page_checks
from cms.admin.visibility import visible_pages
from cms.citations.checker import is_due, look_at_due
from cms.citations.collector import citations_of_pages
from cms.hooks import CITED_ADDRESSES_HOOK
from cms.models import SiteConfiguration
from cms.notifications import ContactCopy, ContactMessage, ReadingAsked, TextApproved, TextGivenBack
from cms.personal_data import PERSONAL_DATA
from cms.quality.advice import advise
from cms.quality.publication import check_missing
from cms.services import PUBLICATION_REFUSED, publish_due
from cms.views import not_found_page
from common import stylesheet
from common.hooks import PERSONAL_DATA_HOOK
from mailing.hooks import (
    MAIL_CONTACT,
    MAIL_HELP,
    MAIL_INSTITUTION,
    ON_TICK,
    REGISTER_NOTIFICATIONS,
    SLOW_JOBS,
    SlowJob,
)
from mailing.notifications import Notification

ICONS = Path(settings.BASE_DIR) / "templates" / "cms" / "icons"


hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)
register_comparisons()


@hooks.register(ON_TICK)
def publish_scheduled_pages(now: datetime) -> str:
    published, withdrawn = publish_due(now=now)
    parts = [(published, "pages published"), (withdrawn, "pages withdrawn")]
    return "; ".join(f"{count} {label}" for count, label in parts if count)


@hooks.register(ON_TICK)
def check_published_pages(now: datetime) -> str:
    """Creates renditions and results of checks for pages that were not published through the admin."""
    count = check_missing(now=now)
    return f"{count} pages checked" if count else ""


@hooks.register(SLOW_JOBS)
def looks_at_citations() -> SlowJob:
    return SlowJob(task="cms.tasks.look_at_citations", is_due=is_due, work=look_at_due)


hooks.register(CITED_ADDRESSES_HOOK, citations_of_pages)


@hooks.register(REGISTER_NOTIFICATIONS)
def register_notifications() -> list[type[Notification]]:
    return [ContactMessage, ContactCopy, ReadingAsked, TextApproved, TextGivenBack]


@hooks.register(MAIL_CONTACT)
def contact_address() -> str:
    """Reply-to address of mails, which also receives alerts of the outbox."""
    return SiteConfiguration.load().contact_email


@hooks.register(MAIL_HELP)
def help_by_phone() -> dict[str, str]:
    """Phone number and hours, cached in the process for a minute."""
    return SiteConfiguration.shown().help_by_phone


@hooks.register(MAIL_INSTITUTION)
def institution() -> str:
    """Name of the institution, cached in the process for a minute: no query per mail."""
    return SiteConfiguration.shown().institution


@hooks.register("register_admin_viewset")
def register_reports() -> list[ViewSet]:
    return [FailingLinksViewSet(), MissingAddressesViewSet()]


register_panel(SecondReadingsPanel)
register_panel(PagesToReviewPanel)
register_panel(ArticlesPanel)
register_panel(MailPanel)
# Before Wagtail's own hook, which redirects to the sign-in page.
hooks.register("on_serve_page", not_found_page, order=-1)
hooks.register("construct_page_chooser_queryset", visible_pages)
hooks.register("after_create_page", advise)
hooks.register("after_edit_page", advise)
hooks.register("construct_wagtail_userbar", use_page_checks)
hooks.register("register_admin_viewset", SecondReadingViewSet)
hooks.register("register_admin_viewset", NewsListViewSet)
hooks.register("register_admin_viewset", FixedFactsViewSet)
hooks.register("register_admin_menu_item", dashboard_item)
# Before Wagtail's own views at the same addresses.
hooks.register("register_admin_urls", edit_urls, order=-1)
hooks.register("construct_main_menu", group_items_of_wagtail)
hooks.register("construct_page_action_menu", name_the_buttons)
hooks.register("before_create_page", save_new_page)
hooks.register("before_edit_page", save_page)
hooks.register("before_delete_page", show_kept_section)
hooks.register("after_create_page", show_mail)
hooks.register("after_edit_page", show_mail)
hooks.register("construct_homepage_panels", without_panels_of_wagtail)
hooks.register("construct_homepage_panels", add_panels, order=100)
hooks.register("construct_settings_menu", without_menu_of_wagtail)
hooks.register("construct_reports_menu", without_menu_of_wagtail)
# After Wagtail's bulk action of the same name, to replace it.
hooks.register("register_bulk_action", PublishPages, order=1)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Registers the log action of a refused scheduled publication, or of a refused expiry, which has no revision."""

    @actions.register_action(PUBLICATION_REFUSED)
    class PublicationRefusedFormatter(LogFormatter):
        label = _("Publication refused")

        def format_message(self, entry: PageLogEntry | ModelLogEntry) -> str:
            reasons = " ".join(entry.data["reasons"])
            if entry.revision_id is None:
                return reasons
            return gettext("Not published at its time. %(reasons)s") % {"reasons": reasons}


@hooks.register("construct_homepage_summary_items")
def remove_counts(request: HttpRequest, summary_items: list[Component]) -> None:
    """Removes the counts of pages and images, which need no action."""
    summary_items.clear()


@hooks.register("insert_global_admin_css")
@cache
def admin_stylesheets() -> str:
    """Colours of the site in the whole admin, and styles of our own screens."""
    parts = ("colours", "work", "guide", "header", "lists")
    # Those of the site for the changes of a text.
    shared = ("css/components/version.css", "css/components/shown.css")
    sheets = (stylesheet.ADMIN_NAME, *shared, "css/admin.css", *(f"css/admin-{part}.css" for part in parts))
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(sheet),) for sheet in sheets))


# After Wagtail's own.
@hooks.register("register_icons", order=1)
def draw_in_squares(icons: list[str]) -> list[str]:
    """Replaces icons of Wagtail by our pictograms of the same name."""
    own_icons = [f"cms/icons/{path.name}" for path in ICONS.glob("*.svg")]
    names = {path.rpartition("/")[2] for path in own_icons}
    return [*(icon for icon in icons if icon.rpartition("/")[2] not in names), *own_icons]


@hooks.register("insert_global_admin_js")
@cache
def admin_scripts() -> str:
    """Date picker, saving of drafts, French words of Wagtail's scripts, and pasting into texts, on all forms."""
    scripts = ("js/admin-dates.js", "js/admin-saving.js", "js/admin-words.js")
    pasting = format_html(
        '<script src="{}" data-tables="{}" data-pictures="{}"></script>',
        static("js/admin-pasting.js"),
        gettext("A table that is pasted becomes lines: make it with a block for tables."),
        gettext("Pictures that are pasted are left out: add them with a block for images."),
    )
    return format_html_join("", '<script src="{}"></script>', ((static(script),) for script in scripts)) + pasting


@hooks.register("construct_reports_menu")
def keep_reports_for_editors(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Removes the report of page types, which displays technical names: `home.homepage`."""
    menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("construct_help_menu")
def keep_help_on_this_site(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Removes the links to Wagtail's own documentation, in English: the guide of this site replaces it (docs/guide)."""
    menu_items[:] = [item for item in menu_items if item.name in ("guide", "keyboard-shortcuts-trigger")]
