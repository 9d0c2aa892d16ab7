"""Newsletters in the admin: drafts, preview, scheduling, and register of sent ones."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView, HistoryView, IndexView, UsageView

from committee.convocations.queries.calls import has_email, without_email
from committee.models import Member
from common.action_forms import ActionFormView
from common.admin import (
    ListedSnippetViewSet,
    PermissionView,
    SinglePermissionPolicy,
    Step,
    StepsInHead,
    StepsInRows,
    SuccessMessageMixin,
)
from common.hooks import LETTER_MENU_HOOK
from common.shown import ActsAsShown, Contents
from digests import permissions
from digests.admin.forms import NewsletterForm, SendForm
from digests.admin.previews import MailPreviewView
from digests.errors import NewsletterRefused
from digests.models import Newsletter
from digests.notifications.newsletter import parts_of
from digests.queries.audience import audience_of, letters_of, members_of
from digests.queries.member_messages import deliveries
from digests.services import newsletters, previews
from digests.services.newsletters import LATE
from digests.services.previews import Preview
from mailing import departures
from mailing.departures import departure_words
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


class NewsletterEditView(DraftOnlyMixin, ToPreviewMixin, NewsletterSteps, StepsInHead, EditView):
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
