"""The menu « La lettre »: the preview, the words at the top, the messages to the readers."""

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
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from common.admin import PermissionViewSet
from digests import permissions
from digests.admin.newsletters import NewsletterPreviewView, SendView
from digests.admin.previews import LetterPreviewView
from digests.models import EditorialWord, Newsletter
from mailing.permissions import can_view_batches
from participation.admin.base import ReadView


class PreviewViewSet(PermissionViewSet):
    """The next letter, before it leaves."""

    name = "letter_preview"
    icon = "view"
    menu_label = _("Preview of the letter")
    url_prefix = "apercu-de-la-lettre"  # type: ignore[assignment]
    may = staticmethod(permissions.can_preview)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", LetterPreviewView.as_view(), name="index")]


class EditorialWordViewSet(SnippetViewSet):
    model = EditorialWord
    icon = "edit"
    menu_label = _("Words at the top")
    copy_view_enabled = False
    list_per_page = 50
    list_display: ClassVar = [
        "__str__",
        "signature",
        Column("get_kind_display", label=_("In the letter that comes")),
        DateColumn("until", label=_("Last day"), sort_key="until"),
    ]
    panels: ClassVar = [
        FieldPanel("body"),
        FieldPanel("signature"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("until")]),
    ]


class NewsletterIndexView(IndexView):
    def get_edit_url(self, instance: Newsletter) -> str | None:  # type: ignore[override]
        return super().get_edit_url(instance) if instance.is_draft else self.get_inspect_url(instance)

    def get_delete_url(self, instance: Newsletter) -> str | None:  # type: ignore[override]
        return super().get_delete_url(instance) if instance.is_draft else None


class ToPreviewMixin:
    """A saved draft is read as it will be received."""

    object: Newsletter
    success_message = _("The draft is saved. Read it again before you send it.")

    def get_success_url(self) -> str:
        return reverse("newsletters:preview", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class NewsletterCreateView(ToPreviewMixin, CreateView):
    def get_initial_form_instance(self) -> Newsletter:
        return Newsletter(writer=self.request.user, created_at=timezone.now())


class DraftOnlyMixin:
    """What waits for its date, or was sent, is not changed behind the back of who sent it."""

    request: HttpRequest
    object: Newsletter

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.object.is_draft:
            return redirect("newsletters:inspect", self.object.pk)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def lock_draft(self) -> None:
        """Stops what would overwrite a message that somebody sent meanwhile. Call it in a transaction."""
        if not Newsletter.objects.select_for_update().get(pk=self.object.pk).is_draft:
            raise PermissionDenied(_("Somebody sent this message meanwhile."))


class NewsletterEditView(DraftOnlyMixin, ToPreviewMixin, EditView):
    def save_instance(self) -> Newsletter:
        self.lock_draft()
        return super().save_instance()


class NewsletterDeleteView(DraftOnlyMixin, DeleteView):
    def delete_action(self) -> None:
        with transaction.atomic():
            self.lock_draft()
            super().delete_action()


class NewsletterInspectView(ReadView):
    page_title = _("Message to the readers")

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return "–" if value in (None, "") else value

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return []

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        found = self.object
        buttons: list[BaseButton] = [
            Button(_("Preview of the message"), url=reverse("newsletters:preview", args=[found.pk]), priority=2)
        ]
        if found.batch_id and can_view_batches(self.request.user):
            url = reverse("lots_modeladmin_inspect", args=[found.batch_id])
            buttons.append(HeaderButton(_("See the sending"), url=url, priority=1))
        elif found.has_not_left and permissions.can_send_newsletters(self.request.user):
            label = _("Send…") if found.is_draft else _("Take it back…")
            buttons.append(HeaderButton(label, url=reverse("newsletters:send", args=[found.pk]), priority=1))
        return buttons


class NewsletterViewSet(SnippetViewSet):
    model = Newsletter
    icon = "mail"
    menu_label = _("Messages to the readers")
    url_namespace = "newsletters"  # type: ignore[assignment]
    url_prefix = "messages-aux-lecteurs"  # type: ignore[assignment]
    index_view_class = NewsletterIndexView
    add_view_class = NewsletterCreateView
    edit_view_class = NewsletterEditView
    delete_view_class = NewsletterDeleteView
    inspect_view_class = NewsletterInspectView
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
    list_filter: ClassVar = ["status", "audience"]
    list_display: ClassVar = [
        "subject",
        Column("get_audience_display", label=_("For"), sort_key="audience"),
        Column("get_status_display", label=_("Status"), sort_key="status"),
        DateColumn("send_at", label=_("To be sent at"), sort_key="send_at"),
    ]
    inspect_view_fields: ClassVar = [
        "subject",
        "audience",
        "topic",
        "status",
        "status_reason",
        "send_at",
        "writer",
        "created_at",
    ]
    panels: ClassVar = [
        FieldPanel("subject"),
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("audience"), FieldPanel("topic")]),
    ]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("apercu/<int:pk>/", NewsletterPreviewView.as_view(), name="preview"),
            path("envoyer/<int:pk>/", SendView.as_view(), name="send"),
        ]


class LetterViewSetGroup(SnippetViewSetGroup):
    items = (PreviewViewSet, EditorialWordViewSet, NewsletterViewSet)
    menu_label = _("Letter")
    menu_icon = "mail"
    menu_order = 170
