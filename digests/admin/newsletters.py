"""Newsletters in the admin: drafts, and register of sent ones."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton
from wagtail.snippets.views.snippets import CreateView, DeleteView, HistoryView, IndexView, UsageView

from common.admin import (
    ListedSnippetViewSet,
    SinglePermissionPolicy,
    SnippetEditView,
    Step,
    StepsInHead,
    StepsInRows,
    SuccessMessageMixin,
)
from common.hooks import LETTER_MENU_HOOK
from digests import permissions
from digests.admin.forms import NewsletterForm
from digests.admin.sending import AskView, LettersView, NewsletterPreviewView, SendView
from digests.models import Newsletter
from digests.queries.audience import letters_of
from digests.queries.member_messages import deliveries
from digests.services.newsletters import LATE
from mailing.permissions import can_view_batches
from participation.admin.base import ReadView


class NewsletterPolicy(SinglePermissionPolicy):
    """Allows users who write to readers or to members; each user sees the newsletters to these audiences."""

    def __init__(self) -> None:
        super().__init__(Newsletter, permissions.can_open_newsletters)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Newsletter]:
        return permissions.writable_newsletters(user)


class WritableOnly:
    """Mixin of Wagtail's views of one newsletter: 404 for users who may not write to its audience."""

    request: HttpRequest

    def get_object(self, *args: Any, **kwargs: Any) -> Newsletter:
        newsletter: Newsletter = super().get_object(*args, **kwargs)  # type: ignore[misc]
        if not permissions.can_write_newsletter(self.request.user, newsletter):
            raise Http404
        return newsletter


class NewsletterSteps:
    """Mixin of the list and pages of a newsletter: the actions allowed to the user now, the next one first."""

    request: HttpRequest

    def steps_of(self, newsletter: Newsletter) -> list[Step]:
        steps = [(gettext("Preview of the message"), reverse("newsletters:preview", args=[newsletter.pk]))]
        if newsletter.batch_id and can_view_batches(self.request.user):
            sending = reverse("lots_modeladmin_inspect", args=[newsletter.batch_id])
            steps.insert(0, (gettext("See the sending"), sending))
        elif newsletter.is_draft and not permissions.can_send_newsletter(self.request.user, newsletter):
            if not newsletter.waits_for_sending:
                steps.insert(0, (gettext("Ask for the sending…"), reverse("newsletters:ask", args=[newsletter.pk])))
        elif newsletter.has_not_left and permissions.can_send_newsletter(self.request.user, newsletter):
            label = gettext("Send…") if newsletter.is_draft else gettext("Take it back…")
            steps.insert(0, (label, reverse("newsletters:send", args=[newsletter.pk])))
        return steps


class NewsletterIndexView(NewsletterSteps, StepsInRows, IndexView):
    def get_edit_url(self, instance: Newsletter) -> str | None:  # type: ignore[override]
        return super().get_edit_url(instance) if instance.is_draft else self.get_inspect_url(instance)

    def get_delete_url(self, instance: Newsletter) -> str | None:  # type: ignore[override]
        return super().get_delete_url(instance) if instance.is_draft else None


