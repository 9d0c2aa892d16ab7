"""Texts entered by agents: permissions, personal data kept, the receipt and its code."""

import datetime as dt
import uuid
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from accounts.errors import NameNotConfirmed
from common.errors import TooManyTries
from common.origins import Origin
from common.shown import BY_PROGRAM
from decidim.services.exporter import Pseudonyms
from participation.admin.dashboard import ToReadPanel
from participation.errors import (
    AlreadyEntered,
    CallClosed,
    DateOutOfRange,
    DiscussionClosed,
    ReceiptClosed,
    ReceiptUnknown,
    WrongState,
)
from participation.models import Appeal, Comment, DeskEntry, Proposal
from participation.models.deadlines import reading_due_on
from participation.services.answers import publish_answer
from participation.services.appeals import appeal_for
from participation.services.desk import (
    claim,
    erase_person,
    forget_emails,
    normalised,
    renew_receipt,
)
from participation.services.moderation import moderate
from tests.factories import CommentFactory, DiscussionFactory, OfficialAnswerFactory, ProposalFactory, UserFactory
from tests.outbox import outbox
from tests.participation.desk import ADDRESS, DAY, HOUR, NOW, commenting, proposing, sender

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def agent(editor_of):
    return editor_of("Accueil")


@pytest.fixture
def propose(agent, call):
    return proposing(agent, call)


@pytest.fixture
def comment_on(agent):
    return commenting(agent)


def publish(text, moderator, **changes):
    return moderate(
        text=text, moderator=moderator, now=NOW, **{"state": text.State.PUBLISHED, **changes}, shown=BY_PROGRAM
    )


class TestEntering:
    def test_entered_proposal_awaits_moderation_with_name_and_origin(self, propose):
        entry, code = propose(sender=sender(origin=Origin.PAPER, received_at=NOW - 3 * DAY))
        proposal = Proposal.objects.get()
        assert (proposal.state, proposal.author, proposal.display_name) == (Proposal.State.RECEIVED, None, "Odile M.")
        assert (proposal.origin, proposal.created_at) == (Origin.PAPER, NOW - 3 * DAY)
        assert entry.proposal == proposal
        assert code

    def test_entry_of_an_agent_who_can_moderate_awaits_moderation(self, propose, editor_of):
        entry, _code = propose(agent=editor_of("Animation"))
        assert entry.text.state == Proposal.State.RECEIVED

    def test_entered_comment_awaits_moderation(self, comment_on):
        entry, _code = comment_on(DiscussionFactory(), sender=sender(origin=Origin.PHONE))
        assert (entry.comment.state, entry.comment.handed_in) == (Comment.State.RECEIVED, "par téléphone")

    @pytest.mark.parametrize("group", ["Modération", "Services", "Rédaction"])
    def test_other_groups_cannot_enter_texts(self, propose, comment_on, editor_of, group):
        with pytest.raises(PermissionDenied):
            propose(agent=editor_of(group))
        with pytest.raises(PermissionDenied):
            comment_on(DiscussionFactory(), agent=editor_of(group))

    def test_entry_submitted_twice_is_saved_once_without_the_code(self, propose):
        key = uuid.uuid4()
        (first, code), (second, nothing) = propose(key=key), propose(key=key)
        assert first == second
        assert code
        assert nothing == ""
        assert DeskEntry.objects.count() == len(outbox) == 1

    def test_same_text_cannot_be_entered_twice(self, propose, comment_on, editor_of):
        body = "Il faudrait un bus avec un agent qui passe une fois par mois dans chaque quartier."
        propose(body=body)
        with pytest.raises(AlreadyEntered):
            propose(body=body, agent=editor_of("Accueil"))
        discussion = DiscussionFactory()
        comment_on(discussion, body=body)
        with pytest.raises(AlreadyEntered):
            comment_on(discussion, body=body)

    @pytest.mark.parametrize("late", [dt.timedelta(minutes=1), -14 * DAY - HOUR])
    def test_future_or_old_date_is_refused(self, propose, late):
        with pytest.raises(DateOutOfRange):
            propose(sender=sender(received_at=NOW + late))

    def test_identifying_name_requires_a_confirmation(self, propose, comment_on):
        whole = sender(name="Yvette Schmitt, 12 rue du Bain")
        for enter in (propose, lambda **changes: comment_on(DiscussionFactory(), **changes)):
            with pytest.raises(NameNotConfirmed):
                enter(sender=whole)
            entry, _code = enter(sender=replace(whole, name_confirmed=True))
            assert entry.text.author_name == whole.name

    def test_deadline_on_the_dashboard_is_counted_from_the_entry(self, propose, comment_on, moderator):
        old = sender(received_at=NOW - 9 * DAY)
        propose(sender=old)
        comment_on(DiscussionFactory(), sender=old)
        waits = ToReadPanel(moderator, NOW).work()
        due = reading_due_on(NOW.date())
        assert {(task.due_on, task.is_late) for task in waits.tasks} == {(due, False)}
        assert (waits.count, waits.late) == (2, 0)
        assert ToReadPanel(moderator, NOW + 7 * DAY).work().late == 2

    def test_text_received_in_time_can_be_entered_after_the_end(self, propose, call):
        call.closes_at = NOW - DAY
        call.save()
        with pytest.raises(CallClosed):
            propose()
        assert propose(sender=sender(received_at=NOW - 2 * DAY))[0].proposal

    def test_comment_on_a_closed_discussion_is_refused(self, comment_on, call):
        call.closes_at = NOW - DAY
        call.save()
        with pytest.raises(DiscussionClosed):
            comment_on(DiscussionFactory(proposal=ProposalFactory(call=call)))

    def test_log_contains_the_agent_and_no_personal_data(self, propose, agent):
        entry, _code = propose()
        line = ModelLogEntry.objects.get(action="participation.enter")
        assert (line.user, line.object_id, line.data) == (agent, str(entry.proposal_id), {"origin": "guichet"})

    def test_database_requires_a_text_for_each_entry(self, agent):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeskEntry.objects.create(agent=agent, entered_at=NOW)


