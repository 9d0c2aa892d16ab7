"""Convocations: recipients, one mail each, its content at the time of sending."""

import datetime as dt
import email
import email.policy
import uuid

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import Collection, CollectionViewRestriction

from committee.attendance.services.absences import announce_absence
from committee.convocations.notifications import SessionConvened
from committee.convocations.queries.deliveries import deliveries
from committee.convocations.services import convene
from committee.errors import ConvocationRefused
from committee.models import (
    AgendaItem,
    Convocation,
    Mandate,
    MemberDocument,
    SessionDocument,
    SessionExpert,
    SessionMinutes,
    SessionPage,
)
from common.shown import BY_PROGRAM
from mailing.drain import drain
from mailing.models import Message
from mailing.notifications import DropReason
from participation.models import ProposalOnAgenda
from tests.bulk import fields_of, read_then_send
from tests.cms.factories import make_document
from tests.factories import MandateFactory, ProposalFactory, SeatFactory, SessionPageFactory, UserFactory
from tests.mailing.fakes import FakeTransport

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
DAY, MINUTE = dt.timedelta(days=1), dt.timedelta(minutes=1)
LINK = "https://visio.example/comite"


@pytest.fixture
def session():
    page = SessionPageFactory(
        title="Les démarches", number=4, starts_at=NOW + 7 * DAY, place="Salle 32", access="Ascenseur"
    )
    AgendaItem.objects.create(session=page, title="Bilan <b>&", starts_at=dt.time(18), presenter="Karim B.")
    return page


def make_member(name="Membre", **mandate):
    return MandateFactory(member__name=name, member__user=UserFactory(), **mandate).member


def call(session, **values):
    return convene(session=session, **{**facts(), **values})


def facts():
    return {
        "words": "Lisez avant.",
        "online_link": LINK,
        "sender": UserFactory(),
        "key": uuid.uuid4(),
        "shown": BY_PROGRAM,
        "now": NOW,
    }


def test_members_with_an_account_get_one_mail_and_all_are_recorded(session):
    with_account, without = make_member("Odile"), MandateFactory(member__name="Paul").member
    MandateFactory(member__user=UserFactory(), ends_on=NOW.date() - DAY)
    key = uuid.uuid4()
    sent = call(session, key=key)
    assert call(session, key=key) == sent
    assert [message.to_email for message in Message.objects.all()] == [with_account.user.email]
    assert [(one.convened.member, one.text) for one in deliveries(sent)] == [
        (with_account, "En attente"),
        (without, "Sans compte\u00a0: à prévenir autrement"),
    ]


def test_recipients_are_members_on_the_local_day_of_the_session(client, editor_of, session):
    """The first session of a committee is convened before its mandates begin."""
    # In Paris, it is the 1st of December already.
    starts_at = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    session.starts_at, session.ends_at = starts_at, starts_at + dt.timedelta(hours=2)
    session.save_revision().publish()
    first, eve, morrow = (dt.date(2026, 12, 1) + days * DAY for days in (0, -1, 1))
    called = {
        make_member("Dès ce jour", starts_on=first).user.email,
        make_member("Jusqu’à ce jour", ends_on=first).user.email,
    }
    MandateFactory(member__name="Sur papier", starts_on=first)
    make_member("Jusqu’à la veille", ends_on=eve)
    make_member("Dès le lendemain", starts_on=morrow)
    client.force_login(editor_of("Secrétariat"))
    context = client.get(reverse("convocations:convene", args=[session.pk])).context
    assert (len(context["by_mail"]), [one.name for one in context["without_account"]]) == (2, ["Sur papier"])
    paper = reverse("convocations:paper", args=[session.pk])
    for query, names in {"": ["Sur papier"], "tous": ["Dès ce jour", "Jusqu’à ce jour", "Sur papier"]}.items():
        sheets = client.get(paper, {"membre": query}).context["sheets"]
        assert [one.member.name for one in sheets] == names, query
    sent = call(session)
    assert {one.convened.member.name for one in deliveries(sent)} == {"Dès ce jour", "Jusqu’à ce jour", "Sur papier"}
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: NOW, transport=transport)
    assert {to for to, _data in transport.taken} == called


