"""Preview of a mail in the admin: HTML in two widths, text, source, and a test to one's own address."""

import logging
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.hooks import LETTER_MENU_HOOK
from digests import permissions
from digests.admin.forms import PreviewForm, Viewer
from digests.models import EditorialWord, Frequency
from digests.services import previews
from digests.services.previews import Preview
from mailing.frames import framed_mail

logger = logging.getLogger(__name__)


class MailPreviewView(PermissionView, TemplateView):
    """Shows the mail of `preview`.

    `?partie=html` is the content of its frames, `?partie=source` the source of the mail.
    """

    template_name = "digests/admin/preview.html"
    header_icon = "mail"

    @cached_property
    def preview(self) -> Preview | None:
        """Preview of the mail; None if a choice is invalid."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        part = request.GET.get("partie")
        if not part:
            return super().get(request, *args, **kwargs)
        preview = self.preview
        if preview is None or preview.content is None:
            raise Http404
        if part == "html":
            return framed_mail(preview.content.html)
        return HttpResponse(
            preview.source,
            content_type="message/rfc822",
            headers={"Content-Disposition": 'attachment; filename="apercu.eml"'},
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sends the displayed mail to the e-mail address of the user."""
        if self.preview is not None and self.preview.content is not None:
            user: Any = request.user
            if previews.send_trial(user=user, content=self.preview.content, now=timezone.now()):
                message = gettext("The trial is on its way to %(address)s.") % {"address": user.email}
                messages.success(request, message)
            else:
                messages.error(request, gettext("You sent many trials within an hour. Try again in an hour."))
        return HttpResponseRedirect(request.get_full_path())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.copy()
        parts = {}
        for part in ("html", "source"):
            query["partie"] = part
            parts[f"{part}_url"] = f"{self.request.path}?{query.urlencode()}"
        return super().get_context_data(preview=self.preview, **parts, **kwargs)


class DigestPreviewView(TitleInBreadcrumb, MailPreviewView):
    """Next digest, for the reader chosen in the form."""

    page_title = _("Preview of the letter")
    is_allowed = staticmethod(permissions.can_preview)

    @cached_property
    def form(self) -> PreviewForm:
        data = {"frequency": Frequency.MONTHLY, "viewer": Viewer.VISITOR} | self.request.GET.dict()
        return PreviewForm(data, for_one_reader=permissions.can_preview_for_reader(self.request.user))

    @cached_property
    def preview(self) -> Preview | None:
        if not self.form.is_valid():
            return None
        chosen, now = self.form.cleaned_data, timezone.now()
        match chosen["viewer"]:
            case Viewer.READER:
                reader = chosen["reader"]
                logger.info("account %s looks at the next digest of reader %s", self.request.user.pk, reader.pk)
                return previews.for_reader(reader, now=now)
            case Viewer.ACCOUNT:
                return previews.for_account(self.request.user, chosen["frequency"], now=now)  # type: ignore[arg-type]
            case Viewer.TOPIC:
                return previews.for_visitor(chosen["frequency"], now=now, topic=chosen["topic"])
            case _:
                return previews.for_visitor(chosen["frequency"], now=now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, **kwargs)


def render_editorial_preview(editorial: EditorialWord, *, is_text: bool) -> HttpResponse:
    """Renders Wagtail's preview of an editorial: the next digest that includes it."""
    preview = previews.with_editorial(editorial, now=timezone.now())
    if preview.content is None:
        return render(None, "digests/admin/nothing_to_tell.html")  # type: ignore[arg-type]
    if is_text:
        return HttpResponse(preview.content.text, content_type="text/plain; charset=utf-8")
    return framed_mail(preview.content.html)


class PreviewViewSet(PermissionViewSet):
    """Preview of the next digest before it is sent."""

    name = "digest_preview"
    icon = "view"
    menu_label = _("Preview of the letter")
    menu_hook = LETTER_MENU_HOOK
    menu_order = 10
    url_prefix = "apercu-de-la-lettre"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_preview)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", DigestPreviewView.as_view(), name="index")]
