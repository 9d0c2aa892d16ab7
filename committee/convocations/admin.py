"""Admin views of convocations: sessions to come, preview and sending, deliveries, warning after a publication."""

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.models import Page

from accounts.models import User
from committee.attendance.queries.absences import can_announce
from committee.attendance.queries.member_tasks import sheet_url
from committee.convocations.forms import ConvocationForm
from committee.convocations.queries.calls import (
    calls_of,
    calls_to_come,
    convene_url,
    refusal_reason,
    session_calls,
    sheets_for,
    without_email,
)
from committee.convocations.queries.deliveries import deliveries
from committee.convocations.services import Sending, convene, schedule, send_now, set_told_otherwise, unschedule
from committee.models import Convocation, ConvocationDraft, SessionPage
from committee.permissions import can_edit_members, can_edit_sessions
from committee.queries.session_contents import contents_of
from common.action_forms import ActionFormView
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.errors import Refusal
from common.hooks import COMMITTEE_MENU_HOOK
from common.shown import ActsAsShown, Contents
from common.templatetags.dates import short_day
from mailing import departures


class ConvocationView(TitleInBreadcrumb, PermissionView):
    """Base class of the views of convocations; `page_title` ends the breadcrumb."""

    header_icon = "mail"
    is_allowed = staticmethod(can_edit_sessions)
    is_index = False

    def above(self) -> list[dict[str, Any]]:
        return [] if self.is_index else [{"url": reverse("convocations:index"), "label": gettext("Convocations")}]


class IndexView(ConvocationView, TemplateView):
    """Sessions to come with their convocations, then the convocations to past sessions."""

    page_title = _("Convocations")
    template_name = "committee/admin/convocations.html"
    is_index = True
    max_past = 30

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        convened = Q(pk__in=Convocation.objects.values("session"))
        sessions = SessionPage.objects.filter(~Q(status=SessionPage.Status.CANCELLED) | convened)
        coming = session_calls(sessions.upcoming(now).select_related("convocation_draft"), now)
        past = Convocation.objects.filter(session__ends_at__lt=now).select_related("session")[: self.max_past]
        return super().get_context_data(coming=coming, past=past, **kwargs)


