"""Forms of minutes: draft, decisions and actions, round of corrections, correction, approval."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committee.errors import NamesAMember
from committee.models import Correction, DecisionMethod, Majority, Member, SessionMinutes, SessionPage, TopicPage
from committee.models.minutes import PASSAGE_MAX_LENGTH, TEXT_MAX_LENGTH
from committee.models.naming import hidden_members_in
from committee.models.votes import COUNTS, DISSENT_MAX_LENGTH, VOTE_FIELDS
from common.forms import IdempotentForm, RedisplayMixin, day_input
from common.plain_text import PlainTextField

ROW_FIELDS = {
    "decisions": ("pk", "text", *VOTE_FIELDS, "responsible", "due_on", "topic"),
    "actions": ("text", "member", "responsible", "due_on", "topic"),
}


class DraftForm(RedisplayMixin):
    """Text of the minutes. `seen` is the version that the page showed."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    # Version saved meanwhile in another window, once known.
    changed: SessionMinutes | None = None
    text = PlainTextField(
        label=_("Minutes"),
        help_text=_(
            "Start a heading with “## ”, and each line of a list with “- ”. Leave an empty line between two paragraphs."
        ),
        limit=TEXT_MAX_LENGTH,
        rows=18,
        error_messages={"required": _("Write what was said.")},
    )


