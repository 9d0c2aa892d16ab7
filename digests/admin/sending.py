"""Newsletters in the admin: preview, letters to print, sending, and request to send."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from committee.convocations.queries.calls import has_email, without_email
from committee.models import Member
from common.action_forms import ActionFormView
from common.admin import (
    PermissionView,
)
from common.shown import ActsAsShown, Contents
from digests import permissions
from digests.admin.forms import SendForm
from digests.admin.previews import MailPreviewView
from digests.errors import NewsletterRefused
from digests.models import Newsletter
from digests.notifications.newsletter import parts_of
from digests.queries.audience import audience_of, letters_of, members_of
from digests.services import newsletters, previews
from digests.services.previews import Preview
from mailing import departures
from mailing.departures import departure_words


class OfNewsletterMixin:
    """Newsletter from the URL, title and breadcrumb of a view about one newsletter."""

    request: HttpRequest
    kwargs: dict[str, Any]
    page_title: Any
    breadcrumbs_items: list[dict[str, Any]]

    @cached_property
    def newsletter(self) -> Newsletter:
        return get_object_or_404(permissions.writable_newsletters(self.request.user), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.newsletter)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletters:list"), "label": gettext("Messages to readers or members")},
            {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()},
        ]


class NewsletterPreviewView(OfNewsletterMixin, MailPreviewView):
    page_title = _("Preview of the message")
    template_name = "digests/admin/newsletter_preview.html"
    is_allowed = staticmethod(permissions.can_open_newsletters)

    @cached_property
    def preview(self) -> Preview:
        return previews.for_newsletter(self.newsletter)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_send = permissions.can_send_newsletter(self.request.user, self.newsletter)
        return super().get_context_data(newsletter=self.newsletter, can_send=can_send, **kwargs)


class LettersView(OfNewsletterMixin, PermissionView, TemplateView):
    """Message to members on paper: one letter for each member without e-mail."""

    page_title = _("Letters to print")
    header_icon = "print"
    template_name = "digests/admin/letters.html"
    is_allowed = staticmethod(permissions.can_write_to_members)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            newsletter=self.newsletter,
            parts=list(parts_of(self.newsletter)),
            members=letters_of(self.newsletter, now=timezone.now()),
            **kwargs,
        )


class ConfirmationView(OfNewsletterMixin, PermissionView, ActsAsShown, ActionFormView):
    """Base view of an act on a newsletter: it shows the whole mail, and the number of its recipients."""

    header_icon = "mail"
    is_allowed = staticmethod(permissions.can_open_newsletters)

    def get_contents(self) -> Contents:
        return newsletters.contents_of(self.newsletter)

    def get_about(self) -> Newsletter:
        return self.newsletter

    @cached_property
    def members(self) -> list[Member]:
        return members_of(self.newsletter, now=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.newsletter.is_for_members:
            count = sum(map(has_email, self.members))
        else:
            count = audience_of(self.newsletter, now=timezone.now()).count()
        preview = previews.for_newsletter(self.newsletter).content
        return super().get_context_data(newsletter=self.newsletter, count=count, preview=preview, **kwargs)


class SendView(ConfirmationView):
    """Schedules a newsletter, after showing what leaves and to whom; cancels a scheduled one, or sends it at once."""

    page_title = _("Send the message")
    template_name = "digests/admin/send.html"
    form_class = SendForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.can_send_newsletter(request.user, self.newsletter):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        return reverse("newsletters:inspect", args=[self.newsletter.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        context = super().get_context_data(
            by_mail=list(filter(has_email, self.members)),
            without_account=without_email(self.members),
            refusal=newsletters.refusal_reason(self.newsletter, now=now) if self.newsletter.is_for_members else "",
            leaves=departure_words(self.newsletter.send_at, now=now) if self.newsletter.send_at else "",
            **kwargs,
        )
        return context | {"media": context["form"].media, "back_url": self.get_success_url()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act")
        if act not in (departures.TAKE_BACK, departures.LEAVE):
            return super().post(request, *args, **kwargs)
        try:
            if act == departures.TAKE_BACK:
                newsletters.unschedule(newsletter=self.newsletter, actor=request.user)
                message = gettext("The message is a draft again.")
            else:
                newsletters.send_now(newsletter=self.newsletter, actor=request.user, now=timezone.now())
                message = gettext("The message is on its way.")
        except NewsletterRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, message)
        return redirect(self.get_success_url())

    def submit(self, form: Form) -> HttpResponse:
        now = timezone.now()
        planned = newsletters.schedule(
            newsletter=self.newsletter,
            actor=self.request.user,
            shown=self.confirmation.shown,
            now=now,
            send_at=form.cleaned_data["send_at"],
        )
        assert planned.send_at  # noqa: S101
        if planned.send_at > now:
            when = departure_words(planned.send_at, now=now)
            message = gettext("%(when)s: until then, the dashboard has “Cancel”.") % {"when": when}
        else:
            message = gettext("The message is on its way.")
        messages.success(self.request, message)
        return redirect(self.get_success_url())


class AskView(ConfirmationView):
    """Requests the sending of a message, which then appears on the dashboards of users who may send it."""

    page_title = _("Ask for the sending")
    template_name = "digests/admin/ask.html"
    form_class = Form

    def submit(self, form: Form) -> HttpResponse:
        newsletters.ask_to_send(
            newsletter=self.newsletter,
            actor=self.request.user,
            shown=self.confirmation.shown,
            now=timezone.now(),
        )
        messages.success(self.request, gettext("Those who may send the message find it among what waits for them."))
        return redirect("newsletters:list")