def test_convocation_without_recipients_is_refused_and_not_recorded(client, editor_of, session):
    mandate = MandateFactory(starts_on=NOW.date() + 8 * DAY)
    client.force_login(editor_of("Secrétariat"))
    address, paper = (reverse(f"convocations:{name}", args=[session.pk]) for name in ("convene", "paper"))
    answers = {
        "form": client.get(address),
        "sending": client.post(address, {"key": str(uuid.uuid4()), "act": "send"}),
        "paper": client.get(paper),
    }
    for surface, answer in answers.items():
        assert "Personne ne siège le 1er\u00a0décembre 2026" in answer.content.decode(), surface
        if surface != "paper":
            # The missing part is the mandates.
            assert reverse("wagtailsnippets_committee_member:list") in answer.content.decode(), surface
            assert "Ouvrir la séance" not in answer.content.decode(), surface
        assert b'value="send"' not in answer.content, surface
    with pytest.raises(ConvocationRefused, match="Personne ne siège"):
        call(session)
    assert not Convocation.objects.exists()
    Mandate.objects.filter(pk=mandate.pk).update(starts_on=NOW.date() + 7 * DAY)
    assert not call(session).is_correction


def test_mail_has_date_place_agenda_link_and_calendar(session):
    holder = make_member("Odile")
    make_member("Nora K.", seat=holder.mandates.get().seat, role=Mandate.Role.SUBSTITUTE)
    call(session)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: NOW, transport=transport)
    mails = [email.message_from_bytes(data, policy=email.policy.default) for _to, data in transport.taken]
    mail = next(one for one in mails if one["To"] == holder.user.email)
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"].replace("\u00a0", " ") == "Convocation : séance du 1er décembre 2026"
    for fact in (
        "Salle 32",
        "Ascenseur",
        "13\u00a0h",
        "Bilan <b>&",
        "Karim B.",
        "Lisez avant.",
        LINK,
        "Nora K.",
        "/membres/",
    ):
        assert fact in text, fact
    assert "Bilan &lt;b&gt;&amp;" in mail.get_body(("html",)).get_content()
    [calendar] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert b"Europe/Paris" in calendar.get_payload(decode=True)


def test_mail_paper_and_page_list_experts_proposals_and_minutes_to_approve(client, editor_of, session):
    """Experts, proposals on the agenda, minutes to approve; nothing about a later session."""
    member = make_member("Odile")
    [item] = session.agenda_items.all()
    ProposalOnAgenda.objects.create(row=item, proposal=ProposalFactory(title="Un guichet mobile"))
    SessionExpert.objects.create(session=session, name="Lucie B.", occupation="bibliothécaire")
    held = SessionPageFactory(title="Le bilan", starts_at=NOW - 30 * DAY, ends_at=NOW - 30 * DAY + DAY / 12)
    SessionMinutes.objects.create(
        session=held, text="Un.", state=SessionMinutes.State.OPEN, corrections_until=NOW.date()
    )
    later = SessionPageFactory(title="Après", starts_at=NOW + 40 * DAY, ends_at=NOW + 40 * DAY + DAY / 12)
    for page in (session, later):
        call(page)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: NOW, transport=transport)
    mail, other = (email.message_from_bytes(data, policy=email.policy.default) for _to, data in transport.taken)
    client.force_login(editor_of("Secrétariat"))
    paper = client.get(reverse("convocations:paper", args=[session.pk]), {"membre": "tous"}).content.decode()
    client.force_login(member.user)
    area = client.get("/membres/convocations/").content.decode()
    texts = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
    for where, text in {"text": texts[0], "html": texts[1], "paper": paper, "area": area}.items():
        for expected in ("Lucie B.", "bibliothécaire", "Un guichet mobile", "Le bilan", "Comptes rendus à approuver"):
            assert expected in text, (where, expected)
    assert "Comptes rendus à approuver" not in other.get_body(("plain",)).get_content()
    assert area.count("Comptes rendus à approuver") == 1


def test_documents_are_linked_only_for_members_who_can_read_them(client, editor_of, session, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    member = make_member("Odile")
    to_come = make_member("Zoé", starts_on=session.starts_at.date())
    closed = Collection.get_first_root_node().add_child(name="Réservé")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type=CollectionViewRestriction.LOGIN)
    guide, plain = make_document(title="Guide"), make_document(title="Guide en texte")
    reserved = make_document(title="Devis", collection=closed)
    session.documents = [SessionDocument(document=guide, accessible_version=plain), SessionDocument(document=reserved)]
    session.save()
    answers = MemberDocument.objects.create(
        title="Réponses de la ville", file=ContentFile(b"%PDF-1.4", name="r.pdf"), session=session
    )
    call(session)
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: NOW, transport=transport)
    mails = {to: email.message_from_bytes(data, policy=email.policy.default) for to, data in transport.taken}
    client.force_login(editor_of("Secrétariat"))
    paper = client.get(reverse("convocations:paper", args=[session.pk]), {"membre": "tous"}).content.decode()
    client.force_login(member.user)
    area = client.get("/membres/convocations/").content.decode()
    own, other = (
        {kind: mails[reader.user.email].get_body((kind,)).get_content() for kind in ("plain", "html")}
        for reader in (member, to_come)
    )
    for where, text in {**own, "other": other["plain"], "other html": other["html"], "area": area}.items():
        assert all(document.url in text for document in (guide, plain)), where
        assert "Devis" in text, where
        assert reserved.url not in text, where
        can_read = not where.startswith("other")
        assert (answers.title in text, answers.get_absolute_url() in text) == (can_read, can_read), where
    for title in ("Guide", "Guide en texte", "Devis", answers.title):
        assert paper.count(f"<li>{title}") + paper.count(f"accessible\u00a0: {title}<") == 2, title
    assert "sur papier" in paper


