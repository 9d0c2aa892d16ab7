"""What agents enter for somebody: who may, what is kept of the person, the receipt and its code."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from common.errors import TooManyTries
from common.origins import Origin
from decidim.services.exporter import Pseudonyms
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
from participation.services.answers import publish_answer
from participation.services.appeals import appeal_for
from participation.services.desk import (
    Sender,
    claim,
    enter_comment,
    enter_proposal,
    erase_person,
    forget_emails,
    normalised,
    renew_receipt,
)
from participation.services.moderation import moderate
from tests.factories import CommentFactory, DiscussionFactory, OfficialAnswerFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
ADDRESS = "odile@courriel.example"


@pytest.fixture
def agent(editor_of):
    return editor_of("Accueil")


def sender(**changes):
    return Sender(**{"name": "Odile M.", "email": ADDRESS, "origin": Origin.DESK, "received_at": NOW, **changes})


@pytest.fixture
def propose(agent, call):
    """Returns a function that enters a proposal; its arguments say what is special."""

    def enter(**changes):
        values = {
            "agent": agent,
            "sender": sender(),
            "call": call,
            "title": "Un guichet mobile",
            "problem": "Les guichets ferment.",
            "body": "Un bus avec un agent.",
            "topic": None,
            "district": "",
            "key": uuid.uuid4(),
            "now": NOW,
        }
        return enter_proposal(**{**values, **changes})

    return enter


@pytest.fixture
def comment_on(agent):
    def enter(discussion, **changes):
        values = {"agent": agent, "sender": sender(), "body": "Bonne idée.", "key": uuid.uuid4(), "now": NOW}
        return enter_comment(discussion=discussion, **{**values, **changes})

    return enter


def publish(text, moderator, **changes):
    return moderate(text=text, moderator=moderator, now=NOW, **{"state": text.State.PUBLISHED, **changes})


class TestEntering:
    def test_a_proposal_waits_to_be_read_and_has_its_name_and_origin(self, propose):
        entry, code = propose(sender=sender(origin=Origin.PAPER, received_at=NOW - 3 * DAY))
        proposal = Proposal.objects.get()
        assert (proposal.state, proposal.author, proposal.display_name) == (Proposal.State.RECEIVED, None, "Odile M.")
        assert (proposal.origin, proposal.created_at) == (Origin.PAPER, NOW - 3 * DAY)
        assert entry.proposal == proposal
        assert code

    def test_an_agent_who_also_moderates_does_not_skip_the_reading(self, propose, editor_of):
        entry, _code = propose(agent=editor_of("Animation"))
        assert entry.text.state == Proposal.State.RECEIVED

    def test_a_comment_waits_to_be_read_too(self, comment_on):
        entry, _code = comment_on(DiscussionFactory(), sender=sender(origin=Origin.PHONE))
        assert (entry.comment.state, entry.comment.handed_in) == (Comment.State.RECEIVED, "par téléphone")

    @pytest.mark.parametrize("group", ["Modération", "Services", "Rédaction"])
    def test_only_agents_enter(self, propose, comment_on, editor_of, group):
        with pytest.raises(PermissionDenied):
            propose(agent=editor_of(group))
        with pytest.raises(PermissionDenied):
            comment_on(DiscussionFactory(), agent=editor_of(group))

    def test_sent_twice_is_entered_once_and_its_code_is_not_known_again(self, propose):
        key = uuid.uuid4()
        (first, code), (second, nothing) = propose(key=key), propose(key=key)
        assert first == second
        assert code
        assert nothing == ""
        assert DeskEntry.objects.count() == len(outbox) == 1

    def test_two_agents_do_not_enter_the_same_paper(self, propose, comment_on, editor_of):
        body = "Il faudrait un bus avec un agent qui passe une fois par mois dans chaque quartier."
        propose(body=body)
        with pytest.raises(AlreadyEntered):
            propose(body=body, agent=editor_of("Accueil"))
        discussion = DiscussionFactory()
        comment_on(discussion, body=body)
        with pytest.raises(AlreadyEntered):
            comment_on(discussion, body=body)

    @pytest.mark.parametrize("late", [dt.timedelta(minutes=1), -14 * DAY - HOUR])
    def test_a_date_to_come_or_long_ago_is_refused(self, propose, late):
        with pytest.raises(DateOutOfRange):
            propose(sender=sender(received_at=NOW + late))

    def test_paper_that_came_in_time_is_entered_after_the_end(self, propose, call):
        call.closes_at = NOW - DAY
        call.save()
        with pytest.raises(CallClosed):
            propose()
        assert propose(sender=sender(received_at=NOW - 2 * DAY))[0].proposal

    def test_a_closed_discussion_takes_no_comment(self, comment_on, call):
        call.closes_at = NOW - DAY
        call.save()
        with pytest.raises(DiscussionClosed):
            comment_on(DiscussionFactory(proposal=ProposalFactory(call=call)))

    def test_the_log_keeps_the_agent_and_no_personal_data(self, propose, agent):
        entry, _code = propose()
        line = ModelLogEntry.objects.get(action="participation.enter")
        assert (line.user, line.object_id, line.data) == (agent, str(entry.proposal_id), {"origin": "guichet"})

    def test_an_entry_is_of_one_text(self, agent):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeskEntry.objects.create(agent=agent, entered_at=NOW)


class TestNews:
    """The person who left an address is told what an author with an account is told."""

    def test_received_published_answered(self, propose, moderator, editor_of):
        entry, code = propose()
        publish(entry.text, moderator)
        answer = OfficialAnswerFactory(status="brouillon", proposal=Proposal.objects.get())
        publish_answer(answer=answer, actor=editor_of("Services"), now=NOW)
        assert [sent.to for sent in outbox] == [[ADDRESS]] * 3
        assert code not in outbox[0].body
        assert "vous avez donné votre adresse" in outbox[2].body

    def test_a_refusal_says_whom_to_call_and_leads_to_no_page_that_needs_an_account(self, comment_on, moderator):
        entry, _code = comment_on(DiscussionFactory())
        publish(entry.text, moderator, state=Comment.State.REFUSED, ground="respect", reason="Il attaque.")
        refusal = outbox[-1]
        assert refusal.to == [ADDRESS]
        assert "Appelez-nous" in refusal.body
        assert "/compte/decisions/" not in refusal.body

    def test_nobody_is_told_without_an_address(self, propose, moderator):
        entry, _code = propose(sender=sender(email=""))
        publish(entry.text, moderator)
        assert outbox == []

    def test_an_agent_appeals_once(self, propose, moderator, agent, editor_of):
        entry, _code = propose()
        with pytest.raises(WrongState):
            appeal_for(entry=entry, agent=agent, body="C’est utile.", now=NOW)
        publish(entry.text, moderator, state=Proposal.State.REFUSED, ground="subject", reason="Hors sujet.")
        entry = DeskEntry.objects.get()
        asked = [appeal_for(entry=entry, agent=agent, body="C’est utile.", now=NOW) for _time in range(2)]
        assert asked == [Appeal.objects.get()] * 2


class TestReceipt:
    def test_its_code_attaches_the_text_to_an_account_and_is_not_kept_as_it_is(self, propose, user):
        entry, code = propose()
        assert code not in DeskEntry.objects.get().code_hash
        claim(number=entry.pk, code=f" {code.lower().replace('-', ' ')} ", user=user, now=NOW)
        proposal, entry = Proposal.objects.get(), DeskEntry.objects.get()
        assert (proposal.author, proposal.author_name, proposal.origin) == (user, "", Origin.DESK)
        assert (entry.email, entry.code_hash, entry.attached_at) == ("", "", NOW)
        assert list(proposal.followers()) == [user]

    def test_attached_twice_it_stays_so_and_another_account_gets_nothing(self, propose, user):
        entry, code = propose()
        for _time in range(2):
            claim(number=entry.pk, code=code, user=user, now=NOW)
        with pytest.raises(ReceiptUnknown):
            claim(number=entry.pk, code=code, user=UserFactory(), now=NOW)

    def test_the_address_of_an_account_attaches_nothing_by_itself(self, propose):
        known = UserFactory(email=ADDRESS)
        propose()
        assert not Proposal.objects.visible_to(known).exists()

    def test_a_wrong_code_and_a_wrong_number_are_told_in_the_same_words(self, propose, user):
        entry, code = propose()
        for number, tried in ((entry.pk, "AAAAA-AAAAA"), (entry.pk + 1, code), (entry.pk, "")):
            with pytest.raises(ReceiptUnknown):
                claim(number=number, code=tried, user=user, now=NOW)

    def test_tries_are_limited(self, propose, user):
        entry, code = propose()
        for _try in range(10):
            with pytest.raises(ReceiptUnknown):
                claim(number=entry.pk, code="AAAAA-AAAAA", user=user, now=NOW)
        with pytest.raises(TooManyTries):
            claim(number=entry.pk, code=code, user=user, now=NOW)
        assert claim(number=entry.pk, code=code, user=user, now=NOW + HOUR)

    def test_another_code_makes_the_first_one_worthless(self, propose, agent, user):
        entry, first = propose()
        _entry, second = renew_receipt(entry=entry, agent=agent)
        with pytest.raises(ReceiptUnknown):
            claim(number=entry.pk, code=first, user=user, now=NOW)
        assert claim(number=entry.pk, code=second, user=user, now=NOW)
        with pytest.raises(ReceiptClosed):
            renew_receipt(entry=entry, agent=agent)

    def test_a_code_is_read_however_it_is_typed(self):
        assert normalised("abcde fgh23") == normalised("ABCDEFGH23") == "ABCDE-FGH23"


class TestPersonalData:
    def test_they_go_when_the_person_asks(self, propose, agent, user):
        entry, code = propose()
        for _time in range(2):
            erase_person(entry=entry, agent=agent, now=NOW)
        entry = DeskEntry.objects.get()
        assert (entry.email, entry.name_shown, entry.code_hash) == ("", "", "")
        assert entry.body == "Un bus avec un agent."
        with pytest.raises(ReceiptUnknown):
            claim(number=entry.pk, code=code, user=user, now=NOW)

    def test_what_is_attached_is_erased_by_its_owner(self, propose, agent, user):
        entry, code = propose()
        claim(number=entry.pk, code=code, user=user, now=NOW)
        with pytest.raises(ReceiptClosed):
            erase_person(entry=entry, agent=agent, now=NOW)

    def test_the_address_goes_a_year_after_the_last_news(self, propose, comment_on, moderator):
        silent, _code = propose()
        told, _code = comment_on(DiscussionFactory())
        Comment.objects.update(state_changed_at=NOW + 30 * DAY)
        assert forget_emails(now=NOW + 364 * DAY) == 0
        assert forget_emails(now=NOW + 365 * DAY) == 1
        assert set(DeskEntry.objects.values_list("pk", "email")) == {(silent.pk, ""), (told.pk, ADDRESS)}
        assert forget_emails(now=NOW + 395 * DAY) == 1

    def test_neither_address_nor_agent_is_on_a_page_or_in_a_file(self, client, propose, comment_on, moderator, agent):
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

    def test_the_export_gives_each_text_a_number_of_its_own(self, comment_on):
        discussion, people = DiscussionFactory(), Pseudonyms()
        written = [comment_on(discussion, body=body)[0].comment for body in ("Oui.", "Non.")]
        assert [people.of(comment) for comment in written] == [(1, "Participant-1"), (2, "Participant-2")]
        assert people.of(CommentFactory(author=None, author_name="Pseudo")) == (3, "Pseudo")


class TestScreens:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, agent):
        client.force_login(agent)

    FIELDS = {
        "title": "Un guichet mobile",
        "problem": "Les guichets ferment.",
        "body": "Un bus avec un agent.",
        "author_name": "Odile M.",
        "email": ADDRESS,
        "origin": "papier",
        "received_at": "2026-11-24T10:30",
    }

    def test_a_proposal_is_entered_and_its_receipt_shows_the_code_once(self, client, call):
        sent = client.post(reverse("desk_proposal:enter"), self.FIELDS)
        receipt = reverse("desk_entries:receipt", args=[DeskEntry.objects.get().pk])
        assert sent.url == f"{receipt}?imprimer=1"
        first, second = client.get(receipt), client.get(receipt)
        assert first.context["code"]
        for told in (first.context["code"], "Un bus avec un agent.", "jeudi 26 novembre 2026", "03 00 00 00 00"):
            assert told in first.content.decode().replace("\u00a0", " ")
        assert second.context["code"] == ""
        assert first.context["code"] not in second.content.decode()

    def test_to_print_it_again_makes_another_code_and_says_so(self, client, call):
        client.post(reverse("desk_proposal:enter"), self.FIELDS)
        receipt = reverse("desk_entries:receipt", args=[DeskEntry.objects.get().pk])
        code = client.get(receipt).context["code"]
        assert "Un nouveau code annule le premier" in client.get(receipt).content.decode()
        again = client.post(receipt, follow=True).context["code"]
        assert again
        assert again != code

    def test_nothing_is_lost_on_an_error(self, client, call):
        wrong = client.post(
            reverse("desk_proposal:enter"), {**self.FIELDS, "title": "", "received_at": "2026-11-25T09:00"}
        )
        form = wrong.context["form"]
        assert wrong.status_code == 422
        assert set(form.errors) == {"title", "received_at"}
        assert "Un bus avec un agent." in wrong.content.decode()
        assert not Proposal.objects.exists()

    def test_a_comment_is_about_one_thing(self, client):
        proposal = ProposalFactory()
        fields = {name: self.FIELDS[name] for name in ("body", "author_name", "origin", "received_at")}
        neither = client.post(reverse("desk_comment:enter"), fields)
        assert set(neither.context["form"].errors) == {"proposal"}
        client.post(reverse("desk_comment:enter"), {**fields, "proposal": proposal.pk})
        assert DeskEntry.objects.get().comment.discussion.proposal == proposal

    def test_the_list_costs_the_same_with_many_entries(self, client, propose):
        address, counts = reverse("desk_entries:list"), []
        propose(body="a")
        client.get(address)
        for number in (1, 8):
            for count in range(number):
                propose(body=str(count))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("typed", ["9" * 30, "n° " + "9" * 30, "²", "٣"])
    def test_a_number_that_no_entry_can_have_finds_none(self, client, propose, typed):
        propose()
        assert client.get(reverse("desk_entries:list"), {"q": typed}).status_code == 200

    @pytest.mark.parametrize("typed", ["{}", "n° {}", "numérique"])
    def test_an_entry_is_found_by_its_number_or_by_its_words(self, client, propose, typed):
        entry, _code = propose(title="Un guichet numérique")
        propose(title="Un banc", problem="On attend debout.", body="Deux bancs devant la mairie.")
        page = client.get(reverse("desk_entries:list"), {"q": typed.format(entry.pk)})
        assert [one.pk for one in page.context["object_list"]] == [entry.pk]

    def test_erasing_asks_first(self, client, propose):
        entry, _code = propose()
        address = reverse("desk_entries:erase", args=[entry.pk])
        assert client.get(address).status_code == 200
        assert DeskEntry.objects.get().email == ADDRESS
        client.post(address)
        assert DeskEntry.objects.get().email == ""

    def test_the_moderator_sees_the_mail_that_the_person_will_get(self, client, propose, moderator):
        entry, _code = propose()
        client.force_login(moderator)
        path = reverse("wagtail_bulk_action", args=["participation", "proposal", "publish"])
        shown = client.get(path, {"id": entry.proposal_id})
        assert [one.email for one in shown.context["mails"][0].recipients()] == [ADDRESS]


def test_a_person_attaches_a_text_with_the_receipt(client, propose, user):
    entry, code = propose()
    address = reverse("participation:claim")
    assert client.get(address).status_code == 302
    client.force_login(user)
    wrong = client.post(address, {"number": entry.pk, "code": "AAAAA-AAAAA"})
    assert wrong.status_code == 422
    assert "Relisez-les" in wrong.content.decode()
    done = client.post(address, {"number": entry.pk, "code": code}, follow=True)
    assert "Un guichet mobile" in done.content.decode()


class TestPaperForm:
    def test_it_has_the_questions_of_the_form_on_the_site(self, client, call):
        text = client.get(reverse("participation:call_paper_form", args=[call.slug])).content.decode()
        for question in ("Titre", "Quel est le problème", "Que proposez-vous"):
            assert question in text.replace("\u00a0", " ")
        assert reverse("participation:call_paper_form", args=[call.slug]) in client.get(call.url).content.decode()

    def test_a_call_that_takes_no_proposals_has_none(self, client, call):
        call.discussion_from = call.proposals_from + DAY
        call.save()
        address = reverse("participation:call_paper_form", args=[call.slug])
        assert client.get(address).url == call.url
        assert address not in client.get(call.url).content.decode()
        assert client.get(reverse("participation:call_paper_form", args=["inconnu"])).status_code == 404
