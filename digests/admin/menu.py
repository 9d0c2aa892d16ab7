"""Menu « La lettre »: the preview, the editorials, the newsletters."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton
from wagtail.snippets.views.snippets import (
    SnippetViewSetGroup,
)

from common.admin import RightViewSet
from digests import permissions
from digests.admin.editorials import EditorialWordViewSet
from digests.admin.newsletters import NewsletterViewSet
from digests.admin.previews import DigestPreviewView
from digests.models import EditorialWord, Newsletter
from participation.admin.base import ReadView


class PreviewViewSet(RightViewSet):
    """The next digest, before it leaves."""

    name = "letter_preview"
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