def test_substitute_is_convened_in_case_of_absence_of_the_holder(client, editor_of, session):
    holder = make_member("Aïcha N.")
    substitute = make_member("Nora K.", seat=holder.mandates.get().seat, role=Mandate.Role.SUBSTITUTE)
    client.force_login(editor_of("Secrétariat"))

    def texts():
        call(session)
        transport = FakeTransport()
        drain(max_seconds=60, clock=lambda: NOW, transport=transport)
        mail = email.message_from_bytes(dict(transport.taken)[substitute.user.email], policy=email.policy.default)
        return [mail.get_body((kind,)).get_content().replace("\u00a0", " ") for kind in ("plain", "html")]

    for text in texts():
        assert "Vous remplacez Aïcha N. en cas d’absence : un e" in text
        assert "Vous ne pouvez pas venir ?" not in text
    announce_absence(session=session, member=holder, by=holder.user, now=NOW)
    for text in texts():
        assert "Aïcha N. ne peut pas venir : c’est à vous de venir." in text
        assert "Vous ne pouvez pas venir ?" in text
    paper = client.get(reverse("convocations:paper", args=[session.pk]), {"membre": substitute.pk}).content.decode()
    assert "en cas d’absence : le secrétariat vous le demande alors." in paper.replace("\u00a0", " ")


def test_second_convocation_is_a_correction(session):
    make_member()
    assert not call(session).is_correction
    assert call(session).is_correction
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"live": False}, "Publiez d’abord"),
        ({"status": SessionPage.Status.CANCELLED}, "annulée"),
        ({"starts_at": NOW}, "a commencé"),
    ],
)
def test_a_convocation_of_an_unsuitable_session_is_refused(session, values, message):
    SessionPage.objects.filter(pk=session.pk).update(**values)
    with pytest.raises(ConvocationRefused, match=message):
        call(session)
    assert not Convocation.objects.exists()


@pytest.mark.parametrize("change", ["mandate over", "cancelled", "account closed", "address changed"])
def test_mail_is_dropped_after_a_change_of_session_member_or_address(session, change):
    member = make_member()
    call(session)
    message = Message.objects.get()
    if change == "mandate over":
        Mandate.objects.update(ends_on=NOW.date() - DAY)
    elif change == "cancelled":
        SessionPage.objects.update(status=SessionPage.Status.CANCELLED)
    elif change == "account closed":
        type(member.user).objects.filter(pk=member.user.pk).update(is_active=False)
    else:
        type(member.user).objects.filter(pk=member.user.pk).update(email="autre@courriel.example")
    assert isinstance(SessionConvened.writer([message], now=NOW)(message), DropReason)


def test_secretariat_sees_the_message_before_sending(client, editor_of, session):
    make_member("Odile")
    MandateFactory(member__name="Paul")
    client.force_login(editor_of("Secrétariat"))
    index = client.get(reverse("convocations:index")).content.decode()
    assert "Les démarches" in index
    assert '<td data-label="Convocations envoyées">Aucune</td>' in index
    address, key = reverse("convocations:convene", args=[session.pk]), str(uuid.uuid4())
    assert "Paul" in client.get(address).content.decode()
    data = {"key": key, "words": "Lisez avant.", "online_link": LINK}
    text = client.post(address, {**data, "act": "show"}).content.decode()
    assert "Lisez avant." in text
    assert "Salle 32" in text
    assert not Convocation.objects.exists()
    for _press in range(2):
        answer = read_then_send(client, address, data, follow=True)
        assert "Odile" in answer.content.decode()
    assert Convocation.objects.count() == 1
    assert "Envoyer une correction" in client.get(reverse("convocations:index")).content.decode()
    assert client.get(address).context["form"]["online_link"].value() == LINK