class RowForm(forms.Form):
    """Row of a decision or of an action. Empty rows are ignored; a saved row whose text is emptied is removed.

    `choices` has the queryset of each model choice field.
    """

    # Fields that a row has without anything being written in it.
    NOT_WRITTEN = ("pk", "majority")

    responsible = PlainTextField(label=_("Who does it (optional)"), limit=120, required=False)
    due_on = forms.DateField(
        label=_("Before (optional)"),
        help_text=_("For example 15/12/2026."),
        required=False,
        widget=day_input(),
    )
    topic = forms.ModelChoiceField(
        label=_("Topic (optional)"), queryset=TopicPage.objects.none(), required=False, empty_label=_("No topic")
    )

    def __init__(self, *args: Any, choices: Mapping[str, QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, objects in choices.items():
            if field := cast(forms.ModelChoiceField | None, self.fields.get(name)):
                field.queryset = objects
                # One query for all rows: the field itself would evaluate its queryset for each.
                field.choices = [("", field.empty_label), *((one.pk, str(one)) for one in objects)]

    def clean(self) -> dict[str, Any]:
        """Refuses a new row without its text, and the name of a member who must not be named.

        Rows become public, and decisions permanent.
        """
        cleaned = super().clean() or self.cleaned_data
        written = [value for name, value in cleaned.items() if name not in self.NOT_WRITTEN]
        if self.empty_permitted and cleaned.get("text") == "" and any(value not in ("", None) for value in written):
            self.add_error("text", _("Write the text of this row, or empty its other fields."))
        for name in ("text", "responsible"):
            if names := [member for member, _line in hidden_members_in(cleaned.get(name) or "")]:
                self.add_error(name, str(NamesAMember(names)))
        return cleaned


class CountField(forms.IntegerField):
    """Number of votes; empty until it is known."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, min_value=0, max_value=999)


class DecisionForm(RowForm):
    """Decision and how it was taken. Errors about votes are shown after saving, and refused from the opening on."""

    field_order = ("pk", "text", "manner", *COUNTS, "majority", "responsible", "due_on", "topic")

    # The existing decision that the row changes, if any.
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    manner = forms.ChoiceField(
        label=_("How it was taken"), choices=[("", _("Choose")), *DecisionMethod.choices], required=False
    )
    votes_for = CountField(pgettext_lazy("votes", "For (after a vote)"))
    votes_against = CountField(pgettext_lazy("votes", "Against (after a vote)"))
    abstentions = CountField(pgettext_lazy("votes", "Abstained (after a vote)"))
    majority = forms.ChoiceField(
        label=_("Majority that it needs (after a vote)"),
        choices=Majority.choices,
        initial=Majority.SIMPLE,
        required=False,
    )

    text = PlainTextField(
        label=_("Decision"),
        help_text=_("One sentence. Empty it to remove the decision."),
        limit=300,
        rows=2,
        required=False,
    )


class ActionForm(RowForm):
    field_order = ("text", "member", "responsible", "due_on", "topic")

    text = PlainTextField(
        label=_("Action"),
        help_text=_("What is to be done. Empty it to remove the action."),
        limit=300,
        rows=2,
        required=False,
    )
    member = forms.ModelChoiceField(
        label=_("Member who does it (optional)"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].label = _("Or somebody else (optional)")


class DissentForm(forms.Form):
    """Dissent of `member` from a decision; an empty text removes it."""

    text = PlainTextField(
        label=_("Your dissent"),
        help_text=_("In a few sentences, as one paragraph. Empty it to remove your dissent."),
        limit=DISSENT_MAX_LENGTH,
        rows=6,
        required=False,
    )
    is_by_name = forms.ChoiceField(
        label=_("How it is signed"),
        choices=[("", _("A member of the committee")), ("oui", _("Your name"))],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Your name goes away when you no longer agree to be named on the site."),
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not member.is_named:
            del self.fields["is_by_name"]


# The form always has two empty rows, renewed at each save.
DecisionFormSet = forms.formset_factory(DecisionForm, extra=2)
ActionFormSet = forms.formset_factory(ActionForm, extra=2)


def written_rows(formset: Any) -> list[dict[str, Any]]:
    """Returns the non-empty rows of a valid `formset`, in order."""
    return [form.cleaned_data for form in formset if form.cleaned_data.get("text")]


class RoundForm(forms.Form):
    until = forms.DateField(
        label=_("Last day for corrections"),
        help_text=_(
            "Tomorrow at the earliest, for example 15/12/2026. Members who have an account are told by e-mail."
        ),
        widget=day_input(),
        error_messages={"required": _("Write the last day, like 15/12/2026.")},
    )


class CorrectionForm(IdempotentForm):
    """Correction proposed by a member, as plain text."""

    passage = PlainTextField(
        label=_("Passage to correct"),
        help_text=_("Copy it from the minutes. Leave this empty to add something."),
        limit=PASSAGE_MAX_LENGTH,
        rows=3,
        required=False,
    )
    replacement = PlainTextField(
        label=_("What it should say"),
        help_text=_("Leave this empty to remove the passage."),
        limit=PASSAGE_MAX_LENGTH,
        rows=3,
        required=False,
    )
    why = PlainTextField(
        label=_("Why"),
        help_text=_("All members read it."),
        limit=PASSAGE_MAX_LENGTH,
        rows=3,
        error_messages={"required": _("Say why, in a few words.")},
    )


class CorrectionDecisionForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[(Correction.State.ACCEPTED, _("Accept")), (Correction.State.REFUSED, _("Refuse"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": _("Choose one of the two.")},
    )
    reason = PlainTextField(
        label=_("Reason"),
        help_text=_("All members read it. The author receives it by e-mail."),
        limit=PASSAGE_MAX_LENGTH,
        rows=3,
        error_messages={"required": _("Write the reason: the author will read it.")},
    )


class SessionChoice(forms.ModelChoiceField):
    def label_from_instance(self, session: SessionPage) -> str:
        return session.dated_heading


class ApprovalForm(forms.Form):
    """Session that approved the minutes, among past and current ones; the latest is preselected."""

    approved_in = SessionChoice(
        label=_("Session that approved them"),
        queryset=SessionPage.objects.none(),
        empty_label=_("Choose a session"),
        error_messages={"required": _("Choose a session."), "invalid_choice": _("Choose a session of the list.")},
    )

    def __init__(self, *args: Any, session: SessionPage, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sessions = SessionPage.objects.able_to_approve(session, now)
        self.fields["approved_in"].queryset = sessions  # type: ignore[attr-defined]
        self.fields["approved_in"].initial = sessions.last()


def initial_rows(record: SessionMinutes | None, relation: str) -> list[dict[str, Any]]:
    """Returns the initial values of the formset of `relation`."""
    rows = getattr(record, relation).all() if record else []
    names = {"member": "member_id", "topic": "topic_id"}
    values = [{name: getattr(row, names.get(name, name)) for name in ROW_FIELDS[relation]} for row in rows]
    # Rows without a majority show the most common one.
    return [{**row, "majority": row["majority"] or Majority.SIMPLE} if "majority" in row else row for row in values]
