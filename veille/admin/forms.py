"""Forms of the reading list and of the sources."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm

from common.plain_text import PlainTextField
from veille.models import ReadingItem, Theme, VeilleEntryPage


class SetAsideForm(forms.Form):
    """Reason for setting a suggestion aside, which its author reads. Items of a feed need none."""

    reason = forms.ChoiceField(label=_("Reason, for the person who suggested it"), choices=ReadingItem.Reason.choices)

    def __init__(self, *args: Any, has_suggestions: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_suggestions:
            del self.fields["reason"]


class ExampleForm(forms.ModelForm):
    """Fields of an example that its item does not provide.

    A draft requires a title, a year and a theme; publication requires all.
    """

    title = PlainTextField(label=_("Title"), limit=255)
    lesson = PlainTextField(
        label=_("What we can learn from it"),
        limit=1_500,
        rows=6,
        required=False,
        help_text=_("The committee’s own view, in a few sentences. Needed to publish."),
    )
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=Theme.objects.all(), empty_label=None)

    class Meta:
        model = VeilleEntryPage
        fields = ["title", "introduction", "place", "year", "theme", "lesson"]

    def __init__(self, *args: Any, publishes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("introduction", "place", "lesson"):
            self.fields[name].required = publishes
        self.fields["introduction"].help_text = _("One or two sentences, read in lists. Needed to publish.")
        self.fields["place"].help_text = _("Example: Barcelona (Spain). Needed to publish.")
        self.fields["year"].help_text = _("The year in which it started, not that of the text. Example: 2019")

    def _post_clean(self) -> None:
        """Skips the validation of the model: the service applies the rules of the page, and nothing is saved here."""


class OutlineForm(forms.Form):
    """Upload of a list of sources (OPML)."""

    file = forms.FileField(label=_("OPML file"), help_text=_("At most 500 kB. Other readers of feeds export it."))


class SourceForm(WagtailAdminModelForm):
    """Form of a source. A new feed URL resets `ETag`, `Last-Modified`, the error and the failures of the former one."""

    def save(self, commit: bool = True) -> Any:
        if "feed_url" in self.changed_data:
            self.instance.etag = self.instance.modified = self.instance.error = ""
            self.instance.failures, self.instance.failing_since = 0, None
        return super().save(commit)
