"""Second readings in the admin: choice of the sections, screens of author and reader, buttons, dashboard panel."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, CancelWorkflowMenuItem, SubmitForModerationMenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page, WorkflowState, get_default_page_content_type
from wagtail.permissions import page_permission_policy

from cms.admin.dashboard import DashboardPanel
from cms.errors import PublicationRefused
from cms.forms import ReadingForm, SectionReadingForm, VersionForm
from cms.models import SecondReadingTask
from cms.models.second_reading import (
    ReadBeforePublication,
    authors_of_drafts,
    last_published,
    open_comments,
    waiting_readings,
)
from cms.notifications import ReadingAsked
from cms.permissions import can_choose_second_readings
from cms.quality.requirements import require_publishable
from cms.services import (
    approve,
    ask_for_no_second_reading,
    ask_for_second_readings,
    give_back,
    reading_to_ask,
    send_to_reader,
)
from common.action_forms import ActionFormView
from common.admin import PermissionView, PermissionViewSet, TitleInBreadcrumb
from common.errors import Refusal
from common.templatetags.dates import short_day
from common.waiting import Task, TaskList


def sections() -> list[Page]:
    """Returns the pages that are sections, in tree order."""
    return [page for page in Page.objects.filter(depth=3).order_by("path") if page.specific_class.subpage_types]


class ChooseView(TitleInBreadcrumb, PermissionView, TemplateView):
    """Settings page: sections with a second reading, and their readers. One form per section, saved together."""

    page_title = gettext_lazy("Second reading before publication")
    header_icon = "check"
    template_name = "cms/admin/second_readings.html"
    is_allowed = staticmethod(can_choose_second_readings)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms = kwargs.pop("forms", None) or [SectionReadingForm(section=section) for section in sections()]
        return super().get_context_data(forms=forms, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        forms = [SectionReadingForm(request.POST, section=section) for section in sections()]
        if sum(form.is_valid() for form in forms) < len(forms):
            messages.error(request, gettext("Nothing is saved yet: see what is said in red."))
            return self.render_to_response(self.get_context_data(forms=forms))
        stopped = 0
        for form in forms:
            if form.cleaned_data["asks"]:
                ask_for_second_readings(section=form.section, groups=form.cleaned_data["groups"], by=request.user)
            else:
                stopped += ask_for_no_second_reading(section=form.section, by=request.user)
        messages.success(request, gettext("The choice is saved."))
        if stopped:
            message = ngettext(
                "%(count)d page waited for a reading that is no longer asked: its author may publish it.",
                "%(count)d pages waited for a reading that is no longer asked: their authors may publish them.",
                stopped,
            )
            messages.warning(request, message % {"count": stopped})
        return HttpResponseRedirect(request.path)


class DraftView(TitleInBreadcrumb, ActionFormView):
    """Base of the views about the draft of a page, for users who may edit it."""

    header_icon = "check"

    @cached_property
    def page(self) -> Page:
        pages = page_permission_policy.instances_user_has_permission_for(self.request.user, "change")
        page = get_object_or_404(pages, pk=self.kwargs["pk"]).specific
        if not isinstance(page, ReadBeforePublication):
            raise Http404
        return page

    @cached_property
    def draft(self) -> Page:
        return self.page.get_latest_revision_as_object()

    def get_page_subtitle(self) -> str:
        return self.draft.get_admin_display_title()

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.page.latest_revision_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=self.page, draft=self.draft, **kwargs)


class SendView(DraftView):
    """Preview of the mail to the second readers, with a button that sends it."""

    page_title = gettext_lazy("Send to a second reader")
    template_name = "cms/admin/send_to_reader.html"
    form_class = VersionForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.page.latest_revision_id:
            messages.warning(request, gettext("No draft of this page is saved. Save it first, then send it."))
            return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.page.permissions_for_user(request.user).can_submit_for_moderation():
            return HttpResponseRedirect(reverse("second_reading:read", args=[self.page.pk]))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Without a workflow (any more) there is nobody to send to.
        return super().post(request, *args, **kwargs) if self.page.get_workflow() else self.get(request)

    def refuse(self, form: VersionForm, refusal: Refusal) -> HttpResponse:
        messages.error(self.request, str(refusal))
        return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[self.page.pk]))

    def submit(self, form: VersionForm) -> HttpResponse:
        send_to_reader(page=self.page, version=form.cleaned_data["version"], by=self.request.user)
        message = gettext("“%(title)s” is sent. It is published once another person has approved it.")
        messages.success(self.request, message % {"title": self.draft.title})
        return HttpResponseRedirect(reverse("second_reading:read", args=[self.page.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mail = ReadingAsked(reading_to_ask(page=self.page, by=self.request.user))
        reasons = []
        try:
            require_publishable(self.draft)
        except PublicationRefused as refusal:
            reasons = refusal.reasons
        return super().get_context_data(reasons=reasons, preview=mail.content(), readers=mail.readers(), **kwargs)


class ReadView(DraftView):
    """Page that waits for a second reading: its author, links to read it, and the two decisions."""

    page_title = gettext_lazy("Second reading")
    template_name = "cms/admin/second_reading.html"
    form_class = ReadingForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        state = self.page.current_workflow_task_state
        former, compare_label = self._former_version()
        changes = [self.page.pk, former, self.page.latest_revision_id]
        compare_url = reverse("wagtailadmin_pages:revisions_compare", args=changes) if former else ""
        return super().get_context_data(
            comments=open_comments(self.page),
            compare_label=compare_label,
            state=state,
            may_approve=state is not None and self.page.permissions_for_user(self.request.user).can_approve(),
            is_author=self.request.user.pk in self.page.draft_authors(),
            compare_url=compare_url,
            **kwargs,
        )

    def _former_version(self) -> tuple[str | int, str]:
        """Returns what Wagtail compares the draft with, "" for nothing, and the label of the link."""
        latest = self.page.latest_revision_id
        if self.page.live and latest:
            return "live", gettext("Compare with what is online")
        if published := last_published(self.page):
            return published.pk, gettext("Compare with the last published version")
        if self.page.revisions.exclude(pk=latest).exists():
            return "earliest", gettext("Compare with its first version")
        return "", ""

    def submit(self, form: ReadingForm) -> HttpResponse:
        data = form.cleaned_data
        act = approve if data["decision"] == "approve" else give_back
        act(page=self.page, version=data["version"], by=self.request.user, comment=data["comment"])
        parameters = {"title": self.draft.title}
        if act is give_back:
            messages.success(self.request, gettext("“%(title)s” is given back to its author.") % parameters)
        elif scheduled := Page.objects.get(pk=self.page.pk).scheduled_revision:
            parameters["day"] = short_day(scheduled.approved_go_live_at)
            messages.success(self.request, gettext("“%(title)s” is approved: it appears on %(day)s.") % parameters)
        else:
            messages.success(self.request, gettext("“%(title)s” is approved and published.") % parameters)
        return HttpResponseRedirect(reverse("wagtailadmin_home"))


class SecondReadingViewSet(PermissionViewSet):
    """Settings menu item « Relecture avant publication », and the screens of author and reader."""

    name = "second_reading"
    icon = "check"
    menu_label = gettext_lazy("Second reading before publication")
    menu_order = 600
    url_prefix = "relecture"  # type: ignore[assignment]
    add_to_settings_menu = True
    is_allowed = staticmethod(can_choose_second_readings)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ChooseView.as_view(), name="choose"),
            path("<int:pk>/envoyer/", SendView.as_view(), name="send"),
            path("<int:pk>/", ReadView.as_view(), name="read"),
        ]


class SecondReadingsPanel(DashboardPanel):
    """Pages to read for this user, then those sent by them: waiting, or returned. Hidden if no section has readings."""

    name = "relectures"
    order = 55
    heading = gettext_lazy("Second readings")
    icon = "shield"
    limit = 8

    @classmethod
    def can_see(cls, user: Any) -> bool:
        tasks = SecondReadingTask.objects.filter(active=True, workflow_tasks__workflow__workflow_pages__isnull=False)
        if user.is_superuser or not tasks.exists():
            return tasks.exists()
        return tasks.filter(groups__user=user).exists() or cls._sent(user).exists()

    @staticmethod
    def _sent(user: Any) -> Any:
        pages = get_default_page_content_type()
        return WorkflowState.objects.active().filter(requested_by=user, base_content_type=pages)

    def work(self) -> TaskList:
        waiting = waiting_readings().select_related("revision", "workflow_state__requested_by")
        if not self.user.is_superuser:
            waiting = waiting.filter(task__secondreadingtask__groups__in=self.user.groups.all()).distinct()
        keys = [int(reading.revision.object_id) for reading in waiting]
        publishable = page_permission_policy.instances_user_has_permission_for(self.user, "publish")
        pages = publishable.filter(pk__in=keys)
        authors = authors_of_drafts(pages)
        to_read = [
            reading
            for reading in waiting
            if self.user.pk not in authors.get(int(reading.revision.object_id), {self.user.pk})
            and reading.workflow_state.requested_by_id != self.user.pk
        ]
        return TaskList(tasks=[*map(self._to_read, to_read), *self._mine()])

    def _to_read(self, reading: Any) -> Task:
        parameters = {"who": reading.workflow_state.requested_by or "–", "day": short_day(reading.started_at)}
        note = gettext("to read: sent by %(who)s on %(day)s") % parameters
        address = reverse("second_reading:read", args=[reading.revision.object_id])
        return Task(title=reading.revision.object_str, url=address, note=note)

    def _mine(self) -> list[Task]:
        states = self._sent(self.user).select_related("current_task_state__revision").order_by("-created_at")
        return [self._sent_by_me(state) for state in states[: self.limit] if state.current_task_state]

    def _sent_by_me(self, state: WorkflowState) -> Task:
        title, page = state.current_task_state.revision.object_str, state.object_id
        if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            note = gettext("given back to you: %(comment)s") % {"comment": state.current_task_state.comment}
            return Task(title=title, url=reverse("wagtailadmin_pages:edit", args=[page]), note=note)
        note = gettext("yours, waits for another person")
        return Task(title=title, url=reverse("second_reading:read", args=[page]), note=note, needs_action=False)


class SendMenuItem(SubmitForModerationMenuItem):
    """Wagtail's button, with a label that does not name the workflow."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return {**super().get_context_data(parent_context), "label": gettext("Send to a second reader")}