class TestNotifications:
    """A person who left an address gets the same messages as an author with an account."""

    def test_sender_is_notified_of_receipt_publication_and_answer(self, propose, moderator, editor_of):
        entry, code = propose()
        publish(entry.text, moderator)
        answer = OfficialAnswerFactory(status="brouillon", proposal=Proposal.objects.get())
        publish_answer(answer=answer, actor=editor_of("Services"), now=NOW, shown=BY_PROGRAM)
        assert [sent.to for sent in outbox] == [[ADDRESS]] * 3
        assert code not in outbox[0].body
        assert "vous avez donné votre adresse" in outbox[2].body

    def test_email_about_a_need_quotes_the_problem(self, propose):
        propose(kind=Proposal.Kind.NEED, body="")
        assert "Les guichets ferment." in outbox[0].body

    def test_email_of_a_refusal_gives_a_phone_number_without_account_links(self, comment_on, moderator):
        entry, _code = comment_on(DiscussionFactory())
        publish(entry.text, moderator, state=Comment.State.REFUSED, ground="respect", reason="Il attaque.")
        refusal = outbox[-1]
        assert refusal.to == [ADDRESS]
        assert "Appelez-nous" in refusal.body
        assert "/compte/decisions/" not in refusal.body

    def test_sender_without_an_address_is_not_notified(self, propose, moderator):
        entry, _code = propose(sender=sender(email=""))
        publish(entry.text, moderator)
        assert outbox == []

    def test_agent_can_appeal_once(self, propose, moderator, agent):
        entry, _code = propose()
        with pytest.raises(WrongState):
            appeal_for(entry=entry, agent=agent, body="C’est utile.", now=NOW)
        publish(entry.text, moderator, state=Proposal.State.REFUSED, ground="subject", reason="Hors sujet.")
        entry = DeskEntry.objects.get()
        asked = [appeal_for(entry=entry, agent=agent, body="C’est utile.", now=NOW) for _time in range(2)]
        assert asked == [Appeal.objects.get()] * 2


