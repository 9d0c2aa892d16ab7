"""Common parts of residents' forms: text lengths, and the choice of topics."""

from wagtail.models import PageQuerySet

from committee.models import TopicPage

TITLE_MAX_LENGTH = 100
TEXT_MAX_LENGTH = 2_000
COMMENT_MAX_LENGTH = 1_000


def topics() -> PageQuerySet:
    return TopicPage.objects.published()
