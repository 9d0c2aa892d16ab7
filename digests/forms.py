"""Forms of the public pages: subscription, and choices of a reader."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from committee.models import TopicPage
from common.forms import EmailField, day_input
from digests.models import Choices, Frequency, Hour, Subscriber

MAX_PAUSE = timedelta(days=366)
FREQUENCY_MISSING = _("Choose how often you want the letter.")


class NoDigest(TextChoices):
    """Choices of a user with an account who wants no digest."""

    CONCERNED = "concerned", _("Only when something concerns me")
    NEVER = "never", _("None")


class TopicChoice(forms.ModelMultipleChoiceField):
    """Checkboxes of the subjects of the work programme."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=TopicPage.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **kwargs
        )

    def label_from_instance(self, obj: TopicPage) -> str:
        return obj.title


class FrequencyForm(forms.Form):
    """Subscription of a signed-in user, whose e-mail address is known.

    Subjects are shown only to a user who comes from the page of one: `topics` are initially ticked.
    """

    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=Frequency,
        initial=Frequency.MONTHLY,
        widget=forms.RadioSelect,
        error_messages={"required": FREQUENCY_MISSING, "invalid_choice": FREQUENCY_MISSING},
    )
    topics = TopicChoice(label=_("Subject that you follow"))

    def __init__(self, *args: Any, topic: TopicPage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if topic is None:
            del self.fields["topics"]
        else:
            self.fields["topics"].queryset = TopicPage.objects.filter(pk=topic.pk)  # type: ignore[attr-defined]
            self.fields["topics"].initial = [topic.pk]

    @property
    def topic_keys(self) -> list[int]:
        """Primary keys of the ticked subjects of the valid form."""
        return [topic.pk for topic in self.cleaned_data.get("topics", ())]


class SubscriptionForm(FrequencyForm):
    """Subscription without account: the e-mail address has to be confirmed by mail."""

    email = EmailField(
        label=_("Your e-mail address"), help_text=_("We write to it once to make sure that it is yours.")
    )
    field_order = ["email", "frequency", "topics"]


class DigestForm(forms.Form):
    """Choices of a reader, from the link of a mail: frequency, time, subjects, and pause."""

    frequency = forms.ChoiceField(
        label=_("How often?"),
        choices=Frequency,
        widget=forms.RadioSelect,
        error_messages={"required": FREQUENCY_MISSING, "invalid_choice": FREQUENCY_MISSING},
    )
    weekday = forms.TypedChoiceField(
        label=_("On which day, if it comes once a week?"), choices=list(WEEKDAYS.items()), coerce=int, required=False
    )
    hour = forms.TypedChoiceField(label=_("At what time?"), choices=Hour, coerce=int, required=False)
    topics = TopicChoice(
        label=_("Which subjects do you follow?"),
        help_text=_("What is new on them comes first. Without a tick, the letter speaks of all subjects."),
    )
    only_topics = forms.BooleanField(
        label=_("Speak to me of these subjects only"),
        help_text=_("Sessions, minutes, the programme, news and polls are announced all the same."),
        required=False,
    )
    paused_until = forms.DateField(
        label=_("No letter until"),
        help_text=_("You go away? Write the day of the return, for example 31/12/2026. Leave empty for no pause."),
        required=False,
        widget=day_input(),
    )

    def __init__(self, *args: Any, subscriber: Subscriber | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _choices_of(subscriber) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["topics"].queryset = TopicPage.objects.published()  # type: ignore[attr-defined]

    def clean_weekday(self) -> int:
        """Keeps the saved choice for a page that was opened before this field existed."""
        return self._value_or_initial("weekday", 0)

    def clean_hour(self) -> int:
        return self._value_or_initial("hour", Hour.MORNING)

    def _value_or_initial(self, name: str, default: int) -> int:
        value = self.cleaned_data[name]
        return value if value not in (None, "") else self.initial.get(name, default)

    def clean_paused_until(self) -> date | None:
        day = self.cleaned_data["paused_until"]
        today = timezone.localdate()
        if day and day > today + MAX_PAUSE:
            raise ValidationError(_("Write a day within a year. For longer, choose no letter."), code="too_late")
        # A pause in the past is no pause.
        return day if day and day > today else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("only_topics") and not cleaned.get("topics"):
            self.add_error("topics", _("Choose at least one subject, or take away the tick “these subjects only”."))
        return cleaned

    @property
    def choices(self) -> Choices:
        """Choices besides the frequency, from the valid form."""
        cleaned = self.cleaned_data
        return Choices(
            weekday=cleaned["weekday"],
            hour=cleaned["hour"],
            topics=[topic.pk for topic in cleaned["topics"]],
            only_topics=cleaned["only_topics"],
            paused_until=cleaned["paused_until"],
        )


class PreferencesForm(DigestForm):
    """Choices of a user with an account, who may also get only mails that concern them, or none."""

    frequency = forms.ChoiceField(
        label=_("How many e-mails do you want?"),
        choices=[*Frequency.choices, *NoDigest.choices],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how many e-mails you want."),
            "invalid_choice": _("Choose how many e-mails you want."),
        },
    )
    field_order = ["frequency", "weekday", "hour", "topics", "only_topics", "paused_until"]

    @property
    def digest_frequency(self) -> str | None:
        """Frequency of the digest, None for no digest."""
        chosen = self.cleaned_data["frequency"]
        return chosen if chosen in Frequency.values else None

    @property
    def wants_immediate(self) -> bool:
        return self.cleaned_data["frequency"] != NoDigest.NEVER


def frequency_of(subscriber: Subscriber | None) -> str:
    """Returns the initial answer to the first question, for a user with this row, or without one."""
    if subscriber is None:
        return NoDigest.CONCERNED
    if subscriber.is_reading:
        return subscriber.frequency
    return NoDigest.CONCERNED if subscriber.immediate else NoDigest.NEVER


def _choices_of(subscriber: Subscriber | None) -> dict[str, Any]:
    """Returns the initial values of the fields."""
    if subscriber is None:
        return {"weekday": 0, "hour": Hour.MORNING}
    return {
        "frequency": subscriber.frequency,
        "weekday": subscriber.weekday,
        "hour": subscriber.hour,
        "topics": list(subscriber.topics.values_list("pk", flat=True)) if subscriber.pk else [],
        "only_topics": subscriber.only_topics,
        "paused_until": subscriber.paused_until,
    }
