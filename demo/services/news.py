"""News."""

from wagtail.models import Page

from cms.models import NewsIndexPage, NewsPage
from common.markdown import body, french
from common.templatetags.dates import day
from demo import pictures
from demo.clock import Clock
from demo.content import read
from home.services.publishing import publish_under
from participation.models import Proposal, ProposalInNews


def load(clock: Clock) -> None:
    """Publishes the news, the oldest first."""
    parent = NewsIndexPage.objects.get()
    workshop = day(clock.first_workshop())
    for text in reversed(read("news")["news"]):
        page = NewsPage(
            slug=text["slug"],
            title=french(text["title"]),
            introduction=french(text["introduction"]),
            image=pictures.make(text["picture"]) if "picture" in text else None,
            body=body(text["body"].replace("{workshop}", workshop)),
            related_page=Page.objects.filter(url_path=f"/home{text['about']}").first() if "about" in text else None,
        )
        proposals = Proposal.objects.published().filter(title=text.get("proposal"))
        page.proposals_told = [ProposalInNews(proposal=proposal) for proposal in proposals]  # type: ignore[misc]
        publish_under(parent, page, clock.ago(text["days_ago"], 9))
