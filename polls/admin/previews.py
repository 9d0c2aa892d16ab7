"""Preview of a draft poll: its page with the form, as the voters will see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from polls.forms import PollForm
from polls.models import Poll

# Base of the ids of unsaved questions, below any primary key, to tell their fields apart.
UNSAVED = -1


def render_poll_preview(poll: Poll, request: HttpRequest) -> HttpResponse:
    """Returns the page of `poll`, whose questions and choices may be unsaved; its form cannot be submitted."""
    number = UNSAVED
    for question in poll.questions.all():
        for row in (question, *question.choices.all()):
            if row.pk is None:
                row.pk = number
                number -= 1
    context = {"poll": poll, "form": PollForm(poll=poll), "is_open": True, "is_invited": True, "is_preview": True}
    return render(request, "polls/poll.html", context)
