"""Polls in the admin: the list, the form with the questions, the steps, and the chooser of published polls."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import CreateView, IndexView

from cms.admin.dashboard import snippet_url
from common.admin import BackToForm, ListedSnippetViewSet, SnippetEditView, StepsInRows
from common.choosers import FilteredChooserViewSet
from common.hooks import COMMITTEE_MENU_HOOK
from common.templatetags.dates import short_day, short_deadline
from polls.admin.forms import panels_of
from polls.admin.steps import ClosePollView, OpenPollView, WithdrawPollView, steps_of
from polls.models import Poll
from polls.services.history import CHANGED, log_change, values_of


def state_of(poll: Poll) -> str:
    """Returns the state of `poll` as a short label."""
    now = timezone.now()
    if poll.is_draft and poll.opens_at:
        return gettext("Draft, opens on %(day)s") % {"day": short_day(poll.opens_at)}
    if poll.is_draft:
        return gettext("Draft")
    if poll.is_over(now):
        return gettext("Over since %(day)s") % {"day": short_day(poll.closes_at)}
    if poll.is_open(now):
        return gettext("Open until %(day)s") % {"day": short_deadline(poll.closes_at)}
    return gettext("Opens on %(day)s") % {"day": short_day(poll.opens_at)}


def poll_columns() -> list[Column]:
    """Returns the columns of the choosers of polls."""
    return [
        Column("state", label=_("State"), accessor=state_of),
        Column("end", label=_("End"), accessor=lambda poll: short_deadline(poll.closes_at)),
    ]


class PollIndexView(StepsInRows, IndexView):
    steps_of = staticmethod(steps_of)


class PollCreateView(BackToForm, CreateView):
    pass


class PollEditView(BackToForm, SnippetEditView):
    """Edit view of a poll: all fields of a draft, else those that are not settled."""

    def get_panel(self) -> ObjectList:
        # A form that was loaded earlier keeps its fields: what was written in them is displayed again.
        return panels_of([name for name in self.settled() if name not in self.request.POST])

    def settled(self) -> tuple[str, ...]:
        poll: Poll = self.get_object()
        return poll.settled(timezone.now())

    def get_form_class(self) -> type[ModelForm]:
        return self.panel.get_form_class()

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves the form, unless the poll opened or ended since the form was loaded. Locks the poll."""
        saved = get_object_or_404(Poll.objects.select_for_update(), pk=self.object.pk)
        if any(name in request.POST for name in self.settled()):
            messages.error(request, gettext("The poll opened or ended meanwhile: nothing of this form is saved."))
            self.form = self.get_form()
            return self.render_to_response(self.get_context_data(form=self.form), status=409)
        self.before = values_of(saved)
        return super().post(request, *args, **kwargs)

    def save_instance(self) -> Poll:
        """Saves the form and logs one entry, with the values before and after; Wagtail's would say that it changed."""
        poll: Poll = self.form.save()
        self.has_content_changes, self.new_revision = self.form.has_changed(), None
        log_change(poll, CHANGED, before=self.before, by=self.request.user)  # type: ignore[arg-type]
        return poll


class PollChooserViewSet(FilteredChooserViewSet):
    """Chooser of opened polls; drafts are excluded, since the chooser is shared."""

    choose_one_text = _("Choose a poll")
    choose_another_text = _("Choose another poll")
    search_fields: ClassVar = ["title"]

    def choosable(self, user: Any) -> QuerySet[Poll]:
        return Poll.objects.published(timezone.now())

    def extra_columns(self, user: Any) -> Sequence[Column]:
        return [*poll_columns(), Column("audience", label=_("Who may answer"), accessor="get_audience_display")]


class PollViewSet(ListedSnippetViewSet):
    model = Poll
    icon = "list-ul"
    menu_label = _("Polls")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 120
    url_prefix = "sondages"  # type: ignore[assignment]
    copy_view_enabled = False
    edit_handler = panels_of()
    index_view_class = PollIndexView
    add_view_class = PollCreateView
    edit_view_class = PollEditView
    chooser_viewset_class = PollChooserViewSet
    list_display: ClassVar = ["title", Column("state", label=_("State"), accessor=state_of), "audience", "ballot"]
    # Plain database search, which finds drafts too, with any characters.
    search_backend_name = None
    search_fields: ClassVar = ["title", "introduction"]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("ouverture/<int:pk>/", OpenPollView.as_view(), name="open"),
            path("fin/<int:pk>/", ClosePollView.as_view(), name="close"),
            path("brouillon/<int:pk>/", WithdrawPollView.as_view(), name="withdraw"),
        ]


def refuse_deletion_with_votes(request: HttpRequest, instances: Sequence[Any]) -> HttpResponse | None:
    """Hook `before_delete_snippet`: refuses to delete polls if any of them has answers."""
    answered_poll = next(
        (instance for instance in instances if isinstance(instance, Poll) and instance.participations.exists()), None
    )
    if answered_poll is None:
        return None
    message = gettext("Somebody has answered “%(title)s”: the vote is kept. Nothing was deleted.")
    messages.error(request, message % {"title": answered_poll.title})
    return redirect(snippet_url(Poll, "edit", answered_poll.pk))
