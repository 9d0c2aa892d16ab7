"""Test campaigns on other pages: topics, account page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.hooks import MAX_CONTRIBUTIONS, AccountLink, Contribution
from accounts.models import User
from committee.hooks import SectionItem, TopicSection
from committee.models import TopicPage
from fieldwork.models import CampaignPage, Trial, TrialDraft, TrialIndexPage
from fieldwork.trials.queries.campaigns import cards_of

CAMPAIGNS_PER_TOPIC = 4


def campaigns_of_topic(topic: TopicPage, request: HttpRequest) -> TopicSection | None:
    """Returns the section of a topic page with its latest campaigns, or None. Five queries."""
    campaigns = CampaignPage.objects.published().filter(topic=topic).order_by("-ends_on", "-pk").defer("body")
    cards = cards_of(list(campaigns[:CAMPAIGNS_PER_TOPIC]), timezone.localdate())
    if not cards:
        return None
    index = TrialIndexPage.objects.live().first()
    return TopicSection(
        order=18,
        key="essais",
        is_featured=True,
        title=_("Trials of the service"),
        items=[
            SectionItem(
                title=card.campaign.title,
                url=card.campaign.get_url(request) or "",
                meta=f"{card.when}. {card.sentence}",
                state=card.label,
                badge_kind=card.badge_kind,
            )
            for card in cards
        ],
        more_url=index.get_url(request) or "" if index else "",
        more_label=_("See all the campaigns"),
    )


def trials_tried(user: User) -> list[Contribution]:
    """Returns the trials of `user` for their list of contributions. One query."""
    trials = Trial.objects.filter(tester=user).select_related("scenario").order_by("-created_at")
    url, tag = reverse("fieldwork:own_trials"), pgettext("contribution", "I tried it")
    return [
        Contribution(
            tag=tag, title=trial.scenario.goal, url=url, at=trial.created_at, state=trial.get_outcome_display()
        )
        for trial in trials[:MAX_CONTRIBUTIONS]
    ]


def link_to_trials(request: HttpRequest) -> list[AccountLink]:
    """Returns the link from the account page to the user's trials and drafts, if there are any."""
    user = request.user.pk
    if not (Trial.objects.filter(tester=user).exists() or TrialDraft.objects.filter(author=user).exists()):
        return []
    hint = _("What you tried and found, and where it stands.")
    return [AccountLink(order=14, label=_("My trials"), url=reverse("fieldwork:own_trials"), hint=hint)]
