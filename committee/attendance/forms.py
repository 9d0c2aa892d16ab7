"""Forms of attendance: sheet of the officers, code entered by a member."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from committee.attendance.services.recording import State, states_for
from committee.models import Attendance
from committee.models.attendance_rules import CODE_DIGITS
from committee.queries.seats import FilledSeat

REMAINING = "reste"
# Help text of a row that was not entered by an officer.
SOURCE_LABELS: Mapping[str, Any] = {
    Attendance.How.CODE: _("Entered with the code."),
    Attendance.How.AHEAD: _("Announced by the member."),
}


class SheetForm(forms.Form):
    """One state for each seat that is filled on that day; a seat may stay empty for now.

    The button named `REMAINING` marks all seats without a state as present, so that on a phone only absences are
    ticked. The page contains the states that it showed: a seat whose state changed meanwhile, for example by a code,
    keeps it unless the officer chose another one.
    """

    def __init__(
        self, *args: Any, seats: Sequence[FilledSeat], recorded: Mapping[int, Attendance], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for filled in seats:
            row = recorded.get(filled.seat.pk)
            self.fields[self._name(filled)] = forms.TypedChoiceField(
                label=seat_label(filled),
                help_text=_source_label(row, filled) if row else "",
                choices=[(state.value, state_label(state, filled)) for state in states_for(filled)],
                coerce=State,
                empty_value=None,
                required=False,
                initial=row.state if row else None,
                show_hidden_initial=True,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the answers of the list.")},
            )
        self.seats = seats
        self.recorded = recorded

    def shown_states(self) -> list[str]:
        """Returns the hidden fields with the states that the page shows."""
        return [field.as_hidden(only_initial=True) for field in self]

    @staticmethod
    def _name(filled: FilledSeat) -> str:
        return f"siege-{filled.seat.pk}"

    @property
    def states(self) -> dict[int, State]:
        """Chosen states by primary key of the seat, without those that the page showed already.

        With the button `REMAINING`, seats without a choice are present; a seat that was recorded in the meantime is
        not changed.
        """
        states = {}
        for filled in self.seats:
            name, seat = self._name(filled), filled.seat.pk
            state = self.cleaned_data[name]
            if state and name in self.changed_data:
                states[seat] = state
            elif not state and REMAINING in self.data and seat not in self.recorded:
                states[seat] = State.PRESENT
        return states


def _source_label(row: Attendance, filled: FilledSeat) -> Any:
    """Returns the help text of a row; an absence may be told by telephone to the officer who records it."""
    if row.is_told(filled.people[0]):
        return _("Told to the secretariat.")
    return SOURCE_LABELS.get(row.how, "")


def seat_label(filled: FilledSeat) -> str:
    """Returns the label of a seat: « Marta P. · Siège 9 »."""
    return f"{filled.people[0]} · {filled.seat}"


def state_label(state: State, filled: FilledSeat) -> str:
    """Returns the label of a choice. It names the substitute, so that the officer need not remember the name."""
    if state == State.SUBSTITUTED:
        return gettext("Substituted by %(name)s") % {"name": filled.substitute}
    return str(state.label)


class CodeForm(forms.Form):
    """Code shown in the room, and whether the member is in the room or online."""

    code = forms.CharField(
        label=_("Code shown during the session"),
        help_text=_("Six digits. The coordinator shows them, or says them aloud."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the six digits of the code.")},
    )
    where = forms.ChoiceField(
        label=_("Where are you?"),
        choices=[("salle", _("In the room")), ("distance", _("Online or by phone"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose where you are."),
            "invalid_choice": _("Choose where you are."),
        },
    )

    def clean_code(self) -> str:
        """Keeps only the digits: the code is displayed, and often typed, as « 482 913 »."""
        code = "".join(filter(str.isdecimal, self.cleaned_data["code"]))
        if len(code) != CODE_DIGITS:
            raise forms.ValidationError(_("Write the six digits of the code."))
        return code

    @property
    def is_online(self) -> bool:
        return self.cleaned_data["where"] == "distance"
