"""Bulk actions of moderation: publish, refuse, dismiss reports, answer an appeal. Services check what is possible."""

import copy
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_list_or_404
from django.utils import timezone
from django.utils.functional import classproperty
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogContext

from common.bulk_actions import SnippetDecision
from mailing.notifications import Notification
from participation import permissions
from participation.admin.moderation.forms import DismissalForm, RefusalForm, UpholdForm
from participation.models import Addendum, Appeal, Comment, Proposal, Report
from participation.models.texts import ModeratedText
from participation.notifications.moderation import moderated
from participation.notifications.recipients import address_of_author, count_notified, not_notified
from participation.queries.moderation_queues import waiting_reports
from participation.services.appeals import decide_appeal
from participation.services.moderation import confirm_read, moderate
from participation.services.reports import dismiss_reports, fingerprint_with_reports
from participation.services.states import transition
from participation.services.versions import hide_versions

# Number of mails previewed; other mails of the same decision differ by their text only.
PREVIEWED_MAILS = 3


class DecisionAction(SnippetDecision):
    """Decision of a moderator on each selected row, as shown on the page, made by a service."""

    # Success messages, for one row and for `count` rows.
    success_message: Any
    # Message about mails to authors if all of them have an address; empty for a decision without mails.
    notification_message: Any = None

    @classmethod
    def decide(cls, item: Any, **decision: Any) -> None:
        raise NotImplementedError

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "moderator": self.request.user, "now": timezone.now()}

    @classmethod
    def execute_action(cls, objects: list[Any], *, shown: dict[str, str], **decision: Any) -> tuple[int, int]:  # type: ignore[override]
        for item in objects:
            # One log entry per row: Wagtail would log one entry for the whole action.
            with LogContext(user=decision["moderator"]):
                cls.decide(item, shown=cls.shown_of(item, shown), **decision)
        return len(objects), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        message = str(self.success_message % {"count": num_parent_objects})
        if self.notification_message is None:
            return message
        return f"{message} {self.notification_note(self.decided_texts)}"

    @property
    def decided_texts(self) -> list[ModeratedText]:
        """Texts that the decided rows are about."""
        return list(self.actionable_objects)

    def notification_note(self, texts: list[ModeratedText]) -> str:
        """Returns whether the authors of `texts` get an e-mail, and which ones have to be informed otherwise."""
        others = not_notified(texts)
        count = len(texts) - len(others)
        if not others:
            return str(self.notification_message % {"count": count})
        if not count:
            return gettext("No e-mail address was left: tell the person otherwise.")
        words = gettext(
            "E-mails that leave: %(count)d of %(all)d. Tell the authors without an address otherwise: %(names)s."
        )
        names = ", ".join(f"“{Truncator(other).chars(60)}”" for other in others)
        return words % {"count": count, "all": len(texts), "names": names}


