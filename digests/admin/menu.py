"""Menu « La lettre »: the preview, the editorials, the newsletters."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import (
    SnippetViewSetGroup,
)

from common.admin import PermissionViewSet
from digests import permissions
from digests.admin.editorials import EditorialWordViewSet
from digests.admin.newsletters import NewsletterViewSet
from digests.admin.previews import DigestPreviewView


class PreviewViewSet(PermissionViewSet):
    """The next digest, before it leaves."""

    name = "digest_preview"
    icon = "view"
    menu_label = _("Preview of the letter")
    url_prefix = "apercu-de-la-lettre"  # type: ignore[assignment]
    may = staticmethod(permissions.can_preview)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", DigestPreviewView.as_view(), name="index")]


class DigestViewSetGroup(SnippetViewSetGroup):
    items = (PreviewViewSet, EditorialWordViewSet, NewsletterViewSet)
    menu_label = _("Letter")
    menu_icon = "mail"
    menu_order = 170
