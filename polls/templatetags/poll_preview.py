"""Template tag for the preview of a draft poll."""

from django import template

from polls.forms import PollForm
from polls.models import Poll

register = template.Library()

# Base of the ids of unsaved questions, below any primary key, to tell their fields apart.
UNSAVED = -1


@register.simple_tag
def form_of_draft(poll: Poll) -> PollForm:
    """Returns the form of `poll`, whose questions and choices may be unsaved."""
    next_pk = UNSAVED
    for question in poll.questions.all():
        for row in (question, *question.choices.all()):
            if row.pk is None:
                row.pk = next_pk
                next_pk -= 1
    return PollForm(poll=poll)
