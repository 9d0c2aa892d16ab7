"""Topics of the work programme."""

from committee.models import Member, ProgrammePage, TopicPage, TopicStep
from common.markdown import body, french
from demo.clock import Clock
from demo.content import read
from home.services.publishing import publish_under


def load(clock: Clock) -> dict[str, TopicPage]:
    """Publishes the topics under the programme. Returns them by slug."""
    programme = ProgrammePage.objects.get()
    topics = {}
    for number, text in enumerate(read("topics")["topics"], 1):
        page = TopicPage(
            slug=text["slug"],
            title=text["title"],
            number=number,
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
                is_done=step["day"] < 0,
                day=(clock.ahead(step["day"]) if step["day"] > 0 else clock.ago(-step["day"])).date(),
            )
            for order, step in enumerate(text["steps"])
        ]
        topics[page.slug] = publish_under(programme, page, clock.ago(200 - number))
    return topics
