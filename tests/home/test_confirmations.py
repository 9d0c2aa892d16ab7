"""Acts that cannot be taken back: what one person changes after another opened the page stops the act, and is shown.

Each row of `docs/confirmations.md` that is bound has a scene here, or names its own test.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cms.admin.dashboard import snippet_url
from committee.models import (
    AgendaItem,
    Convocation,
    Correction,
    Dissent,
    Member,
    MinutesDecision,
    SessionMinutes,
    TopicPage,
    WorkProgramme,
)
from digests.models import Newsletter
from indicators.models import Restitution
from mailing import restored
from participation.models import OfficialAnswer
from participation.services.coauthors import invite
from polls.models import Poll
from tests.committee import minutes
from tests.digests.factories import SubscriberFactory
from tests.factories import (
    MandateFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.mailing.fakes import make_message
from tests.polls.factories import make_poll
from tests.veille import benchmark
from veille.models import Criterion, Observation, Withdrawal

# The day after the round of corrections of `public_draft`.
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(minutes.NOW + minutes.DAY, tick=False)]
DAY = dt.timedelta(days=1)


@dataclass
class Scene:
    """A page open on the screen of a person (an account, or somebody of a group), and what changes meanwhile.

    `change` replaces words by others that contain « Canari »; `is_done` says whether the act took place.
    """

    person: Any
    url: str
    change: Callable[[], Any]
    is_done: Callable[[], bool]
    data: dict[str, Any] | None = None


def published_answer():
    """Publication of an official answer, reworded by a colleague (W1)."""
    answer = OfficialAnswerFactory(status=OfficialAnswer.Status.DRAFT)
    row = OfficialAnswer.objects.filter(pk=answer.pk)
    return Scene(
        "Services",
        reverse("answers:publish", args=[answer.pk]),
        lambda: row.update(reasons="Canari refusé."),
        lambda: row.get().is_published,
    )


def contrary_answers():
    """Publication of an answer while a colleague's answer changes the state of the proposal (W2)."""
    proposal = ProposalFactory(state="etudiee")
    answer = OfficialAnswerFactory(proposal=proposal, status=OfficialAnswer.Status.DRAFT)
    row = OfficialAnswer.objects.filter(pk=answer.pk)
    return Scene(
        "Services",
        reverse("answers:publish", args=[answer.pk]),
        lambda: type(proposal).objects.filter(pk=proposal.pk).update(title="Canari"),
        lambda: row.get().is_published,
    )


def public_draft():
    """Returns a coordinator, a session whose round of corrections is over, and the session that approves it."""
    coordinator, session = minutes.member(minutes.Role.COORDINATOR), minutes.held()
    minutes.opened(session, coordinator, until=minutes.TODAY)
    return coordinator, session, minutes.held(1)


def approved_minutes():
    """Approval of minutes whose decision was reworded (W8, row 1)."""
    coordinator, session, later = public_draft()
    decision = MinutesDecision.objects.filter(record__session=session)
    return Scene(
        coordinator,
        minutes.address(session, "approve_minutes"),
        lambda: decision.filter(pk=decision.first().pk).update(text="Le comité demande un canari."),
        lambda: SessionMinutes.objects.get(session=session).is_approved,
        {"approved_in": later.pk},
    )


def approved_dissent():
    """Approval of minutes from which a member dissents meanwhile: the version of the text is the same."""
    scene = approved_minutes()
    decision = MinutesDecision.objects.first()

    def change():
        Dissent.objects.create(decision=decision, text="Un canari suffit.", about=decision.text, written_at=minutes.NOW)

    return replace(scene, change=change)


def opened_minutes():
    """Opening to corrections of a text that a colleague changed (row 11)."""
    coordinator, session = minutes.member(minutes.Role.COORDINATOR), minutes.held()
    minutes.draft(session, coordinator)
    row = SessionMinutes.objects.filter(session=session)
    return Scene(
        coordinator,
        minutes.address(session, "open_minutes"),
        lambda: row.update(text="Canari."),
        lambda: row.get().state == SessionMinutes.State.OPEN,
        {"until": "2026-12-10"},
    )


