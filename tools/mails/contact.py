"""Mails of the contact form, and the mail about errors of the site."""

from django.test import override_settings

from cms.forms import Subject
from cms.models import SiteConfiguration
from cms.notifications import ContactCopy, ContactMessage
from operations.models import Fault
from operations.services.faults import report
from tools.mails.stage import Stage

WRITTEN = {
    "topic": str(Subject.EXAMPLE.label),
    "body": "À Nantes, on prend rendez-vous à la mairie par téléphone ou en ligne.\n\nLe délai est affiché.",
    "email": "odile@courriel.example",
    "name": "Odile M.",
}


def contact_message(stage: Stage) -> str:
    """Sends a resident's suggestion for the watch."""
    ContactMessage(**WRITTEN, now=stage.now).send(now=stage.now)
    return SiteConfiguration.load().contact_email


def contact_copy(stage: Stage) -> str:
    """Sends a message of a signed-in resident, who gets a copy."""
    ContactCopy(**WRITTEN, now=stage.now).send(now=stage.now)
    return WRITTEN["email"]


def errors_of_the_site(stage: Stage) -> str:
    """Sends the operator the errors of the last hour."""
    for index, place in enumerate(("digests/services/planning.py in plan_due", "cms/views.py in picture")):
        Fault.objects.create(
            fingerprint=str(index),
            kind=("TypeError", "OSError")[index],
            place=place,
            asked=("", "cms:picture")[index],
            request_id="0f3c5a7e9b1d4c6e8a0b2d4f6c8e0a1b",
            first_at=stage.ago(1),
            last_at=stage.now,
            count=3 - index,
        )
    operator = "exploitation@ville.example"
    with override_settings(OPERATOR_EMAIL=operator):
        report(now=stage.now)
    return operator
