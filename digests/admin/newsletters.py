"""Newsletters in the admin: drafts, their preview, and when they are sent."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, IndexView

from common.admin import ListedSnippetViewSet, PermissionView, Step, StepsInHead, StepsInRows, SuccessMessageMixin
from common.templatetags.dates import day, hour
from digests import permissions
from digests.admin.forms import SendForm
from digests.admin.previews import MailPreviewView
from digests.errors import NewsletterRefused
from digests.models import Newsletter
from digests.services import newsletters, previews
from digests.services.previews import Preview
from mailing.permissions import can_view_batches
from participation.admin.base import ReadView


class OfNewsletterMixin:
    """Newsletter of the URL, title and breadcrumb of a view about one newsletter."""

    kwargs: dict[str, Any]
    page_title: Any
    breadcrumbs_items: list[dict[str, Any]]

    @cached_property
    def newsletter(self) -> Newsletter:
        return get_object_or_404(Newsletter, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.newsletter)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletters:list"), "label": gettext("Messages to the readers")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]


class NewsletterPreviewView(OfNewsletterMixin, MailPreviewView):
    page_title = _("Preview of the message")
    template_name = "digests/admin/newsletter_preview.html"
    may = staticmethod(permissions.can_write_newsletters)

    @cached_property
    def preview(self) -> Preview:
        return previews.for_newsletter(self.newsletter)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_send = permissions.can_send_newsletters(self.request.user)
        return super().get_context_data(newsletter=self.newsletter, may_send=may_send, **kwargs)


class SendView(OfNewsletterMixin, PermissionView, FormView):
    """Schedules a newsletter, after saying how many people get it; makes a scheduled one a draft again."""

    page_title = _("Send the message")
    header_icon = "mail"
    template_name = "digests/admin/send.html"
    form_class = SendForm
    may = staticmethod(permissions.can_send_newsletters)

    def get_success_url(self) -> str:
        return reverse("newsletters:inspect", args=[self.newsletter.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        count = newsletters.audience_of(self.newsletter, now=timezone.now()).count()
        context = super().get_context_data(newsletter=self.newsletter, count=count, **kwargs)
        return context | {"media": context["form"].media, "back_url": self.get_success_url()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("act") == "unschedule":
            return self.unschedule()
        return super().post(request, *args, **kwargs)

    def unschedule(self) -> HttpResponse:
        try:
            newsletters.unschedule(newsletter=self.newsletter, actor=self.request.user)
        except NewsletterRefused as refusal:
            messages.error(self.request, str(refusal))
        else:
            messages.success(self.request, gettext("The message is a draft again."))
        return HttpResponseRedirect(self.get_success_url())

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            planned = newsletters.schedule(
                newsletter=self.newsletter,
                actor=self.request.user,
                now=timezone.now(),
                send_at=form.cleaned_data["send_at"],
            )
        except NewsletterRefused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        when = {"day": day(planned.send_at), "hour": hour(planned.send_at)}
        messages.success(self.request, gettext("The message leaves on %(day)s, %(hour)s.") % when)
        return super().form_valid(form)


class NewsletterSteps:
    """Mixin of the list and of the pages of a newsletter: what the account may do with it now, the next step first."""

    request: HttpRequest

    def steps_of(self, newsletter: Newsletter) -> list[Step]:
        steps = [(gettext("Preview of the message"), reverse("newsletters:preview", args=[newsletter.pk]))]
        if newsletter.batch_id and can_view_batches(self.request.user):
            sending = reverse("lots_modeladmin_inspect", args=[newsletter.batch_id])
            steps.insert(0, (gettext("See the sending"), sending))
        elif newsletter.has_not_left and permissions.can_send_newsletters(self.request.user):
            label = gettext("Send…") if newsletter.is_draft else gettext("Take it back…")
            steps.insert(0, (label, reverse("newsletters:send", args=[newsletter.pk])))
        return steps


class NewsletterIndexView(NewsletterSteps, StepsInRows, IndexView):
    def get_edit_url(self, instance: Newsletter) -> str | None:  # type: ignore[override]
        return super().get_edit_url(instance) if instance.is_draft else self.get_inspect_url(instance)

    def get_delete_url(self, instance: Newsletter) -> str | None:  # type: ignore[override]
        return super().get_delete_url(instance) if instance.is_draft else None


class ToPreviewMixin(SuccessMessageMixin):
    """Shows the preview once a draft is saved."""

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
    """Refuses to change or delete a newsletter that is scheduled or sent."""

    request: HttpRequest
    object: Newsletter

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.object.is_draft:
            return redirect("newsletters:inspect", self.object.pk)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def lock_draft(self) -> None:
        """Locks the newsletter. Raises `PermissionDenied` if it was scheduled meanwhile. Call it in a transaction."""
        if not Newsletter.objects.select_for_update().get(pk=self.object.pk).is_draft:
            raise PermissionDenied(_("Somebody sent this message meanwhile."))


class NewsletterEditView(DraftOnlyMixin, ToPreviewMixin, NewsletterSteps, StepsInHead, EditView):
    def save_instance(self) -> Newsletter:
        self.lock_draft()
        return super().save_instance()


class NewsletterDeleteView(DraftOnlyMixin, DeleteView):
    def delete_action(self) -> None:
        with transaction.atomic():
            self.lock_draft()
            super().delete_action()


class NewsletterInspectView(NewsletterSteps, StepsInHead, ReadView):
    page_title = _("Message to the readers")

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return "–" if value in (None, "") else value

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return []


class NewsletterViewSet(ListedSnippetViewSet):
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
        Column("get_status_display", label=_("Status"), sort_key="status"),
        DateColumn("send_at", label=_("To be sent at"), sort_key="send_at"),
        Column("get_audience_display", label=_("For"), sort_key="audience"),
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
