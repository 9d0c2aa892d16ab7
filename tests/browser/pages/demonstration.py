"""Loads the demonstration and additional data of the states."""

import datetime as dt
from email.message import EmailMessage
from pathlib import Path

from django.contrib.auth import get_user_model
from django.utils import timezone

from committee.models import SessionMinutes, SessionPage
from common.shown import BY_PROGRAM
from demo.services import demonstration
from digests.models import Edition, Frequency, Subscriber
from digests.models.schedule import latest_slot, rhythm_of
from digests.queries.deliveries import sample_delivery, start_of_period
from digests.queries.selection import Reader
from digests.services import subscriptions
from mailing.models import Batch
from participation.models import (
    Decision,
    Proposal,
)
from participation.services.appeals import appeal as ask_again
from participation.services.moderation import moderate
from polls.models import Poll, Question, SecretTally
from polls.models.ballots import write
from tests.browser.pages.accounts import (
    HABITANTE,
    MEMBRE,
    MODERATION,
    READER,
    STOPPING,
    UNCONFIRMED,
)
from tests.browser.pages.rows import (
    open_poll,
)
from tests.factories import ProposalFactory, SessionPageFactory
from tests.polls.factories import WITH_CHOICES, choice_ids, make_poll


def prepare() -> None:
    """Loads the demonstration and additional data of its states. For a test database only: it invents rows.

    Settings: DEMONSTRATION on, BASE_URL the site's URL, ROOT_URLCONF "tests.browser.urls".
    """
    now = timezone.now()
    demonstration.load(now)
    resident = get_user_model().objects.get(email=HABITANTE)
    ProposalFactory(author=resident, state=Proposal.State.RECEIVED, title="Afficher les horaires")
    for title in ("Un site pour mon commerce", "Un site pour mon magasin"):
        refused = ProposalFactory(author=resident, state=Proposal.State.RECEIVED, title=title)
        moderate(
            text=refused,
            state=Proposal.State.REFUSED,
            moderator=get_user_model().objects.get(email=MODERATION),
            now=now,
            ground="advertising",
            reason="Votre texte est une publicité.",
            shown=BY_PROGRAM,
        )
    ask_again(decision=Decision.objects.first(), author=resident, body="C’est un service.", now=now)
    cancelled = SessionPageFactory(
        title="Séance reportée", starts_at=now + dt.timedelta(days=40), status=SessionPage.Status.CANCELLED
    )
    cancelled.save_revision().publish()
    approved_later = SessionPageFactory(title="Séance d’un autre temps", starts_at=now - dt.timedelta(days=3_000))
    approved_later.save_revision().publish()
    SessionMinutes.objects.create(
        session=approved_later,
        state=SessionMinutes.State.OPEN,
        text="Le comité se présente.",
        corrections_until=(approved_later.starts_at + dt.timedelta(days=14)).date(),
    )
    member = get_user_model().objects.get(email=MEMBRE)
    open_poll().participations.create(user=member)
    write_polls(now)
    for email in (READER, STOPPING, UNCONFIRMED):
        asked = subscriptions.ask_by_mail(email=email, frequency=Frequency.WEEKLY, now=now)
        if email != UNCONFIRMED:
            subscriptions.confirm(asked, now=now)
    plan_digests(now)


def plan_digests(now: dt.datetime) -> None:
    """Makes a sent edition, whatever the current day."""
    rhythm = rhythm_of(Frequency.WEEKLY)
    period_key, slot_at = latest_slot(now, rhythm)
    edition = Edition.objects.create(
        kind=Frequency.WEEKLY,
        period_key=period_key,
        slot_at=slot_at,
        cutoff=slot_at,
        expires_at=slot_at,
        status=Edition.Status.PLANNED,
        batch=Batch.objects.create(kind="digest.weekly", label="weekly", created_at=slot_at),
    )
    reader = Reader(start=start_of_period(edition))
    sample_delivery(edition, Subscriber.objects.get(email=READER), reader, now=now).save()


def write_mail(folder: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Votre code"
    message["From"] = "Comité des usagers <comite@comite.example>"
    message["To"] = HABITANTE
    message.set_content("Voici votre code.")
    message.add_alternative(
        '<!doctype html><html lang="fr"><title>Votre code</title><h1>Votre code</h1>', subtype="html"
    )
    (folder / "1.eml").write_bytes(bytes(message))


def write_polls(now: dt.datetime) -> None:
    """Makes kinds of questions and voters that the demonstration lacks."""
    week = dt.timedelta(days=7)
    # They close after the poll of the demonstration, which stays first.
    later = now + 52 * week
    kinds = WITH_CHOICES
    make_poll("toutes-les-questions", kinds=kinds, opens_at=now - week, closes_at=later, ballot=Poll.Ballot.NOMINATIVE)
    make_poll("pour-les-habitants", opens_at=now - week, closes_at=later, audience=Poll.Audience.RESIDENTS, quorum=20)
    over = make_poll(
        "ordre-et-points",
        kinds=(Question.Kind.RANKED, Question.Kind.POINTS),
        opens_at=now - 40 * week,
        closes_at=now - 30 * week,
        quorum=50,
        required_share=40,
    )
    ranked, pointed = over.questions.all()
    a, b, c = choice_ids(over)
    SecretTally.objects.create(question=ranked, counts={write({a: 1, b: 2}): 9, write({c: 1}): 2})
    d, e, _f = choice_ids(over, 1)
    SecretTally.objects.create(question=pointed, counts={write({d: 10}): 5, write({d: 4, e: 6}): 6})
