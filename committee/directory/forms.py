"""Forms of the directory: fields to share with other members, and the drawing beside the name."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from committee.models import Member
from committee.models.naming_consent import Naming
from committee.models.portraits import PortraitChoice
from common.phones import readable_phone
from common.plain_text import PlainTextField


class DirectoryForm(forms.Form):
    """E-mail and phone: visible to other members or not."""

    show_email = forms.BooleanField(label=_("Show my e-mail address to the members who show theirs"), required=False)
    show_phone = forms.BooleanField(label=_("Show my phone number to the members who show theirs"), required=False)
    phone = PlainTextField(
        label=_("My phone number"),
        help_text=_("We keep it only while you show it. Example: 06 12 34 56 78"),
        limit=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        return readable_phone(text) if text and self.cleaned_data.get("show_phone") else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("show_phone") and not cleaned.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Write your number, or untick the box above."))
        if not cleaned.get("show_phone") and self.data.get("phone", "").strip() and "phone" in self.changed_data:
            self.add_error("phone", _("Tick the box above, or empty this field: a number that is hidden is not kept."))
        return cleaned


class OwnEntryForm(DirectoryForm):
    """Fields of the directory, and the answer whether the public site may name this member."""

    naming = forms.ChoiceField(
        label=_("Do you agree to be named on the site?"),
        help_text=_("Everybody then reads your name, photo, college and presentation. Otherwise you are only counted."),
        choices=[(naming.value, naming.label) for naming in (Naming.AGREED, Naming.DECLINED)],
        widget=forms.RadioSelect,
        required=False,
    )
    field_order = ["naming"]


class PaperConsentForm(DirectoryForm):
    """Consent on paper, entered by the secretariat. It does not show current consents."""

    signed_on = forms.DateField(
        label=_("Signed on"), help_text=_("The day that stands on the paper. Keep the paper."), widget=AdminDateInput
    )
    field_order = ["signed_on", "show_email", "show_phone", "phone"]

    def __init__(self, *args: Any, has_account: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["show_email"].label = _("Show the e-mail address to the members who show theirs")
        self.fields["show_phone"].label = _("Show the phone number to the members who show theirs")
        self.fields["phone"].label = _("Phone number")
        self.fields["phone"].help_text = _("It is kept only while it is shown. Example: 06 12 34 56 78")
        if not has_account:
            self.fields["show_email"].disabled = True
            self.fields["show_email"].help_text = _("This member has no account: there is no address to show.")


class PortraitForm(forms.ModelForm):
    """Drawing for a member without a photo."""

    class Meta:
        model = Member
        fields = ("portrait",)
        widgets: ClassVar = {"portrait": PortraitChoice}
        labels: ClassVar = {"portrait": _("Choose a drawing")}
        help_texts: ClassVar = {"portrait": _("The words say what is drawn. Nobody guesses who you are from it.")}
