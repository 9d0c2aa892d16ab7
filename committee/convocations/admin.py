"""Admin views of convocations: sessions to come, preview and sending, deliveries."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from accounts.models import User
from committee.convocations.forms import ConvocationForm
from committee.convocations.notifications import SessionConvened
from committee.convocations.queries import called_by, deliveries, has_email, refusal_reason, sheets_for
from committee.convocations.services import convene
from committee.errors import ConvocationRefused
from committee.models import Convocation, SessionPage
from committee.permissions import can_edit_sessions
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb


class ConvocationView(TitleInBreadcrumb, PermissionView):
    """Base of the views of convocations; `page_title` ends the breadcrumb."""

    header_icon = "mail"
    may = staticmethod(can_edit_sessions)
    is_index = False

    def above(self) -> list[dict[str, Any]]:
        return [] if self.is_index else [{"url": reverse("convocations:index"), "label": gettext("Convocations")}]


class IndexView(ConvocationView, TemplateView):
    """Sessions to come with their convocations, then the convocations to past sessions."""

    page_title = _("Convocations")
    template_name = "committee/admin/convocations.html"
    is_index = True
    shown = 30

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        coming = list(SessionPage.objects.scheduled().upcoming(now).prefetch_related("convocations"))
        past = Convocation.objects.filter(session__ends_at__lt=now).select_related("session")[: self.shown]
        return super().get_context_data(coming=coming, past=past, **kwargs)


class SendView(ConvocationView, FormView):
    """Form, then preview of the mail, then sending: all on one URL."""

    page_title = _("Call the members")
    template_name = "committee/admin/convene.html"
    form_class = ConvocationForm

    @cached_property
    def session(self) -> SessionPage:
        return get_object_or_404(SessionPage, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.session.heading

    def get_initial(self) -> dict[str, Any]:
        return {"online_link": self.session.online_link}

    def form_valid(self, form: ConvocationForm) -> HttpResponse:
        chosen, now = form.cleaned_data, timezone.now()
        if self.request.POST.get("act") != "send":
            convocation = Convocation(
                session=self.session,
                words=chosen["words"],
                online_link=chosen["online_link"],
                is_correction=self.session.convocations.exists(),
            )
            preview = SessionConvened(convocation).content()
            return self.render_to_response(self.get_context_data(form=form, preview=preview))
        try:
            sent = convene(
                session=self.session,
                words=chosen["words"],
                online_link=chosen["online_link"],
                sender=cast(User, self.request.user),
                key=chosen["key"],
                now=now,
            )
        except ConvocationRefused as reason:
            form.add_error(None, str(reason))
            return self.form_invalid(form)
        messages.success(self.request, gettext("The convocation is on its way."))
        return HttpResponseRedirect(reverse("convocations:sent", args=[sent.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = called_by(self.session)
        without = [one for one in people if not has_email(one)]
        return super().get_context_data(
            session=self.session,
            refusal=refusal_reason(self.session, people, now=timezone.now()),
            earlier=self.session.convocations.all(),
            number=len(people) - len(without),
            without_account=without,
            **kwargs,
        )


class SentView(ConvocationView, TemplateView):
    """A convocation: the members called, and the state of each mail."""

    page_title = _("Convocation")
    template_name = "committee/admin/convocation.html"

    @cached_property
    def convocation(self) -> Convocation:
        return get_object_or_404(Convocation.objects.select_related("session", "sent_by"), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.convocation.session.heading

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        called = deliveries(self.convocation)
        return super().get_context_data(convocation=self.convocation, called=called, **kwargs)


class PaperView(ConvocationView, TemplateView):
    """Convocation on paper: a sheet for each member whom no mail reaches, for one member, or for all."""

    page_title = _("Convocations on paper")
    header_icon = "print"
    template_name = "committee/admin/convocation_paper.html"
    # In the query: the key of a member, or everybody.
    everybody = "tous"

    @cached_property
    def session(self) -> SessionPage:
        return get_object_or_404(SessionPage, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.session.heading

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        chosen = self.request.GET.get("membre", "")
        people = called_by(self.session)
        if chosen == self.everybody:
            printed = people
        elif chosen:
            printed = [one for one in people if str(one.pk) == chosen]
        else:
            printed = [one for one in people if not has_email(one)]
        return super().get_context_data(
            session=self.session,
            convocation=self.session.convocations.first(),
            agenda=list(self.session.agenda_items.all()),
            refusal=refusal_reason(self.session, people, now=now),
            sheets=sheets_for(self.session, printed),
            people=people,
            everybody=self.everybody,
            chosen=chosen,
            **kwargs,
        )


class ConvocationViewSet(PermissionViewSet):
    """Menu item « Convocations »."""

    name = "convocations"
    icon = "mail"
    menu_label = _("Convocations")
    menu_order = 252
    url_prefix = "convocations"  # type: ignore[assignment]
    add_to_admin_menu = True
    may = staticmethod(can_edit_sessions)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", IndexView.as_view(), name="index"),
            path("seance/<int:pk>/", SendView.as_view(), name="convene"),
            path("seance/<int:pk>/papier/", PaperView.as_view(), name="paper"),
            path("<int:pk>/", SentView.as_view(), name="sent"),
        ]
