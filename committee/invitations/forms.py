"""Form of invitations: an address for each member without an account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from committee.invitations.queries import invitation_of, invitation_state, refusal_reason
from committee.models import Member
from common.forms import EmailField


class InvitationsForm(forms.Form):
    """One field for each of `members` who has not declined.

    Empty fields are ignored. `shows_addresses` adds the address of the last invitation.
    """

    def __init__(
        self, *args: Any, members: Iterable[Member], now: datetime, shows_addresses: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.shows_addresses = shows_addresses
        self.members = {self._name(member): member for member in members}
        for name, member in self.members.items():
            self.fields[name] = EmailField(
                label=member.name,
                required=False,
                help_text=self._help_text(member),
                widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            )

    @staticmethod
    def _name(member: Member) -> str:
        return f"email-{member.pk}"

    def _help_text(self, member: Member) -> str:
        invitation, state = invitation_of(member), invitation_state(member, self.now)
        return f"{state} ({invitation.email})" if self.shows_addresses and invitation and invitation.email else state

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        written: set[str] = set()
        for name, member in self.members.items():
            email = cleaned[name] = cleaned.get(name, "").lower()
            if not email:
                continue
            reason = refusal_reason(member, email, now=self.now)
            if email in written:
                reason = _("This address is written twice: one account is for one person.")
            written.add(email)
            if reason:
                self.add_error(name, reason)
        if not written and not self.errors:
            raise forms.ValidationError(_("Write the address of at least one member."))
        return cleaned

    @property
    def invited(self) -> list[tuple[Member, str]]:
        """Members with the entered address."""
        return [(member, self.cleaned_data[name]) for name, member in self.members.items() if self.cleaned_data[name]]
