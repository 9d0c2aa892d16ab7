"""The home page."""

from common.markdown import french
from demo.clock import Clock
from demo.content import read
from home.models import HomePage
from home.services.publishing import publish_revision

# The site opened so many days ago.
OPENED = 305


def load(clock: Clock) -> None:
    """Says on the home page who sits on the committee."""
    page = HomePage.objects.get()
    page.introduction = french(" ".join(read("home")["introduction"].split()))
    publish_revision(page, clock.ago(OPENED, 9))
