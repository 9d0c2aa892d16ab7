"""Forms to open the ballot over the work programme and to adopt its result."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateTimeInput

from committee.models import SessionPage, TopicPage
from polls.models import Poll, Question

DEFAULT_LENGTH = timedelta(days=14)
DEFAULT_QUORUM = 50
DEFAULT_PLACES = 3


class OpenBallotForm(forms.Form):
    """Rules of the ballot, which cannot change once a seat has answered."""

    kind = forms.ChoiceField(
        label=_("How to choose"),
        choices=[
            (Question.Kind.POINTS.value, _("Points: each seat shares as many points as there are topics")),
            (Question.Kind.RANKED.value, _("Ranking: each seat puts the topics in order")),
        ],
        initial=Question.Kind.POINTS,
        widget=forms.RadioSelect,
    )
    ballot = forms.ChoiceField(
        label=_("Ballot"), choices=Poll.Ballot.choices, initial=Poll.Ballot.SECRET, widget=forms.RadioSelect
    )
    opens_at = forms.DateTimeField(label=_("Opens at"), widget=AdminDateTimeInput)
    closes_at = forms.DateTimeField(label=_("Closes at"), widget=AdminDateTimeInput)
    quorum = forms.IntegerField(
        label=_("Quorum, in percent of the seats that are filled"),
        min_value=1,
        max_value=100,
        initial=DEFAULT_QUORUM,
        required=False,
        help_text=_("Below it the ballot decides nothing. Empty: no quorum."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().replace(minute=0, second=0, microsecond=0)
        self.fields["opens_at"].initial = now
        self.fields["closes_at"].initial = now + DEFAULT_LENGTH

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("Write an end that comes after the start."))
        return cleaned


class SessionField(forms.ModelChoiceField):
    """Choice of a session by title and day."""

    def label_from_instance(self, obj: SessionPage) -> str:
        return obj.dated_heading


class AdoptForm(forms.Form):
    """Adopting session, number of topics that become priorities, and the choice among tied topics."""

    session = SessionField(label=_("Adopted at the session"), queryset=SessionPage.objects.none(), empty_label=None)

    places = forms.IntegerField(label=_("How many priorities"), min_value=1, max_value=20, initial=DEFAULT_PLACES)
    preferred = forms.ModelMultipleChoiceField(
        label=_("Take first, where points are equal"),
        help_text=_("Leave it empty: it is asked for only if topics have the same points at the last place."),
        queryset=TopicPage.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, topics: Sequence[TopicPage], sessions: QuerySet[SessionPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = sessions  # type: ignore[attr-defined]
        field = self.fields["preferred"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = TopicPage.objects.filter(pk__in=[topic.pk for topic in topics]).order_by("number")
