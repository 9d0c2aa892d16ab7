"""Creates the pages of the chosen starter topics."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from committee.models import ProgrammePage, TopicPage
from home.queries.starter_topics import missing_topics


@transaction.atomic
def create_topics(slugs: Collection[str], *, publishes: bool, by: User) -> list[TopicPage]:
    """Creates the missing topics among `slugs`, numbered after the existing ones; returns their pages.

    Raises `PublicationRefused` if a second reader has to approve them; then none is created.
    """
    programme = ProgrammePage.objects.get()
    first = (TopicPage.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    pages = []
    for number, topic in enumerate((topic for topic in missing_topics() if topic.slug in slugs), first):
        page = TopicPage(
            slug=topic.slug,
            title=topic.title,
            number=number,
            question=topic.question,
            introduction=topic.introduction,
            pictogram=topic.pictogram,
            website=topic.website,
            owner=by,
            live=False,
        )
        programme.add_child(instance=page)
        revision = page.save_revision(user=by, log_action=True)
        if publishes:
            revision.publish(user=by)
        pages.append(page)
    return pages
