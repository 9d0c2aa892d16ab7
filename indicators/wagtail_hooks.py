"""What this app adds to the admin, to a person's own page and to what search engines may list."""

from collections.abc import Iterator
from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.snippets.models import register_snippet

from accounts.hooks import ACCOUNT_EXPORT_HOOK, ACCOUNT_LINKS_HOOK, AccountLink, PersonalDataSet
from accounts.models import User
from cms.hooks import INDEXABLE_VIEWS_HOOK, SITEMAP_HOOK, SitemapEntry
from indicators.admin import IndicatorsViewSetGroup
from indicators.models import Restitution, Survey, SurveyAnswered
from indicators.representativeness.services import has_answered
from indicators.restitution.services import BUILT, PUBLISHED

register_snippet(IndicatorsViewSetGroup)


@hooks.register("register_log_actions")
def register_steps(actions: LogActionRegistry) -> None:
    actions.register_action(BUILT, _("Measure the figures"), _("Figures of the report measured"))
    actions.register_action(PUBLISHED, _("Publish the report"), _("Report published"))


@hooks.register(ACCOUNT_LINKS_HOOK)
def three_questions(request: HttpRequest) -> list[AccountLink]:
    """The survey that is open, for who has not answered it."""
    survey = Survey.objects.open(timezone.localdate()).first()
    if survey is None or has_answered(cast(User, request.user), survey):
        return []
    hint = gettext("They are voluntary, and nothing ties the answers to you.")
    label = gettext("Three questions about you")
    return [AccountLink(order=60, label=label, url=reverse("indicators:survey"), hint=hint)]


@hooks.register(ACCOUNT_EXPORT_HOOK)
def surveys_answered(user: User) -> Iterator[PersonalDataSet]:
    """Which surveys were answered: nobody can say what, since the answers are tied to nobody.

    For the same reason there is nothing to erase: the key to the account is emptied with it, the counts stay.
    """
    answered = SurveyAnswered.objects.filter(user=user).order_by("survey__year")
    yield PersonalDataSet(
        "indicators.surveys_answered", [{"year": year} for year in answered.values_list("survey__year", flat=True)]
    )


@hooks.register(SITEMAP_HOOK)
def for_search_engines() -> Iterator[SitemapEntry]:
    yield SitemapEntry(path=reverse("indicators:representativeness"))
    yield SitemapEntry(path=reverse("indicators:restitutions"))
    for found in Restitution.objects.published():
        yield SitemapEntry(path=found.get_absolute_url(), changed_at=found.published_at)


@hooks.register(INDEXABLE_VIEWS_HOOK)
def may_be_listed() -> list[str]:
    return ["indicators:representativeness", "indicators:restitutions", "indicators:restitution"]
