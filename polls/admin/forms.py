"""Forms and panels for editing a poll, its questions and their choices."""

from collections.abc import Collection
from typing import Any

from django.forms.formsets import ORDERING_FIELD_NAME
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel

from common.slugs import free_slug
from polls.admin.steps import steps_back_of, steps_of
from polls.models import Poll
from polls.models.polls import MAX_CHOICES, MIN_CHOICES
from polls.services.opening import missing_in


class DraftPollForm(WagtailAdminModelForm):
    """Form of a draft: its slug follows its title until the poll opens."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if title := cleaned.get("title"):
            others = Poll.objects.exclude(pk=self.instance.pk)
            self.instance.slug = free_slug(title, others, default="sondage")
        return cleaned


class Rows(BaseChildFormSet):
    """Formset of a draft that ignores extra rows left empty."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"empty_permitted": index is None or index >= self.initial_form_count()}


class RowForm(WagtailAdminModelForm):
    """Form of a row of `Rows`. Its order, filled in by the page, does not count as content."""

    @property
    def changed_data(self) -> list[str]:
        changed = super().changed_data
        return [name for name in changed if name != ORDERING_FIELD_NAME] if self.instance._state.adding else changed

    def full_clean(self) -> None:
        """Cleans the row; sets an order (None) for an empty one: Wagtail sorts the rows of an invalid form by it."""
        super().full_clean()
        if ORDERING_FIELD_NAME in self.fields and self.is_bound:
            self.cleaned_data.setdefault(ORDERING_FIELD_NAME, None)


class RowsPanel(InlinePanel):
    """Inline panel that displays `min_num` rows without requiring them: `missing_in` checks them at the opening."""

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": RowForm, "formset": Rows, "validate_min": False}
        return options


class StatePanel(Panel):
    """Panel with the state of the poll: visibility, what is missing, opening and end; and the buttons of the steps."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "polls/admin/state_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            now, poll = timezone.now(), self.instance
            context = super().get_context_data(parent_context)
            saved = poll if poll.pk is None else Poll.objects.get(pk=poll.pk)
            opens_at = max(now, saved.opens_at or now)
            return context | {
                "poll": saved,
                "missing": list(missing_in(saved, opens_at)) if saved.pk and saved.is_draft else [],
                "is_open": saved.is_open(now),
                "answers": saved.participations.count() if saved.is_open(now) and not saved.is_sealed(now) else None,
                "is_over": saved.is_over(now),
                "steps": [*steps_of(saved), *steps_back_of(saved)] if saved.pk else [],
            }


class QuestionsPanel(Panel):
    """Read-only panel of the questions and rules of an opened poll."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "polls/admin/questions_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            questions = self.instance.questions.prefetch_related("choices")
            return super().get_context_data(parent_context) | {"poll": self.instance, "questions": questions}


CHOICES = RowsPanel(
    "choices",
    [FieldPanel("text")],
    heading=_("Choices"),
    label=_("Choice"),
    min_num=MIN_CHOICES,
    max_num=MAX_CHOICES,
)
QUESTIONS = RowsPanel(
    "questions",
    [
        FieldPanel("text"),
        FieldPanel("kind"),
        FieldRowPanel([FieldPanel("max_choices"), FieldPanel("points")]),
        FieldRowPanel([FieldPanel("is_optional"), FieldPanel("makes_groups")]),
        CHOICES,
    ],
    heading=_("Questions"),
    label=_("Question"),
    min_num=1,
)
RULES = ("audience", "ballot", "results_shown")


def panels_of(settled: Collection[str] = ()) -> ObjectList:
    """Returns the panels of a poll, with the fields `settled` (`Poll.settled`) not editable; all panels of a draft."""
    if "title" in settled:
        panels = [
            StatePanel(),
            FieldPanel("title", read_only=True),
            FieldPanel("introduction", read_only=True),
            FieldRowPanel(
                [
                    FieldPanel("opens_at", read_only=True, help_text=_("When people could answer for the first time.")),
                    FieldPanel("closes_at", read_only="closes_at" in settled),
                ]
            ),
            QuestionsPanel(heading=_("Questions and rules")),
        ]
        return ObjectList(panels).bind_to_model(Poll)
    panels = [
        StatePanel(),
        FieldPanel("title"),
        FieldPanel("introduction"),
        QUESTIONS,
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        MultiFieldPanel([FieldPanel(name) for name in RULES], heading=_("Rules of the poll")),
        FieldRowPanel([FieldPanel("quorum"), FieldPanel("required_share")]),
    ]
    return ObjectList(panels, base_form_class=DraftPollForm).bind_to_model(Poll)
