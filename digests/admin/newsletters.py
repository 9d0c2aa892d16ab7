"""The screens of one message to the readers: its preview, and the choice of the moment."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from common.admin import PermissionView
from common.templatetags.dates import day, hour
from digests import permissions
from digests.admin.forms import SendForm
from digests.admin.previews import MailPreviewView
from digests.errors import NewsletterRefused
from digests.models import Newsletter
from digests.services import newsletters, previews
from digests.services.previews import Preview


class OfNewsletterMixin:
    """What the screens about one message have in common."""

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
    """How many people get the message, and when. A scheduled one can be taken back from here."""

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
