"""Pages of the directory: list, CSV file, own entry."""

from typing import Any, cast

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, UpdateView, View

from accounts.models import User
from committee.area.views.access import MembersOnlyMixin
from committee.directory.forms import OwnEntryForm, PortraitForm
from committee.directory.queries import cards_for, shared_fields
from committee.directory.services import answer_naming, choose
from committee.models import Member
from committee.models.naming_consent import Naming
from common.audit import Act, record_act
from common.edits import EditsAsShown
from common.spreadsheets import csv_response
from common.templatetags.dates import short_day


class DirectoryView(MembersOnlyMixin, TemplateView):
    """Sitting members, each with the fields visible to this member."""

    template_name = "committee/directory/directory.html"
    title = _("Directory of the members")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        cards = cards_for(cast(User, self.request.user), timezone.localdate())
        return super().get_context_data(cards=cards, shown=shared_fields(self.member), **kwargs)


class DirectoryFileView(MembersOnlyMixin, View):
    """Directory as a CSV file, never cached."""

    title = _("Directory of the members")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        header = [gettext("Name"), gettext("Role"), gettext("College"), gettext("E-mail"), gettext("Phone")]
        cards = cards_for(cast(User, request.user), timezone.localdate())
        rows = [
            [
                card.sitting.member.name,
                ", ".join(card.sitting.roles),
                card.sitting.member.college,
                card.email,
                card.phone,
            ]
            for card in cards
        ]
        record_act(Act.TABLE_TAKEN, details="committee.directory csv")
        response = csv_response("annuaire.csv", header, rows)
        response["Cache-Control"] = "private, no-store"
        return response


class OwnEntryView(MembersOnlyMixin, EditsAsShown, FormView):
    """Form of the consents of this member: to be named on the site, and the shared fields with their history."""

    template_name = "committee/directory/own.html"
    title = _("What I show of me")
    form_class = OwnEntryForm
    success_url = reverse_lazy("committee:directory")

    def get_parents(self) -> list[tuple[str, str]]:
        return [*super().get_parents(), (reverse("committee:directory"), str(DirectoryView.title))]

    def get_object(self) -> Member:
        return Member.objects.get(pk=self.member.pk)

    def get_initial(self) -> dict[str, Any]:
        member = self.get_object()
        shared = shared_fields(member)
        shown = {"show_email": "email" in shared, "show_phone": "phone" in shared, "phone": member.phone}
        return {**shown, "naming": "" if member.naming == Naming.NOT_ASKED else member.naming}

    def form_valid(self, form: OwnEntryForm) -> HttpResponse:
        chosen, now = form.cleaned_data, timezone.now()
        choose(member=self.member, show_email=chosen["show_email"], phone=chosen["phone"], now=now)
        if chosen["naming"]:
            answer_naming(member=self.member, naming=chosen["naming"], now=now)
        messages.success(self.request, gettext("Your choice is kept. You can change it at any time."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {True: gettext("shown since"), False: gettext("hidden since")}
        paper = gettext("(on paper)")
        history = [
            (
                consent.get_field_display(),
                labels[consent.is_given],
                f"{short_day(consent.at)} {paper if consent.on_paper else ''}".strip(),
            )
            for consent in self.member.directory_consents.order_by("-at", "-pk")
        ]
        return super().get_context_data(history=history, email=cast(User, self.request.user).email, **kwargs)


class PortraitView(MembersOnlyMixin, UpdateView):
    """Form to choose the drawing beside the name."""

    template_name = "committee/directory/portrait.html"
    title = _("My portrait")
    form_class = PortraitForm
    success_url = reverse_lazy("committee:area")

    def get_object(self, queryset: Any = None) -> Member:
        return self.member

    def form_valid(self, form: ModelForm) -> HttpResponse:
        """Saves the portrait only: other fields may have changed meanwhile."""
        form.instance.save(update_fields=["portrait"])
        messages.success(self.request, gettext("Your portrait is kept. You can change it at any time."))
        return redirect(self.get_success_url())