class ToPreviewMixin(SuccessMessageMixin):
    """Redirects to the preview after a draft is saved."""

    object: Newsletter
    success_message = _("The draft is saved. Read it again before you send it.")

    def get_success_url(self) -> str:
        return reverse("newsletters:preview", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class NewsletterCreateView(ToPreviewMixin, CreateView):
    def get_initial_form_instance(self) -> Newsletter:
        return Newsletter(writer=self.request.user, created_at=timezone.now())


class DraftOnlyMixin(WritableOnly):
    """Refuses to change or delete a newsletter that is scheduled or sent."""

    request: HttpRequest
    object: Newsletter

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.object.is_draft:
            return redirect("newsletters:inspect", self.object.pk)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def lock_draft(self) -> None:
        """Locks the newsletter.

        Raises `PermissionDenied` if it was scheduled in the meantime. Requires a transaction.
        """
        if not Newsletter.objects.select_for_update().get(pk=self.object.pk).is_draft:
            raise PermissionDenied(_("Somebody sent this message meanwhile."))


class NewsletterEditView(DraftOnlyMixin, ToPreviewMixin, NewsletterSteps, StepsInHead, SnippetEditView):
    def save_instance(self) -> Newsletter:
        self.lock_draft()
        return super().save_instance()


class NewsletterDeleteView(DraftOnlyMixin, DeleteView):
    def delete_action(self) -> None:
        with transaction.atomic():
            self.lock_draft()
            super().delete_action()


class NewsletterHistoryView(WritableOnly, HistoryView):
    pass


class NewsletterUsageView(WritableOnly, UsageView):
    pass


class NewsletterInspectView(NewsletterSteps, StepsInHead, WritableOnly, ReadView):
    page_title = _("Message")
    labels: ClassVar = {"recipients_label": _("For"), "sent_by": _("Sent by")}

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return "–" if value in (None, "") else value

    def get_status_reason_display_value(self) -> str:
        return gettext("Too late") if self.object.status_reason == LATE else self.object.status_reason

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds the members it was sent to, each with the state of the mail; before sending, those who get a letter."""
        waiting = letters_of(self.object, now=timezone.now()) if self.object.has_not_left else []
        return super().get_context_data(addressed=deliveries(self.object), waiting=waiting, **kwargs)

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return []


class NewsletterViewSet(ListedSnippetViewSet):
    model = Newsletter
    icon = "mail"
    menu_label = _("Messages to readers or members")
    menu_hook = LETTER_MENU_HOOK
    menu_order = 30
    url_namespace = "newsletters"  # type: ignore[assignment]
    url_prefix = "messages-aux-lecteurs"  # type: ignore[assignment]
    index_view_class = NewsletterIndexView
    add_view_class = NewsletterCreateView
    edit_view_class = NewsletterEditView
    delete_view_class = NewsletterDeleteView
    # The bulk action would delete a message in any state.
    deleted_in_bulk = False
    inspect_view_class = NewsletterInspectView
    history_view_class = NewsletterHistoryView
    usage_view_class = NewsletterUsageView
    inspect_view_enabled = True
    inspect_template_name = "digests/admin/newsletter.html"  # type: ignore[assignment]
    copy_view_enabled = False
    list_per_page = 50
    list_filter: ClassVar = ["status", "audience", "group"]
    list_display: ClassVar = [
        "subject",
        Column("status_label", label=_("Status"), sort_key="status"),
        DateColumn("send_at", label=_("To be sent at"), sort_key="send_at"),
        Column("recipients_label", label=_("For"), sort_key="audience"),
        Column("recipient_count", label=_("E-mails"), sort_key="recipient_count"),
        Column("sent_by", label=_("Sent by")),
    ]
    inspect_view_fields: ClassVar = [
        "subject",
        "recipients_label",
        "status",
        "status_reason",
        "send_at",
        "sent_by",
        "recipient_count",
        "writer",
        "created_at",
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("subject"),
            FieldPanel("body"),
            FieldRowPanel([FieldPanel("audience"), FieldPanel("topic")]),
            MultiFieldPanel(
                [FieldPanel("group"), FieldRowPanel([FieldPanel("college"), FieldPanel("session")])],
                heading=_("Members of the committee"),
            ),
        ],
        base_form_class=NewsletterForm,
    )

    @property
    def permission_policy(self) -> NewsletterPolicy:
        return NewsletterPolicy()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Newsletter]:
        return permissions.writable_newsletters(request.user).select_related("session", "topic", "sent_by")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("apercu/<int:pk>/", NewsletterPreviewView.as_view(), name="preview"),
            path("envoyer/<int:pk>/", SendView.as_view(), name="send"),
            path("demander/<int:pk>/", AskView.as_view(), name="ask"),
            path("lettres/<int:pk>/", LettersView.as_view(), name="letters"),
        ]