class ModerationAction(DecisionAction):
    """Common base of publishing and refusing. Rows on which the decision is not possible are listed separately."""

    template_name = "participation/admin/moderation_action.html"
    # Name of the state in both models.
    target = ""
    button = _("Confirm")
    # Preview of the mails; empty until a reason is given, if the decision needs one.
    reason: str | None = None
    nothing = _("These texts cannot take this decision now:")

    @classproperty
    def models(cls) -> list[type]:
        return [Proposal, Comment, Addendum]

    @classmethod
    def get_queryset(cls, model: type[ModeratedText], object_ids: Any) -> list[ModeratedText]:
        return get_list_or_404(model.objects.with_context().with_attached_files(), pk__in=object_ids)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises `PermissionDenied` before any text is shown: Wagtail would list the refused objects."""
        if not self.is_allowed(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def is_allowed(self, user: Any) -> bool:
        return permissions.can_moderate(user, self.model)

    def check_perm(self, obj: ModeratedText) -> bool:
        return obj.can_become(obj.State[self.target])

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """Limits "all" to texts that wait for moderation; published ones are never included."""
        return self.model.objects.awaiting_moderation().values_list("pk", flat=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            title=self.display_name,
            button=self.button,
            nothing=self.nothing,
            is_serious="serious" in self.classes,
            **kwargs,
        )
        items = [entry["item"] for entry in context["items"]]
        mails = self.get_mails(items)
        return context | {"mails": mails, "other_mails": count_notified(items) - len(mails) if mails else 0}

    def get_mails(self, items: list[ModeratedText]) -> list[Notification]:
        """Returns the first mails of the decision, as their authors will receive them."""
        if self.reason is None:
            return []
        return [self.get_mail(item, reason=self.reason) for item in items[:PREVIEWED_MAILS] if address_of_author(item)]

    def get_mail(self, item: ModeratedText, *, reason: str) -> Notification:
        decided = copy.copy(item)
        transition(decided, item.State[self.target], reason=reason, now=timezone.now(), needs_reason=False)
        return moderated(decided)

    @classmethod
    def decide(cls, item: ModeratedText, **decision: Any) -> None:
        moderate(text=item, state=item.State[cls.target], **decision)


class PublishAction(ModerationAction):
    display_name = _("Publish")
    action_type = "publish"
    aria_label = _("Publish what is selected")
    action_priority = 10
    target = "PUBLISHED"
    button = _("Publish")
    reason = ""
    success_message = ngettext_lazy("%(count)d text is published.", "%(count)d texts are published.", "count")
    notification_message = ngettext_lazy("Its author receives an e-mail.", "Their authors receive an e-mail.", "count")


class RefuseAction(ModerationAction):
    display_name = _("Refuse…")
    action_type = "refuse"
    aria_label = _("Refuse what is selected")
    action_priority = 20
    target = "REFUSED"
    classes = {"serious"}
    form_class = RefusalForm
    button = _("Read the e-mail before sending it")
    success_message = ngettext_lazy("%(count)d text is refused.", "%(count)d texts are refused.", "count")
    notification_message = ngettext_lazy(
        "Its author receives the reason by e-mail.", "Their authors receive the reason by e-mail.", "count"
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if not count_notified(entry["item"] for entry in context["items"]):
            context["button"] = ModerationAction.button
        return context

    def form_valid(self, form: RefusalForm) -> HttpResponseBase:
        """Shows the mails first; on the second submission with the same reason, refuses the texts and sends them."""
        if again := self.shown_again(RefusalForm({**form.cleaned_data, "seen": ""})):
            return again
        if form.was_previewed:
            return super().form_valid(form)
        data = {**form.cleaned_data, "seen": form.fingerprint}
        self.button = _("Refuse and send the e-mail")
        self.reason = form.reason
        return self.render_to_response(self.get_context_data(form=RefusalForm(data)))

    def get_execution_context(self) -> dict[str, Any]:
        form = cast(RefusalForm, self.cleaned_form)
        return super().get_execution_context() | {"ground": form.cleaned_data["ground"], "reason": form.reason}


class MarkReadAction(ModerationAction):
    """Marks texts as read that were published at once, or changed after a moderator had read them."""

    display_name = _("Mark as read")
    action_type = "read_again"
    aria_label = _("Mark as read what is selected")
    action_priority = 30
    button = _("I have read this text")
    nothing = _("These texts do not wait to be read:")
    success_message = ngettext_lazy("%(count)d text is marked as read.", "%(count)d texts are marked as read.", "count")

    @classproperty
    def models(cls) -> list[type]:
        return [Proposal, Comment]

    def check_perm(self, obj: ModeratedText) -> bool:
        return obj.needs_review

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        return self.model.objects.published_unread().values_list("pk", flat=True)

    @classmethod
    def decide(cls, item: ModeratedText, **decision: Any) -> None:
        confirm_read(text=cast(Proposal | Comment, item), **decision)


class HideVersionsAction(ModerationAction):
    """Hides earlier versions, for example with a phone number, of a text that is now acceptable."""

    display_name = _("Hide the earlier texts")
    action_type = "hide_versions"
    aria_label = _("Hide the earlier texts of what is selected")
    action_priority = 40
    button = _("Hide the earlier texts")
    nothing = _("No earlier text of these proposals is shown:")
    success_message = ngettext_lazy(
        "The earlier texts of %(count)d proposal are hidden.",
        "The earlier texts of %(count)d proposals are hidden.",
        "count",
    )

    @classproperty
    def models(cls) -> list[type]:
        return [Proposal]

    def check_perm(self, obj: Any) -> bool:
        return obj.shows_versions

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """Disables "all": a problem in one history is not a problem in the others."""
        return []

    @classmethod
    def decide(cls, item: ModeratedText, **decision: Any) -> None:
        hide_versions(proposal=cast(Proposal, item), moderator=decision["moderator"], shown=decision["shown"])


class ReportedAction(ModerationAction):
    """Common base of decisions on reports, which are about the texts of the selected rows."""

    @classproperty
    def models(cls) -> list[type]:
        return [Report]

    def is_allowed(self, user: Any) -> bool:
        return permissions.can_moderate_any(user)

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: Any) -> list[ModeratedText]:
        reports = get_list_or_404(Report.objects.with_text(), pk__in=object_ids)
        return list(dict.fromkeys(report.text for report in reports))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"shows_reports": True}

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        return waiting_reports(self.request.user).values_list("pk", flat=True)


class RefuseReportedAction(ReportedAction, RefuseAction):
    display_name = _("Refuse the text…")
    action_type = "refuse_reported"
    success_message = ngettext_lazy(
        "%(count)d text is refused. Who reported it is thanked by e-mail.",
        "%(count)d texts are refused. Who reported them is thanked by e-mail.",
        "count",
    )

    def check_perm(self, obj: ModeratedText) -> bool:
        return permissions.can_moderate(self.request.user, obj) and super().check_perm(obj)


class DismissAction(ReportedAction):
    display_name = _("Dismiss…")
    action_type = "dismiss"
    aria_label = _("Dismiss the reports of what is selected")
    action_priority = 30
    form_class = DismissalForm
    button = _("Keep the text and thank who reported it")
    nothing = _("No report of these texts waits:")
    success_message = ngettext_lazy(
        "%(count)d text stays on the site. Who reported it is thanked by e-mail.",
        "%(count)d texts stay on the site. Who reported them is thanked by e-mail.",
        "count",
    )

    @staticmethod
    def fingerprint_of(item: Any) -> str:
        return fingerprint_with_reports(item)

    def check_perm(self, obj: ModeratedText) -> bool:
        has_waiting_report = any(report.is_waiting for report in obj.reports.all())
        return has_waiting_report and permissions.can_moderate(self.request.user, obj)

    def get_execution_context(self) -> dict[str, Any]:
        return super().get_execution_context() | {"reason": cast(forms.Form, self.cleaned_form).cleaned_data["reason"]}

    @classmethod
    def decide(cls, item: ModeratedText, **decision: Any) -> None:
        dismiss_reports(text=item, **decision)


class AppealAction(DecisionAction):
    """Answer to an appeal. The moderator of the first decision cannot give it: such rows are listed separately."""

    template_name = "participation/admin/appeal_action.html"
    models: ClassVar = [Appeal]
    overturned = False
    success_message = ngettext_lazy("%(count)d request is answered.", "%(count)d requests are answered.", "count")
    notification_message = ngettext_lazy("Its author receives an e-mail.", "Their authors receive an e-mail.", "count")

    @property
    def decided_texts(self) -> list[ModeratedText]:
        return [appeal.decision.text for appeal in self.actionable_objects]

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: Any) -> list[Appeal]:
        return get_list_or_404(Appeal.objects.with_text(), pk__in=object_ids)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.can_moderate_any(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Appeal) -> bool:
        return permissions.can_decide_appeal(self.request.user, obj)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        return Appeal.objects.waiting().values_list("pk", flat=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(title=self.display_name, **kwargs)
        texts = [entry["item"].decision.text for entry in context["items"]]
        return context | {"is_mailed": bool(count_notified(texts))}

    def get_execution_context(self) -> dict[str, Any]:
        reason = cast(forms.Form, self.cleaned_form).cleaned_data.get("reason", "")
        return super().get_execution_context() | {"reason": reason}

    @classmethod
    def decide(cls, item: Appeal, **decision: Any) -> None:
        decide_appeal(appeal=item, overturned=cls.overturned, **decision)


class OverturnAction(AppealAction):
    display_name = _("Publish after all")
    action_type = "overturn"
    aria_label = _("Publish after all what is selected")
    action_priority = 10
    overturned = True


class UpholdAction(AppealAction):
    display_name = _("Confirm the refusal…")
    action_type = "uphold"
    aria_label = _("Confirm the refusal of what is selected")
    action_priority = 20
    classes: ClassVar = {"serious"}
    form_class = UpholdForm
