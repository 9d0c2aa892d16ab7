"""The home page."""

from common.markdown import french
from demo.clock import Clock
from demo.content import read
from home.models import HomePage
from home.services.publishing import publish_revision

# Number of days since the site opened.
OPENED = 305


def load(clock: Clock) -> None:
    """Sets the introduction of the home page: who sits on the committee."""
    page = HomePage.objects.get()
    page.introduction = french(" ".join(read("home")["introduction"].split()))
    publish_revision(page, clock.ago(OPENED, 9))