class SendView(ConvocationView, ActsAsShown, ActionFormView):
    """Form, preview of the mail and sending, on one URL; cancels what is about to leave, or sends it at once."""

    page_title = _("Call the members")
    template_name = "committee/admin/convene.html"
    form_class = ConvocationForm
    # True once the mail with the submitted words is shown.
    has_preview = False

    @cached_property
    def session(self) -> SessionPage:
        return get_object_or_404(SessionPage, pk=self.kwargs["pk"])

    @cached_property
    def draft(self) -> ConvocationDraft | None:
        """The convocation about to leave, or the words of one that was cancelled or stopped."""
        return ConvocationDraft.objects.filter(session=self.session).select_related("sender").first()

    @property
    def is_leaving(self) -> bool:
        return self.draft is not None and self.draft.send_at is not None

    def get_page_title(self) -> str:
        return gettext("Tell that the session is cancelled") if self.session.is_cancelled else str(self.page_title)

    def get_page_subtitle(self) -> str:
        return self.session.heading

    def get_initial(self) -> dict[str, Any]:
        if self.draft:
            return {"words": self.draft.words, "online_link": self.draft.online_link or self.session.members_link()}
        # Of an earlier convocation too: a correction, or a later member, has the same link.
        return {"online_link": self.session.members_link()}

    @property
    def only_arrived(self) -> bool:
        """True if only members who arrived after the convocation get the message (see `convene_url`)."""
        return self.draft.only_arrived if self.is_leaving and self.draft else "pour" in self.request.GET

    def get_form(self, form_class: Any = None) -> ConvocationForm:
        form = super().get_form(form_class)
        if self.session.is_cancelled:
            del form.fields["online_link"]
            form.fields["words"].help_text = gettext(
                "Why, or what comes next. The date and the place are added below it."
            )
        elif self.session.online_link:
            form.fields["online_link"].disabled = True
            form.fields["online_link"].help_text = gettext("It is written on the session: change it there.")
        return form

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """Words and link: of the submitted form, else of the draft."""
        return self.get_initial()

    @cached_property
    def sending(self) -> Sending:
        chosen = self.chosen
        return Sending(
            session=self.session,
            words=chosen.get("words", ""),
            online_link=chosen.get("online_link", ""),
            only_arrived=self.only_arrived,
            now=timezone.now(),
        )

    def get_contents(self) -> Contents:
        return self.sending.contents

    def get_about(self) -> SessionPage:
        return self.session

    def get_success_url(self) -> str:
        return convene_url(self.session, only_arrived=self.only_arrived)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act")
        if act not in (departures.TAKE_BACK, departures.LEAVE):
            return super().post(request, *args, **kwargs)
        try:
            if act == departures.LEAVE:
                return self._has_left(send_now(session=self.session, now=timezone.now()))
            unschedule(session=self.session, actor=cast(User, request.user))
            messages.success(request, gettext("Nothing has left. Your words are kept."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(request.get_full_path())

    def form_valid(self, form: ConvocationForm) -> HttpResponse:
        self.chosen, self.has_preview = form.cleaned_data, True
        if self.request.POST.get("act") not in (departures.LATER, departures.NOW):
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def submit(self, form: ConvocationForm) -> HttpResponse:
        now = timezone.now()
        act: dict[str, Any] = {
            "session": self.session,
            "words": self.chosen["words"],
            "online_link": self.chosen.get("online_link", ""),
            "sender": self.request.user,
            "key": self.chosen["key"],
            "shown": self.confirmation.shown,
            "now": now,
            "only_arrived": self.only_arrived,
        }
        if self.request.POST["act"] == departures.NOW:
            return self._has_left(convene(**act))
        draft = schedule(send_at=now + departures.DELAY, **act)
        assert draft.send_at  # noqa: S101
        when = departures.departure_words(draft.send_at, now=now)
        messages.success(self.request, gettext("%(when)s: until then, the dashboard has “Cancel”.") % {"when": when})
        return HttpResponseRedirect(self.get_success_url())

    def _has_left(self, sent: Convocation) -> HttpResponse:
        if not sent.convened.filter(by_mail=True).exists():
            message = gettext("It is recorded, and nothing leaves by e-mail. Print their letters, or call them.")
        elif sent.is_cancellation:
            message = gettext("The cancellation is on its way.")
        else:
            message = gettext("The convocation is on its way.")
        messages.success(self.request, message)
        return HttpResponseRedirect(reverse("convocations:sent", args=[sent.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, recipients = timezone.now(), self.sending.members
        without = without_email(recipients)
        return super().get_context_data(
            session=self.session,
            calls=self.sending.calls,
            only_arrived=self.only_arrived,
            refusal=refusal_reason(self.session, recipients, now=now),
            earlier=self.session.convocations.all(),
            agenda=self.session.agenda_items.exists(),
            by_mail=[member for member in recipients if member not in without],
            without_account=without,
            shows_phones=can_edit_members(self.request.user),
            preview=self.sending.preview if self.has_preview or self.is_leaving else None,
            draft=self.draft,
            leaves=departures.departure_words(self.draft.send_at, now=now) if self.draft and self.draft.send_at else "",
            **kwargs,
        )


class SentView(ConvocationView, TemplateView):
    """A convocation: its members and the state of each mail."""

    page_title = _("Convocation")
    template_name = "committee/admin/convocation.html"

    @cached_property
    def convocation(self) -> Convocation:
        return get_object_or_404(Convocation.objects.select_related("session", "sent_by"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.convocation.session.heading

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Records that a member whose mail failed was informed otherwise."""
        chosen = request.POST.get("membre", "")
        for delivery in deliveries(self.convocation):
            if str(delivery.convened.member_id) == chosen and delivery.has_failed:
                set_told_otherwise(convened=delivery.convened, actor=cast(User, request.user))
                message = gettext("It is noted: %(name)s was told.") % {"name": delivery.convened.member.name}
                messages.success(request, message)
        return HttpResponseRedirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        delivery_list, session = deliveries(self.convocation), self.convocation.session
        sheet = sheet_url(session) if can_announce(session, timezone.now()) else ""
        return super().get_context_data(convocation=self.convocation, called=delivery_list, sheet_url=sheet, **kwargs)


class PaperView(ConvocationView, TemplateView):
    """Convocations on paper: one sheet for each member without e-mail, for one member, or for all."""

    page_title = _("Convocations on paper")
    header_icon = "print"
    template_name = "committee/admin/convocation_paper.html"
    # Query parameter: primary key of a member, or all members.
    everybody = "tous"

    @cached_property
    def session(self) -> SessionPage:
        return get_object_or_404(SessionPage, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.session.heading

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        chosen = self.request.GET.get("membre", "")
        calls = calls_of(self.session, now)
        members = calls.everyone
        if chosen == self.everybody:
            printed = members
        elif chosen:
            printed = [member for member in members if str(member.pk) == chosen]
        else:
            printed = without_email(members)
        return super().get_context_data(
            session=self.session,
            convocation=self.session.convocations.first(),
            contents=contents_of([self.session], now)[self.session.pk],
            refusal=refusal_reason(self.session, members, now=now),
            sheets=sheets_for(calls, printed),
            shows_addresses=can_edit_members(self.request.user),
            people=members,
            everybody=self.everybody,
            chosen=chosen,
            **kwargs,
        )


def warn_of_pending_calls(request: HttpRequest, pages: Iterable[Page]) -> None:
    """Warns if any of `pages`, just saved or published, is a session that differs from what its members were sent."""
    pks = {page.pk for page in pages if page.specific_class is SessionPage}
    if not pks or not can_edit_sessions(request.user) or not request.accepts("text/html"):
        return
    for calls in calls_to_come(timezone.now()):
        if calls.session.pk in pks and calls.outdated:
            count, announced_at = len(calls.outdated), calls.last(calls.outdated[0]).starts_at
            message = ngettext(
                "%(count)d member was called for %(day)s, and does not know what has changed.",
                "%(count)d members were called for %(day)s, and do not know what has changed.",
                count,
            ) % {"count": count, "day": short_day(announced_at or calls.session.starts_at)}
            label = gettext("Tell them…")
            messages.warning(request, message, [messages.button(convene_url(calls.session), label)])


def after_edit(request: HttpRequest, page: Page) -> None:
    """Hook `after_edit_page`: after an editor saves or publishes a page."""
    warn_of_pending_calls(request, [page])


def after_bulk_action(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Hook `after_bulk_action`: after several pages are published."""
    warn_of_pending_calls(request, [obj for obj in objects if isinstance(obj, Page)])


class ConvocationViewSet(PermissionViewSet):
    """Menu item « Convocations »."""

    name = "convocations"
    icon = "mail"
    menu_label = _("Convocations")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 20
    url_prefix = "convocations"  # type: ignore[assignment]
    is_allowed = staticmethod(can_edit_sessions)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", IndexView.as_view(), name="index"),
            path("seance/<int:pk>/", SendView.as_view(), name="convene"),
            path("seance/<int:pk>/papier/", PaperView.as_view(), name="paper"),
            path("<int:pk>/", SentView.as_view(), name="sent"),
        ]