class TestReceipt:
    def test_code_attaches_the_text_to_an_account_and_is_stored_as_a_hash(self, propose, user):
        entry, code = propose()
        assert code not in DeskEntry.objects.get().code_hash
        claim(number=entry.pk, code=f" {code.lower().replace('-', ' ')} ", user=user, now=NOW)
        proposal, entry = Proposal.objects.get(), DeskEntry.objects.get()
        assert (proposal.author, proposal.author_name, proposal.origin) == (user, "", Origin.DESK)
        assert (entry.email, entry.code_hash, entry.attached_at) == ("", "", NOW)
        assert list(proposal.followers()) == [user]

    def test_attached_text_cannot_be_claimed_by_another_account(self, propose, user):
        entry, code = propose()
        for _time in range(2):
            claim(number=entry.pk, code=code, user=user, now=NOW)
        with pytest.raises(ReceiptUnknown):
            claim(number=entry.pk, code=code, user=UserFactory(), now=NOW)

    def test_address_of_an_account_does_not_attach_texts(self, propose):
        known = UserFactory(email=ADDRESS)
        propose()
        assert not Proposal.objects.visible_to(known).exists()

    def test_wrong_code_and_wrong_number_raise_the_same_error(self, propose, user):
        entry, code = propose()
        for number, tried in ((entry.pk, "AAAAA-AAAAA"), (entry.pk + 1, code), (entry.pk, "")):
            with pytest.raises(ReceiptUnknown):
                claim(number=number, code=tried, user=user, now=NOW)

    def test_attempts_to_claim_are_limited(self, propose, user):
        entry, code = propose()
        for _try in range(10):
            with pytest.raises(ReceiptUnknown):
                claim(number=entry.pk, code="AAAAA-AAAAA", user=user, now=NOW)
        with pytest.raises(TooManyTries):
            claim(number=entry.pk, code=code, user=user, now=NOW)
        assert claim(number=entry.pk, code=code, user=user, now=NOW + HOUR)

    def test_new_code_invalidates_the_first_one(self, propose, agent, user):
        entry, first = propose()
        _entry, second = renew_receipt(entry=entry, agent=agent)
        with pytest.raises(ReceiptUnknown):
            claim(number=entry.pk, code=first, user=user, now=NOW)
        assert claim(number=entry.pk, code=second, user=user, now=NOW)
        with pytest.raises(ReceiptClosed):
            renew_receipt(entry=entry, agent=agent)

    def test_code_is_normalised(self):
        assert normalised("abcde fgh23") == normalised("ABCDEFGH23") == "ABCDE-FGH23"


class TestPersonalData:
    def test_personal_data_is_erased_on_request(self, propose, agent, user):
        entry, code = propose()
        for _time in range(2):
            erase_person(entry=entry, agent=agent, now=NOW)
        entry = DeskEntry.objects.get()
        assert (entry.email, entry.name_shown, entry.code_hash) == ("", "", "")
        assert entry.body == "Un bus avec un agent."
        with pytest.raises(ReceiptUnknown):
            claim(number=entry.pk, code=code, user=user, now=NOW)

    def test_attached_entry_can_be_erased_by_its_account_only(self, propose, agent, user):
        entry, code = propose()
        claim(number=entry.pk, code=code, user=user, now=NOW)
        with pytest.raises(ReceiptClosed):
            erase_person(entry=entry, agent=agent, now=NOW)

    def test_address_is_erased_a_year_after_the_last_change(self, propose, comment_on, moderator):
        silent, _code = propose()
        told, _code = comment_on(DiscussionFactory())
        Comment.objects.update(state_changed_at=NOW + 30 * DAY)
        assert forget_emails(now=NOW + 364 * DAY) == 0
        assert forget_emails(now=NOW + 365 * DAY) == 1
        assert set(DeskEntry.objects.values_list("pk", "email")) == {(silent.pk, ""), (told.pk, ADDRESS)}
        assert forget_emails(now=NOW + 395 * DAY) == 1

    def test_address_and_agent_are_not_public(self, client, propose, comment_on, moderator, agent):
        entry, _code = propose()
        publish(entry.text, moderator)
        remark, _code = comment_on(Proposal.objects.get().discussion, sender=sender(origin=Origin.PHONE))
        publish(remark.text, moderator)
        address = Proposal.objects.get().get_absolute_url()
        files = [
            f"/donnees-ouvertes/{name}.{kind}" for name in ("propositions", "commentaires") for kind in ("csv", "json")
        ]
        for path in [address, "/propositions/", *files]:
            answer = client.get(path)
            text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
            assert ADDRESS not in text
            assert agent.public_name not in text
        shown = client.get(address).content.decode()
        assert "Déposée au guichet" in shown
        assert "déposé par téléphone" in shown
        assert "déposée au guichet" in client.get("/propositions/").content.decode()
        comments = b"".join(client.get("/donnees-ouvertes/commentaires.json").streaming_content).decode()
        assert "par téléphone" in comments
        assert "Odile" not in comments

    def test_export_gives_each_text_its_own_pseudonym(self, comment_on):
        discussion, people = DiscussionFactory(), Pseudonyms()
        written = [comment_on(discussion, body=body)[0].comment for body in ("Oui.", "Non.")]
        assert [people.of(comment) for comment in written] == [(1, "Participant-1"), (2, "Participant-2")]
        assert people.of(CommentFactory(author=None, author_name="Pseudo")) == (3, "Pseudo")