class TakeBackMenuItem(CancelWorkflowMenuItem):
    label = gettext_lazy("Take back from the second reading")


OURS = {"action-submit": SendMenuItem(order=60), "action-cancel-workflow": TakeBackMenuItem(order=40)}


def name_the_buttons(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """Hook `construct_page_action_menu`: renames the buttons, and removes "restart", which "take back" replaces."""
    remaining = [item for item in menu_items if item.name != "action-restart-workflow"]
    menu_items[:] = [OURS.get(item.name, item) for item in remaining]


def save_new_page(request: HttpRequest, parent: Page, page_class: type[Page]) -> None:
    """Hook `before_create_page`: saves a draft before sending it to a second reader."""
    _save_first(request, parent)


def save_page(request: HttpRequest, page: Page) -> None:
    """Hook `before_edit_page`: saves a draft before sending it to a second reader."""
    _save_first(request, page)


def _save_first(request: HttpRequest, place: Page) -> None:
    """Turns publication or submission into saving a draft, to be continued by `show_mail`.

    This includes a form that was opened before the section had second readings; a message then says so.
    """
    submit_actions = {"action-publish", "action-submit"} & set(request.POST)
    if request.method != "POST" or not submit_actions or not place.has_workflow:
        return
    saved = request.POST.copy()
    for name in submit_actions:
        del saved[name]
    request.POST = saved  # type: ignore[assignment]
    request.shows_mail = True  # type: ignore[attr-defined]
    if "action-publish" in submit_actions:
        messages.info(
            request, gettext("Another person reads before publication here: “Publish” sends the page to them.")
        )


def show_mail(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Hooks `after_create_page` and `after_edit_page`: displays the mail to second readers before sending."""
    if getattr(request, "shows_mail", False):
        return HttpResponseRedirect(reverse("second_reading:send", args=[page.pk]))
    return None


def without_panels_of_wagtail(request: HttpRequest, panels: list[Component]) -> None:
    """Hook `construct_homepage_panels`: removes Wagtail's two workflow panels, which `SecondReadingsPanel` replaces."""
    removed_names = {"workflow_objects_to_moderate", "user_objects_in_workflow_moderation"}
    panels[:] = [panel for panel in panels if getattr(panel, "name", "") not in removed_names]


def without_menu_of_wagtail(request: HttpRequest, menu_items: list[Any]) -> None:
    """Hooks of the settings and report menus: remove workflows, which have one screen of ours."""
    menu_items[:] = [item for item in menu_items if item.name not in {"workflows", "workflow-tasks"}]
