"""Mail of the contact form."""

from cms.forms import Subject
from cms.models import SiteConfiguration
from cms.notifications import ContactMessage
from tools.mails.stage import Stage


def contact_message(stage: Stage) -> str:
    """A resident suggests an example for the watch."""
    ContactMessage(
        topic=str(Subject.EXAMPLE.label),
        body="À Nantes, on prend rendez-vous à la mairie par téléphone ou en ligne.\n\nLe délai est affiché.",
        email="odile@courriel.example",
        name="Odile M.",
        now=stage.now,
    ).send(now=stage.now)
    return SiteConfiguration.load().contact_email
