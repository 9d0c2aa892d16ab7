"""Form to create the starter topics that are missing on the site."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import ProgrammePage
from committee.permissions import can_edit_topics
from common.action_forms import ActionFormView
from common.admin import PermissionView, PublishField, TitleInBreadcrumb
from home.queries.starter_topics import StarterTopic, missing_topics
from home.services.starter_topics import create_topics


class StarterTopicsForm(forms.Form):
    """Topics to create, all of them ticked initially."""

    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one topic.")},
        help_text=_("You can change each one afterwards, and add others."),
    )
    publish = PublishField()

    def __init__(self, *args: Any, offered: list[StarterTopic], can_publish: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = cast(forms.MultipleChoiceField, self.fields["topics"])
        topics.choices = [(topic.slug, f"{topic.title} – {topic.question}") for topic in offered]
        topics.initial = [topic.slug for topic in offered]
        if not can_publish:
            cast(PublishField, self.fields["publish"]).allow_drafts_only()


class StarterTopicsView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Shows the form, or that all topics exist."""

    page_title = _("Create the topics")
    header_icon = "list-ul"
    template_name = "home/admin/starter_topics.html"
    form_class = StarterTopicsForm
    is_allowed = staticmethod(can_edit_topics)

    @cached_property
    def programme(self) -> ProgrammePage:
        return ProgrammePage.objects.get()

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("opening"), "label": gettext("Open the site")}]

    def get_form_kwargs(self) -> dict[str, Any]:
        can_publish = self.programme.permissions_for_user(self.request.user).can_publish_subpage()
        return {**super().get_form_kwargs(), "offered": missing_topics(), "can_publish": can_publish}

    def submit(self, form: StarterTopicsForm) -> HttpResponse:
        publishes = form.cleaned_data["publish"] == PublishField.PUBLISH
        pages = create_topics(form.cleaned_data["topics"], publishes=publishes, by=cast(User, self.request.user))
        message = (
            ngettext("%(count)d topic is published.", "%(count)d topics are published.", len(pages))
            if publishes
            else ngettext("%(count)d topic is a draft.", "%(count)d topics are drafts.", len(pages))
        )
        messages.success(self.request, message % {"count": len(pages)})
        return redirect("wagtailadmin_explore", self.programme.pk)


def starter_topics_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [path("ouvrir-le-site/sujets/", StarterTopicsView.as_view(), name="starter_topics")]
