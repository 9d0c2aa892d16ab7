"""Mails of a section that requires a second reading, here the news."""

from django.contrib.auth.models import Group

from accounts.models import User
from cms.models import NewsIndexPage, NewsPage
from cms.services import approve, ask_for_second_readings, give_back
from tools.mails.stage import Stage, sent


def reading_asked(stage: Stage) -> str:
    """Sends a news item of Rédaction to Animation for review."""
    _page, reader = _sent_to_a_reader(stage)
    return reader.email


def text_approved(stage: Stage) -> str:
    """Approves the text, which publishes it."""
    page, reader = _sent_to_a_reader(stage)
    sent(stage.now)
    approve(page=page, version=page.latest_revision_id, by=reader, comment="Bravo, c’est clair.")
    return stage.user("redaction").email


def text_given_back(stage: Stage) -> str:
    """Requests a change of the text."""
    page, reader = _sent_to_a_reader(stage)
    sent(stage.now)
    words = "L’adresse de la médiathèque manque : ajoutez-la après la date."
    give_back(page=page, version=page.latest_revision_id, by=reader, comment=words)
    return stage.user("redaction").email


def _sent_to_a_reader(stage: Stage) -> tuple[NewsPage, User]:
    """Returns a submitted revision of the latest news page, and its reviewer."""
    author, reader = stage.user("redaction"), stage.user("animation")
    groups = Group.objects.filter(name__in=["Rédaction", "Animation"])
    ask_for_second_readings(section=NewsIndexPage.objects.get(), groups=groups, by=reader)
    page = NewsPage.objects.published()[0]
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return page, reader
