"""Forms of the e-mail address and the data of an account, and of their confirmation codes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.sign_in import ask_for_code, ask_for_email
from accounts.models import User


class EmailForm(forms.Form):
    """New e-mail address of an account. Does not reveal whether another account has it."""

    email = forms.EmailField(max_length=254)

    def __init__(self, *args, user: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        ask_for_email(self.fields["email"])
        self.fields["email"].label = _("Your new e-mail address")
        self.fields["email"].help_text = _("We send a code there. Until you copy it, nothing changes.")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if email == self.user.email:
            raise forms.ValidationError(_("Your account has this address already. Write another one."))
        return email


class CodeForm(forms.Form):
    """Six-digit code received by e-mail."""

    code = forms.CharField(max_length=20)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        ask_for_code(self.fields["code"])


class DeletionForm(forms.Form):
    """Choice to keep or remove the texts of a deleted account, offered only if there are texts to withdraw."""

    KEEP, REMOVE = "keep", "remove"

    texts = forms.ChoiceField(
        label=_("Your texts"),
        choices=[
            (KEEP, _("Leave them, signed « Compte supprimé »")),
            (REMOVE, _("Withdraw them: nobody reads them any more")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what becomes of your texts."),
            "invalid_choice": _("Choose what becomes of your texts."),
        },
    )

    def __init__(self, *args, has_texts: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not has_texts:
            del self.fields["texts"]

    @property
    def removes_texts(self) -> bool:
        return self.cleaned_data.get("texts") == self.REMOVE