def decided_correction():
    """Decision on a correction whose passage was changed in the text (row 12)."""
    coordinator, session = minutes.member(minutes.Role.COORDINATOR), minutes.held()
    minutes.opened(session, coordinator)
    correction = minutes.propose(session, minutes.member())
    return Scene(
        coordinator,
        minutes.address(session, "decide_correction", pk=correction.pk),
        lambda: SessionMinutes.objects.update(text="Un guide aide. Canari."),
        lambda: not Correction.objects.get().is_waiting,
        {"state": "acceptee", "reason": "C’est juste."},
    )


def written_dissent():
    """Dissent from a decision that was reworded (row 43)."""
    coordinator, session = minutes.member(minutes.Role.COORDINATOR), minutes.held()
    minutes.opened(session, coordinator, until=minutes.TODAY + 3 * minutes.DAY)
    decision = MinutesDecision.objects.first()
    return Scene(
        minutes.member(),
        minutes.address(session, "write_dissent", pk=decision.pk),
        lambda: MinutesDecision.objects.filter(pk=decision.pk).update(text="Canari."),
        Dissent.objects.exists,
        {"text": "Je ne suis pas d’accord."},
    )


def opened_poll():
    """Opening of a poll one question of which was reworded (row 5)."""
    poll = make_poll(is_draft=True, opens_at=None, closes_at=minutes.NOW + 9 * minutes.DAY)
    return Scene(
        "Animation",
        snippet_url(Poll, "open", poll.pk),
        lambda: poll.questions.update(text="Un canari ?"),
        lambda: not Poll.objects.get(pk=poll.pk).is_draft,
    )


def published_report():
    """Publication of the report of a year that a colleague measured again (row 7)."""
    figures = [{"section": "Séances", "label": "Séances tenues", "value": "3", "definition": ""}]
    report = Restitution.objects.create(year=2025, figures=figures, built_at=minutes.NOW)
    row = Restitution.objects.filter(pk=report.pk)
    return Scene(
        "Animation",
        snippet_url(Restitution, "publish", report.pk),
        lambda: row.update(figures=[{**figures[0], "value": "1 canari"}]),
        lambda: row.get().is_published,
    )


def opened_ballot():
    """Opening of the ballot over the topics, one of which was renamed (row 9)."""
    topics = [TopicPageFactory(title=title) for title in ("Aide", "Mots")]
    programme = WorkProgramme.objects.create(year=2027)
    return Scene(
        "Secrétariat",
        snippet_url(WorkProgramme, "open_ballot", programme.pk),
        lambda: TopicPage.objects.filter(pk=topics[0].pk).update(title="Canari"),
        lambda: WorkProgramme.objects.get(pk=programme.pk).poll is not None,
        {"kind": "points", "ballot": "secret", "opens_at": "2026-12-01 09:00", "closes_at": "2026-12-15 18:00"},
    )


def erased_member():
    """Erasure of a former member, whose name a colleague corrects (row 14)."""
    mandate = MandateFactory(ends_on=minutes.TODAY - minutes.DAY)
    row = Member.objects.filter(pk=mandate.member_id)
    return Scene(
        "Secrétariat",
        snippet_url(Member, "erase", mandate.member_id),
        lambda: row.update(name="Canari"),
        lambda: row.get().name == "Ancien membre",
    )


def office_rights():
    """Rights of an office, whose holder changes the address of the account (row 15)."""
    user = minutes.member(minutes.Role.COORDINATOR)
    return Scene(
        UserFactory(is_superuser=True),
        reverse("office_rights", args=[user.pk]),
        lambda: User.objects.filter(pk=user.pk).update(email="canari@courriel.example"),
        user.groups.exists,
    )


def held_mails():
    """Mails held after a restore, while the site holds another of the same kind (row 34)."""
    make_message()
    restored.hold_all(made_at=minutes.NOW)

    def hold_another():
        make_message(subject="Canari")
        restored.hold_all(made_at=minutes.NOW)

    return Scene(
        "Animation",
        reverse("mailing_batches:restored"),
        hold_another,
        lambda: not restored.held().exists(),
        {"kinds": "test", "act": "give_up", "reason": "Partis lundi."},
    )


