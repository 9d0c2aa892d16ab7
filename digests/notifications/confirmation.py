"""The mail that asks to confirm a subscription."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from common.urls import absolute_url
from digests.models import Subscriber
from digests.models.tokens import confirm_token
from mailing.content import MailContent
from mailing.hooks import help_by_phone
from mailing.rendering import render_mail


def confirmation_of(subscriber: Subscriber, frequency: str, topics: Iterable[int]) -> MailContent:
    """The mail to `subscriber`, whose link starts the digest at this frequency, with `topics` followed."""
    url = absolute_url(reverse("digests:confirm", kwargs={"token": confirm_token(subscriber, frequency, topics)}))
    text, html = render_mail("emails/confirm_subscription", {"url": url, **help_by_phone()})
    return MailContent(subject=_("Confirm that you want the letter of the committee"), text=text, html=html)
