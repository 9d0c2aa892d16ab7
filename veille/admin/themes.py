"""Themes of the watch in the admin, and the log entry of a stance."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import PageLogEntry

from common.admin import ListedSnippetViewSet, SluggedForm
from common.choosers import FilteredChooserViewSet
from common.hooks import WATCH_MENU_HOOK
from veille.models import Stance, Theme
from veille.models.stances import STANCE


class ThemeChooserViewSet(FilteredChooserViewSet):
    """Chooser of a theme: all of them."""

    choose_one_text = _("Choose a theme")
    choose_another_text = _("Choose another theme")
    search_fields: ClassVar = ["name"]

    def choosable(self, user: Any) -> QuerySet[Theme]:
        return Theme.objects.all()


class ThemeViewSet(ListedSnippetViewSet):
    model = Theme
    icon = "tag"
    menu_label = _("Themes of the watch")
    menu_hook = WATCH_MENU_HOOK
    menu_order = 50
    url_prefix = "themes"  # type: ignore[assignment]
    copy_view_enabled = False
    chooser_viewset_class = ThemeChooserViewSet
    search_fields: ClassVar = ["name"]
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("slug")], base_form_class=SluggedForm)


def register_stances(actions: LogActionRegistry) -> None:
    @actions.register_action(STANCE)
    class StanceTaken(LogFormatter):
        """Log formatter that names the stance."""

        label = _("Stance of the committee")
        message = _("Stance of the committee changed")

        def format_comment(self, log_entry: PageLogEntry) -> str:
            stance = log_entry.data.get("stance")
            return str(Stance(stance).label) if stance else str(_("No stance"))