def co_author():
    """One's name under a proposal that its author corrects (row 40)."""
    proposal, user = ProposalFactory(), UserFactory()
    invitation = invite(proposal=proposal, author=proposal.author, email=user.email, now=minutes.NOW)
    return Scene(
        user,
        invitation.url,
        lambda: type(proposal).objects.filter(pk=proposal.pk).update(problem="Un canari dort."),
        proposal.co_authorships.exists,
        {"action": "accepter"},
    )


def withdrawn_observation():
    """Withdrawal of an observation whose criterion is reworded (row 27)."""
    observation = benchmark.published(benchmark.make_city(), benchmark.make_criterion())
    return Scene(
        "Rédaction",
        snippet_url(Observation, "withdraw", observation.pk),
        lambda: Criterion.objects.update(question="Un canari ?"),
        Withdrawal.objects.exists,
        {"reason": "La source parlait d’une autre ville."},
    )


def message_to_readers():
    """Message to subscribers, reworded by a colleague (W3)."""
    SubscriberFactory()
    row = Newsletter.objects.filter(pk=Newsletter.objects.create(subject="Une rampe", created_at=timezone.now()).pk)
    return Scene(
        "Animation",
        reverse("newsletters:send", args=[row.get().pk]),
        lambda: row.update(body=json.dumps([{"type": "text", "value": "Canari"}])),
        lambda: not row.get().is_draft,
    )


def request_to_send():
    """Request to send a message, whose subject a colleague changes."""
    scene = message_to_readers()
    row = Newsletter.objects.all()
    return Scene(
        "Rédaction",
        scene.url.replace("envoyer", "demander"),
        lambda: row.update(subject="Canari"),
        lambda: row.get().waits_for_sending,
    )


def convocation():
    """Convocation to a session, whose agenda a colleague changes (W8)."""
    session = SessionPageFactory(starts_at=timezone.now() + DAY, place="Salle 32")
    MandateFactory(member__user=UserFactory())
    AgendaItem.objects.create(session=session, title="Le bilan")
    return Scene(
        "Secrétariat",
        reverse("convocations:convene", args=[session.pk]),
        lambda: AgendaItem.objects.update(title="Canari"),
        Convocation.objects.exists,
        {"act": "now"},
    )


SCENES = [
    published_answer,
    contrary_answers,
    approved_minutes,
    approved_dissent,
    opened_minutes,
    decided_correction,
    written_dissent,
    opened_poll,
    published_report,
    opened_ballot,
    erased_member,
    office_rights,
    held_mails,
    co_author,
    withdrawn_observation,
    message_to_readers,
    request_to_send,
    convocation,
]


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_act_stops_when_what_the_page_showed_has_changed(client, editor_of, make):
    scene = make()
    client.force_login(editor_of(scene.person) if isinstance(scene.person, str) else scene.person)
    opened = client.get(scene.url)
    assert opened.status_code == 200
    scene.change()
    answer = client.post(scene.url, {"shown": opened.context["confirmation"].field, **(scene.data or {})})
    assert answer.status_code == 409
    assert not scene.is_done()
    assert any("canari" in change.text.lower() for change in answer.context["confirmation"].changes)
    assert "canari" in answer.content.decode().lower()
    client.post(scene.url, {"shown": answer.context["confirmation"].field, **(scene.data or {})})
    assert scene.is_done(), "one press more"


@pytest.mark.parametrize("make", SCENES, ids=lambda make: make.__name__)
def test_page_opened_before_the_upgrade_is_shown_again(client, editor_of, make):
    scene = make()
    client.force_login(editor_of(scene.person) if isinstance(scene.person, str) else scene.person)
    answer = client.post(scene.url, scene.data or {})
    assert answer.status_code == 409
    assert not scene.is_done()
    assert "Relisez" in answer.content.decode()