def test_other_groups_cannot_convene_members(client, editor_of, session):
    client.force_login(editor_of("Rédaction"))
    for address in (reverse("convocations:index"), reverse("convocations:convene", args=[session.pk])):
        assert client.get(address).status_code == 302
        assert client.post(address, {"act": "send"}).status_code == 302
    assert not Convocation.objects.exists()


def test_online_link_is_visible_only_to_members_in_their_area(client, session):
    member = make_member()
    call(session)
    client.force_login(member.user)
    page = client.get("/membres/convocations/").content.decode()
    assert LINK in page
    assert "Salle 32" in page
    client.force_login(UserFactory())
    refused = client.get("/membres/convocations/")
    assert (refused.status_code, LINK in refused.content.decode()) == (403, False)
    client.logout()
    for address in (session.url, "/le-comite/seances/calendrier.ics", "/recherche/?q=visio"):
        public = client.get(address)
        assert (public.status_code, LINK in public.content.decode()) == (200, False), address


class TestPaper:
    def get_sheets(self, client, session, **query):
        answer = client.get(reverse("convocations:paper", args=[session.pk]), query)
        return answer, [sheet.member.name for sheet in answer.context["sheets"]]

    def test_paper_has_a_sheet_for_each_member_without_mail(self, secretariat, session):
        make_member("Odile")
        MandateFactory(member__name="Paul")
        MandateFactory(member__name="Zoé", member__user=UserFactory(is_active=False))
        MandateFactory(member__name="Ancien", ends_on=NOW.date() - DAY)
        assert self.get_sheets(secretariat, session)[1] == ["Paul", "Zoé"]

    def test_paper_can_be_printed_for_one_member_or_for_all(self, secretariat, session):
        odile = make_member("Odile")
        MandateFactory(member__name="Paul")
        assert self.get_sheets(secretariat, session, membre=odile.pk)[1] == ["Odile"]
        assert self.get_sheets(secretariat, session, membre="tous")[1] == ["Odile", "Paul"]
        assert self.get_sheets(secretariat, session, membre="x")[1] == []

    def test_paper_has_the_content_of_the_mail_without_the_online_link(self, secretariat, session):
        seat = SeatFactory(name="Siège 3")
        MandateFactory(member__name="Paul", seat=seat)
        MandateFactory(member__name="Nora", member__user=UserFactory(), seat=seat, role=Mandate.Role.SUBSTITUTE)
        call(session)
        page = self.get_sheets(secretariat, session)[0].content.decode()
        for text in ("Siège 3", "Salle 32", "Ascenseur", "Lisez avant.", "Bilan &lt;b&gt;&amp;", "Karim B.", "Nora"):
            assert text in page
        assert LINK not in page

    def test_queries_of_the_paper_are_limited(self, secretariat, session, django_assert_max_num_queries):
        for number in range(8):
            MandateFactory(member__name=f"Membre {number}", seat=SeatFactory())
        with django_assert_max_num_queries(26):
            assert len(self.get_sheets(secretariat, session)[1]) == 8

    def test_paper_of_a_cancelled_session_has_no_sheet(self, secretariat, session):
        MandateFactory(member__name="Paul")
        SessionPage.objects.update(status=SessionPage.Status.CANCELLED)
        page = self.get_sheets(secretariat, session)[0].content.decode()
        assert "Cette séance est annulée." in page
        assert "<article" not in page

    def test_paper_requires_the_permission_to_edit_sessions(self, client, editor_of, session):
        client.force_login(editor_of("Rédaction"))
        assert client.get(reverse("convocations:paper", args=[session.pk])).status_code in (302, 403)


def test_convocation_without_mail_is_recorded_and_reports_a_missing_agenda(client, editor_of, session):
    session.agenda_items.all().delete()
    MandateFactory(member__name="Paul")
    client.force_login(editor_of("Secrétariat"))
    address = reverse("convocations:convene", args=[session.pk])
    missing = gettext("The agenda is not written yet. It will be on the page of the session.")
    page = client.get(address)
    assert gettext("The agenda is not written yet: the message says so.") in page.text
    shown = client.post(address, fields_of(page) | {"act": "show"})
    assert missing in shown.text
    assert gettext("Read the agenda") not in shown.text
    assert gettext("Send the convocation in five minutes") not in shown.text
    assert gettext("Record that they are told") in shown.text
    sent = client.post(address, fields_of(shown) | {"act": "now"}, follow=True)
    assert gettext("It is recorded, and nothing leaves by e-mail. Print their letters, or call them.") in sent.text
    assert [one.convened.by_mail for one in deliveries(Convocation.objects.get())] == [False]
    assert not Message.objects.exists()
    assert missing in client.get(reverse("convocations:paper", args=[session.pk])).text
