"""« Ouvrir le site »: steps from an empty site to its first session and call, on a page and on the dashboard."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.generic import TemplateView

from accounts.models import User
from cms.admin.dashboard import DashboardPanel
from cms.errors import PublicationRefused
from cms.permissions import can_configure_site
from common.action_forms import posted_from
from common.admin import PermissionView, TitleInBreadcrumb
from common.waiting import Link, Task, TaskList
from home.queries.opening import can_open_site, opening_steps
from home.queries.starter_pages import pages_without_added_sentences
from home.services.starter_texts import load_texts


class OpeningPanel(DashboardPanel):
    """Remaining steps before the opening of a new site that the user may do."""

    name = "ouverture"
    order = 5
    heading = gettext_lazy("Before the site opens")
    icon = "key"
    limit = 12
    guide = "ouvrir"
    goes_when_done = True

    @classmethod
    def can_see(cls, user: Any) -> bool:
        return can_open_site(user)

    def work(self) -> TaskList:
        url = reverse("opening")
        remaining = [step for step in opening_steps(self.user) if step.is_allowed and not step.is_done]
        tasks = [Task(step.heading, f"{url}#{step.name}", note=step.missing) for step in remaining]
        return TaskList(tasks=tasks, links=[Link(gettext("See all steps"), url)])


class AddedSentencesPanel(DashboardPanel):
    """Pages whose text lacks sentences that a new version of the site asks for."""

    name = "phrases-a-ajouter"
    order = 6
    heading = gettext_lazy("Sentences to add to your pages")
    icon = "edit"
    guide = "ouvrir"
    goes_when_done = True

    @classmethod
    def can_see(cls, user: Any) -> bool:
        return can_configure_site(user)

    def work(self) -> TaskList:
        note = gettext(
            "The site has changed. Under “%(heading)s”, add: “%(sentences)s” The task ends when the published page has "
            "the words “%(words)s”."
        )
        return TaskList(
            tasks=[
                Task(
                    page.title,
                    reverse("wagtailadmin_pages:edit", args=[page.pk]),
                    note=note % {"heading": added.heading, "sentences": added.sentences, "words": added.words},
                )
                for page, added in pages_without_added_sentences()
            ]
        )


class OpeningView(TitleInBreadcrumb, PermissionView, TemplateView):
    """All steps in order: what is done, what is missing, and who may do it."""

    page_title = gettext_lazy("Open the site")
    header_icon = "key"
    template_name = "home/admin/opening.html"
    is_allowed = staticmethod(can_open_site)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = opening_steps(self.request.user)
        missing = sum(len(step.tasks) for step in steps)
        return super().get_context_data(steps=steps, missing=missing, **kwargs)


@posted_from("opening")
def fill_texts(request: HttpRequest) -> HttpResponse:
    """Fills the empty pages with the starter texts; shows which ones were filled, and which had a text."""
    if not can_configure_site(request.user):
        raise PermissionDenied
    try:
        for sentence in load_texts(timezone.now(), by=cast(User, request.user)).sentences():
            messages.success(request, sentence)
    except PublicationRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("opening")


def opening_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [
        path("ouvrir-le-site/", OpeningView.as_view(), name="opening"),
        path("ouvrir-le-site/textes/", fill_texts, name="opening_texts"),
    ]
