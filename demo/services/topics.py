"""Topics of the work programme."""

from datetime import date

from committee.models import Member, ProgrammePage, TopicPage, TopicStep
from common.markdown import body, french
from demo.clock import Clock
from demo.content import Text, read
from home.services.publishing import publish_under


def load(clock: Clock) -> dict[str, TopicPage]:
    """Publishes the topics below the programme; returns them by slug."""
    programme = ProgrammePage.objects.get()
    topics = {}
    for number, text in enumerate(read("topics")["topics"], 1):
        page = TopicPage(
            slug=text["slug"],
            title=text["title"],
            number=number,
            pictogram=text["pictogram"],
            progress=text["progress"],
            question=french(text["question"]),
            introduction=french(text["introduction"]),
            website=text.get("website", ""),
            body=body(text["body"]),
            pilot=Member.objects.filter(name=text.get("pilot")).first(),
        )
        page.steps = [  # type: ignore[misc]
            TopicStep(
                sort_order=order,
                title=french(step["title"]),
                is_done=day < clock.today,
                day=day,
            )
            for order, (day, step) in enumerate((day_of(clock, step), step) for step in text["steps"])
        ]
        topics[page.slug] = publish_under(programme, page, clock.ago(200 - number))
    return topics


def day_of(clock: Clock, step: Text) -> date:
    """Returns the day of a step: its own, or that of the session (2019 or this season) at which it was done."""
    if "season" in step:
        return clock.monday_before(step["season"])
    return step["session"] if "session" in step else clock.day(step["day"])
