"""Forms: contact, images, and second readings."""

from typing import Any, cast

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from PIL import Image
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtail.models import GroupPagePermission, Page

from cms.models.second_reading import section_workflow
from common.files import check_can_keep
from common.forms import EmailField, SpamGuardMixin
from common.images import PictureTooLarge, prepared
from common.plain_text import PlainTextField

NAME_MAX_LENGTH = 80
MESSAGE_MAX_LENGTH = 4_000
COMMENT_MAX_LENGTH = 2_000


class Subject(TextChoices):
    """Topic of a contact message. Preselected by `?sujet=`."""

    QUESTION = "question", _("A question about the committee")
    HELP = "aide", _("Help to use this site")
    DIFFICULTY = "difficulte", _("A page that is hard to use")
    EXAMPLE = "exemple", _("An example for the watch")
    SEAT = "sieger", _("Sitting on the committee")
    DATA = "donnees", _("What the site keeps about me")
    OTHER = "autre", _("Something else")


class PictureField(WagtailImageField):
    """Image field that refuses images which cannot be decoded within the memory budget."""

    def to_python(self, data: Any) -> Any:
        try:
            file = super().to_python(data)
            if file:
                check_can_keep()
            return file and self.drawn(file)
        except ValidationError as error:
            if error.code != "file_too_many_pixels":
                raise
            raise ValidationError(str(PictureTooLarge()), code="too_large") from error
        except (PictureTooLarge, Image.DecompressionBombError) as refusal:
            # Pillow refuses some by their number of points; the picture is not damaged.
            raise ValidationError(str(PictureTooLarge()), code="too_large") from refusal
        except Exception as error:
            # Damaged files raise many different exceptions.
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error

    def drawn(self, file: Any) -> Any:
        """Decodes `file` once, as it will be stored, to find errors early. Returns it unchanged."""
        with Image.open(prepared(file)) as picture:
            picture.load()
        file.seek(0)
        return file


class PictureForm(BaseImageForm):
    """Wagtail's image form with `PictureField`, used for all uploads."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if file_field := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=file_field.label, widget=file_field.widget, required=file_field.required
            )


class ContactForm(SpamGuardMixin):
    """Message to the committee, with the address for the answer."""

    subject = forms.ChoiceField(
        label=_("What is your message about?"),
        choices=[("", _("Choose")), *Subject.choices],
        error_messages={
            "required": _("Choose what your message is about."),
            "invalid_choice": _("Choose what your message is about."),
        },
    )
    body = PlainTextField(
        label=_("Your message"),
        limit=MESSAGE_MAX_LENGTH,
        rows=8,
        error_messages={"required": _("Write your message.")},
    )
    email = EmailField(label=_("Your e-mail address"), help_text=_("We answer to it. It serves for nothing else."))
    name = PlainTextField(
        label=_("Your name (optional)"),
        limit=NAME_MAX_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class VersionForm(forms.Form):
    """Hidden version of a page, as displayed to the user who acts on it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SectionReadingForm(forms.Form):
    """Second reading of a section: on or off, and the groups of readers, limited to those that may publish there."""

    asks = forms.BooleanField(label=_("Ask for a second reading before publication"), required=False)
    groups = forms.ModelMultipleChoiceField(
        label=_("Who reads"), queryset=Group.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: Any = None, *, section: Page) -> None:
        task = None if (workflow := section_workflow(section)) is None else workflow.tasks.get().specific
        chosen = task.groups.all() if task else []
        super().__init__(data, prefix=f"section-{section.pk}", initial={"asks": bool(task), "groups": chosen})
        self.section = section
        publishing = {"permission__codename": "publish_page", "page__in": section.get_ancestors(inclusive=True)}
        held = GroupPagePermission.objects.filter(**publishing)
        groups = cast(forms.ModelMultipleChoiceField, self.fields["groups"])
        groups.queryset = Group.objects.filter(page_permissions__in=held).distinct().order_by("name")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("asks") and not self.has_error("groups"):
            users = get_user_model().objects.filter(is_active=True, groups__in=cleaned["groups"]).distinct()
            if users.count() < 2:
                self.add_error(
                    "groups", _("Choose groups of two people at least: nobody approves a page of their own.")
                )
        return cleaned


class ReadingForm(VersionForm):
    """Decision of a second reader on the version that was read."""

    comment = PlainTextField(
        label=_("Your remarks"),
        help_text=_("The author receives them by e-mail. Say what to change if you give the page back."),
        limit=COMMENT_MAX_LENGTH,
        rows=5,
        required=False,
    )
    decision = forms.ChoiceField(choices=[("approve", ""), ("give-back", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "give-back" and not cleaned.get("comment") and not self.has_error("comment"):
            self.add_error("comment", _("Say what is to be changed."))
        return cleaned
