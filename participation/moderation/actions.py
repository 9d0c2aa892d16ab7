"""Publishing and refusing, for one line or for many. The services decide what is possible."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_list_or_404
from django.utils import timezone
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.models import get_snippet_models

from participation import permissions
from participation.models import Comment, OfficialAnswer, Proposal
from participation.services import moderate_comment, moderate_proposal

OTHER = "other"


def without_what_was_published(cls: type[DeleteBulkAction]) -> list[type[Model]]:
    """Returns the models of which several rows may be deleted at once.

    Wagtail offers that for every snippet to who has the right to delete, which an administrator always has.
    What residents wrote and what the services answered stays.
    """
    return [model for model in get_snippet_models() if model not in (Proposal, Comment, OfficialAnswer)]


DeleteBulkAction.models = classproperty(without_what_was_published)


class RefusalForm(forms.Form):
    """The reason goes to the author as it is written here, and stays in the log."""

    REASONS = {
        "subject": _("Your text is not about the digital services of Strasbourg."),
        "respect": _("Your text attacks a person or a group of people."),
        "privacy": _("Your text gives personal data: a name, an address, a phone number."),
        "advertising": _("Your text is advertising."),
        "double": _("You already sent this text: the other one is kept."),
        OTHER: _("Another reason, written below."),
    }

    motive = forms.ChoiceField(label=_("Reason"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    details = forms.CharField(
        label=_("More about the reason (optional)"),
        help_text=_("The author receives this text by e-mail. Say what could be changed."),
        required=False,
        max_length=1_500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("motive") == OTHER and not cleaned.get("details", "").strip():
            self.add_error("details", _("Write the reason: the author will read it."))
        return cleaned

    @property
    def reason(self) -> str:
        """The text that the author reads."""
        motive, details = self.cleaned_data["motive"], self.cleaned_data["details"].strip()
        said = [] if motive == OTHER else [str(self.REASONS[motive])]
        return "\n\n".join([*said, *([details] if details else [])])


class ModerationAction(SnippetBulkAction):
    """What publishing and refusing have in common. Lines that cannot take the decision are shown apart."""

    template_name = "participation/admin/moderation_action.html"
    # The name of the state in both models.
    target = ""
    button = _("Confirm")
    nothing = _("These texts cannot take this decision now:")

    @classproperty
    def models(cls) -> list[type]:
        return [Proposal, Comment]

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: Any) -> list[Proposal | Comment]:
        rows: QuerySet = model._default_manager.select_related("author")
        if model is Comment:
            rows = rows.select_related("discussion__proposal", "discussion__page")
        return get_list_or_404(rows, pk__in=object_ids)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stops a person without the right before any text is shown: Wagtail alone would list what is refused."""
        is_proposal = self.model is Proposal
        may = permissions.can_moderate_proposals if is_proposal else permissions.can_moderate_comments
        if not may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Proposal | Comment) -> bool:
        return obj.can_become(obj.State[self.target])

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """« All » means all that waits to be read, never what is published already."""
        return self.model.objects.awaiting_moderation().values_list("pk", flat=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.display_name,
            button=self.button,
            nothing=self.nothing,
            is_serious="serious" in self.classes,
            **kwargs,
        )

    def get_execution_context(self) -> dict[str, Any]:
        reason = self.cleaned_form.reason if isinstance(self.cleaned_form, RefusalForm) else ""
        return {"moderator": self.request.user, "reason": reason, "now": timezone.now()}

    @classmethod
    def execute_action(cls, objects: list[Proposal | Comment], **decision: Any) -> tuple[int, int]:
        for item in objects:
            if isinstance(item, Proposal):
                moderate_proposal(proposal=item, state=Proposal.State[cls.target], **decision)
            else:
                moderate_comment(comment=item, state=Comment.State[cls.target], **decision)
        return len(objects), 0


class PublishAction(ModerationAction):
    display_name = _("Publish")
    action_type = "publish"
    aria_label = _("Publish what is selected")
    action_priority = 10
    target = "PUBLISHED"
    button = _("Publish")

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d text is published. Its author receives an e-mail.",
            "%(count)d texts are published. Their authors receive an e-mail.",
            num_parent_objects,
        ) % {"count": num_parent_objects}


class RefuseAction(ModerationAction):
    display_name = _("Refuse…")
    action_type = "refuse"
    aria_label = _("Refuse what is selected")
    action_priority = 20
    target = "REFUSED"
    classes = {"serious"}
    form_class = RefusalForm
    button = _("Refuse")

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d text is refused. Its author receives the reason by e-mail.",
            "%(count)d texts are refused. Their authors receive the reason by e-mail.",
            num_parent_objects,
        ) % {"count": num_parent_objects}
