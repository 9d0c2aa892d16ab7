"""How every mail of participation is written: a pair of templates, a subject, and whom to ask for help."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from cms.models import SiteConfiguration


def mail(template: str, *, subject: str, to: str, **context: Any) -> EmailMultiAlternatives:
    """Returns the mail that the pair of templates `template` writes from `context` for the address `to`."""
    context |= {"subject": subject, **SiteConfiguration.load().help_by_phone}
    written = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"emails/participation/{template}.txt", context),
        to=[to],
    )
    written.attach_alternative(render_to_string(f"emails/participation/{template}.html", context), "text/html")
    return written


def send(template: str, *, subject: str, to: str, **context: Any) -> None:
    """Writes the same mail and puts it into the outbox."""
    mail(template, subject=subject, to=to, **context).send()
