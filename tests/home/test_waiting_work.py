"""Registry of pending work: each kind has a place, and is counted only for users who may do it."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail import hooks

from accounts.exports.personal_data import data_sets_of, erasure_summary_of
from cms.admin.dashboard import DashboardPanel, snippet_url
from committee.area.queries import member_tasks
from committee.models import Mandate
from common.hooks import WAITING_WORK_HOOK
from common.shown import BY_PROGRAM
from common.waiting import WaitingWork, waiting_work
from digests.errors import NewsletterRefused
from digests.models import Newsletter
from digests.services.newsletters import ask_to_send, schedule, unschedule
from fieldwork.models import Finding, FindingStep, Volunteer
from fieldwork.trials.services.states import change_state
from participation.errors import NotYourService
from participation.models import CityService, Comment, Decision, OfficialAnswer, Proposal, Report
from participation.permissions import own_services
from participation.services.answers import publish_answer, schedule_answer
from participation.services.appeals import appeal
from participation.services.moderation import moderate
from polls.models import Question, SecretTexts
from tests.bulk import confirm, submit_edit
from tests.digests.factories import SubscriberFactory
from tests.factories import (
    CallPageFactory,
    CityServiceFactory,
    CommentFactory,
    MandateFactory,
    OfficialAnswerFactory,
    PlaceFactory,
    PlaceReportFactory,
    ProposalFactory,
    ReadingItemFactory,
    SessionPageFactory,
    UserFactory,
)
from tests.fieldwork.survey_factories import make_survey
from tests.fieldwork.trial_factories import FindingFactory
from tests.polls.factories import DAY, NOW, make_poll
from tests.veille.benchmark import make_city, make_criterion, published, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State, SERVICE = Finding.State, FindingStep.Role.SERVICE
ROLES = ("Accueil", "Animation", "Modération", "Rédaction", "Secrétariat", "Services")
READERS, TEAM, EDITORS = {"Animation", "Modération"}, {"Animation"}, {"Animation", "Rédaction"}
# Number of items created by `create_pending_items`, and roles that see them. None: covered by the tests of the kind.
COUNTED = {
    "a-lire": (1, READERS),
    "signalements": (1, READERS),
    # There is one more, but the user who decided first may not decide on it.
    "demandes-de-second-regard": (1, READERS),
    "constats-a-lire": (1, TEAM),
    "constats-a-suivre": (4, TEAM),
    "reponses-en-retard": (1, {*READERS, "Services"}),
    "constats-en-retard": (1, {*TEAM, "Services"}),
    # An accepted proposal without planned deliverable: its topic must be edited.
    "chaines-interrompues": (1, {"Animation", "Secrétariat"}),
    "messages-a-envoyer": (1, TEAM),
    "veille-a-lire": (2, EDITORS),
    "comparatif-a-relire": (2, EDITORS),
    "textes-a-coder": (1, EDITORS),
    "lieux-d-aide": (2, EDITORS),
    **dict.fromkeys(("ouverture", "phrases-a-ajouter", "prochaine-seance", "sieges-a-pourvoir", "assiduite")),
    **dict.fromkeys(("programme", "envois")),
    **dict.fromkeys(
        ("bilan", "indicateurs-en-retard", "etat-du-site", "sondages-a-completer", "sondages-qui-se-terminent")
    ),
    **dict.fromkeys(("relectures", "pages-a-relire", "espace-des-membres")),
}


DRAFT = {"status": OfficialAnswer.Status.DRAFT, "published_at": None, "decision": Proposal.State.ACCEPTED}


def in_group(name):
    person = UserFactory()
    person.groups.add(Group.objects.get(name=name))
    return person


def pending_counts(person, now=NOW):
    """Returns the number of pending items per kind for `person`; kinds without a panel for this user are left out."""
    found = waiting_work(person, now, DashboardPanel)
    return {kind.name: kind.found.waiting for kind in found if kind.waits}


def create_pending_items():
    """Creates an item of each kind that has a number in `COUNTED`."""
    long_ago = NOW - 90 * DAY
    ProposalFactory(state=Proposal.State.RECEIVED, created_at=NOW)
    Report.objects.create(comment=CommentFactory(), author=UserFactory(), reason="Non.", created_at=NOW)
    refused = CommentFactory(state=Comment.State.RECEIVED)
    moderate(
        text=refused,
        state="refuse",
        moderator=UserFactory(is_superuser=True),
        now=NOW,
        ground="respect",
        reason="Vif.",
        shown=BY_PROGRAM,
    )
    appeal(decision=Decision.objects.get(), author=refused.author, body="Je reformule.", now=NOW)
    for state in (State.REPORTED, State.CONFIRMED, State.SAID_FIXED, State.TO_TEST, State.CAME_BACK):
        FindingFactory(state=state, created_at=NOW)
    FindingFactory(state=State.SENT, created_at=long_ago)
    ProposalFactory(answer_due_on=NOW.date() - DAY, published_at=long_ago)
    ProposalFactory(state=Proposal.State.ACCEPTED, published_at=long_ago)
    message = {"subject": "Une rampe", "body": [], "created_at": NOW}
    Newsletter.objects.create(sending_asked_at=NOW, **message)
    Newsletter.objects.create(**message)
    ReadingItemFactory()
    ReadingItemFactory(source=None)
    recorded(make_city("Lyon", siren="000000001"), make_criterion(slug="guichet"))
    published(make_city("Lille", siren="000000002"), make_criterion(slug="papier"), source_seen_on=dt.date(2024, 1, 1))
    poll = make_survey("finie").poll
    question = poll.questions.get(kind=Question.Kind.TEXT)
    type(poll).objects.filter(pk=poll.pk).update(opens_at=NOW - 9 * DAY, closes_at=NOW - DAY)
    SecretTexts.objects.update_or_create(question=question, defaults={"texts": ["Le guichet ferme."]})
    PlaceReportFactory(place=PlaceFactory(checked_on=NOW.date()))
    PlaceFactory()


def test_each_kind_of_work_has_a_line_in_the_table():
    kinds = [register() for register in hooks.get_hooks(WAITING_WORK_HOOK)]
    assert all(issubclass(kind, WaitingWork) for kind in kinds)
    assert {kind.name for kind in kinds if getattr(kind, "waits", True)} == COUNTED.keys()


def test_each_kind_is_counted_only_for_users_with_permission():
    create_pending_items()
    known = {name: expected for name, expected in COUNTED.items() if expected}
    found = {role: pending_counts(in_group(role)) for role in ROLES}
    assert {
        role: {name: count for name, count in found[role].items() if name in known and count} for role in ROLES
    } == {role: {name: count for name, (count, roles) in known.items() if role in roles} for role in ROLES}


def test_handover_names_the_work_of_its_reader_with_links(client):
    create_pending_items()
    ProposalFactory(answer_due_on=NOW.date() + DAY)
    call, poll = CallPageFactory(), make_poll()
    SessionPageFactory(starts_at=NOW - 365 * DAY, ends_at=NOW - 364 * DAY)
    handed_over = {
        "constats-a-lire": Finding.objects.get(state=State.REPORTED),
        "constats-a-suivre": Finding.objects.get(state=State.CONFIRMED),
        "constats-en-retard": Finding.objects.get(state=State.SENT),
        "reponses-en-retard": Proposal.objects.answer_overdue(NOW.date()).get(),
        "chaines-interrompues": Proposal.objects.get(state=Proposal.State.ACCEPTED),
        "ouvert-aujourd-hui": call,
        "sondages-qui-se-terminent": poll,
        "bilan": "Publier le bilan de 2025",
    }

    def read(person):
        client.force_login(person)
        page = BeautifulSoup(client.get(reverse("committee:handover")).content, "html.parser")
        section = page.select_one("section[aria-labelledby=ailleurs]")
        headings = [heading.a["href"].partition("#")[2] for heading in section.select("h3")]
        return dict(zip(headings, section.select("ul"), strict=True))

    lists = read(in_group("Animation"))
    assert lists.keys() == handed_over.keys()
    for name, named in handed_over.items():
        links = [link.get_text().replace("\xa0", " ") for link in lists[name].select("a[href]")]
        assert [link for link in links if str(named) in link], (name, links)
    # Two more are under the texts of `create_pending_items`.
    assert "3 pas encore en retard" in lists["reponses-en-retard"].get_text()
    assert read(in_group("Secrétariat")).keys() == {"chaines-interrompues", "bilan"}
    rapporteur = MandateFactory(member__user=UserFactory(), role=Mandate.Role.RAPPORTEUR, seat=None).member.user
    assert read(rapporteur) == {}


def test_number_of_queries_does_not_grow(django_assert_max_num_queries):
    root = UserFactory(is_superuser=True)
    for _number in range(4):
        FindingFactory(state=State.TO_TEST)
        ReadingItemFactory()
        ProposalFactory(answer_due_on=NOW.date() - DAY, published_at=NOW - 90 * DAY)
    kinds = {kind.name: kind for kind in waiting_work(root, NOW, DashboardPanel)}
    for name, most in (("constats-a-suivre", 2), ("veille-a-lire", 1), ("reponses-en-retard", 4)):
        with django_assert_max_num_queries(most):
            assert kinds[name].found.tasks


def test_appeal_is_shown_but_not_counted_for_the_first_moderator():
    first = in_group("Modération")
    refused = CommentFactory(state=Comment.State.RECEIVED)
    moderate(text=refused, state="refuse", moderator=first, now=NOW, ground="respect", reason="Vif.", shown=BY_PROGRAM)
    appeal(decision=Decision.objects.get(), author=refused.author, body="Je reformule.", now=NOW)
    [panel] = [one for one in waiting_work(first, NOW, DashboardPanel) if one.name == "demandes-de-second-regard"]
    assert (panel.found.waiting, [task.needs_action for task in panel.found.tasks]) == (0, [False])
    assert pending_counts(in_group("Modération"))["demandes-de-second-regard"] == 1


def test_retest_is_not_counted_for_the_user_who_reported_the_fix():
    coordinator, other = in_group("Animation"), in_group("Animation")
    FindingFactory(state=State.TO_TEST, said_fixed_by=coordinator)
    assert pending_counts(coordinator)["constats-a-suivre"] == 0
    assert pending_counts(other)["constats-a-suivre"] == 1


def test_retest_is_a_task_of_volunteers_of_the_campaign():
    person, elsewhere = MandateFactory().member, MandateFactory().member
    finding = FindingFactory(state=State.SAID_FIXED)
    for member in (person, elsewhere):
        member.user = member.user or UserFactory()
        member.save()
    Volunteer.objects.create(user=person.user, campaign=finding.campaign, since=NOW)

    def retests_of(member):
        return [one.url for one in member_tasks(member, NOW) if one.url == finding.get_absolute_url()]

    assert retests_of(person) == []
    Finding.objects.update(state=State.TO_TEST)
    assert (len(retests_of(person)), retests_of(elsewhere)) == (1, [])
    Finding.objects.update(fixed_by=person.user)
    assert retests_of(person) == []


class TestAgentsOfServices:
    @pytest.fixture
    def agent(self):
        return in_group("Services")

    @pytest.fixture
    def late(self):
        """Two late proposals, assigned to different services."""
        days = {"answer_due_on": NOW.date() - DAY, "published_at": NOW - 90 * DAY}
        return [
            ProposalFactory(
                asked_service=CityServiceFactory(), answer_due_on=NOW.date() - 5 * DAY, published_at=NOW - 90 * DAY
            ),
            ProposalFactory(asked_service=CityServiceFactory(), **days),
        ]

    def test_agents_of_a_service_have_only_its_late_proposals(self, agent, late):
        assert pending_counts(agent)["reponses-en-retard"] == 2
        late[1].asked_service.members.add(member := in_group("Services"))
        assert pending_counts(member)["reponses-en-retard"] == 1

    def test_agents_of_a_service_have_what_waits_for_it_before_its_day(self, client, agent, late):
        service = late[1].asked_service
        coming = ProposalFactory(asked_service=service, answer_due_on=NOW.date() + 9 * DAY, title="Des bancs")
        assert pending_counts(agent)["reponses-en-retard"] == 2
        service.members.add(agent)
        assert pending_counts(agent)["reponses-en-retard"] == 2
        Proposal.objects.filter(pk=late[1].pk).update(state=Proposal.State.ACCEPTED)
        client.force_login(agent)
        panel = client.get("/admin/").text.split('id="reponses-en-retard"')[1].split("</section>")[0]
        assert str(coming) in panel.replace("\xa0", " ")
        assert "1 en retard" not in panel.replace("\xa0", " ")

    def test_list_shows_own_proposals_first_and_can_be_filtered_by_them(self, client, agent, late):
        late[1].asked_service.members.add(agent)
        client.force_login(agent)

        def listed(**query):
            return list(client.get(reverse("waiting_proposals:list"), query).context["object_list"])

        assert listed() == [late[1], late[0]]
        assert listed(ordering="answer_due_on") == late
        assert listed(mine="true") == [late[1]]
        client.force_login(in_group("Services"))
        assert listed() == late
        assert "mine" not in client.get(reverse("waiting_proposals:list")).context["filters"].filters

    def test_team_is_not_limited_to_own_services(self, late):
        late[0].asked_service.members.add(root := UserFactory(is_superuser=True))
        assert own_services(root) == set()

    def test_agent_can_publish_answers_of_own_services_only(self, agent, late):
        own, other = (one.asked_service for one in late)
        own.members.add(agent)
        answers = [OfficialAnswerFactory(proposal=one, service=one.asked_service, **DRAFT) for one in late]
        with pytest.raises(NotYourService):
            publish_answer(answer=answers[1], actor=agent, now=NOW, shown=BY_PROGRAM)
        with pytest.raises(NotYourService):
            schedule_answer(answer=answers[1], actor=agent, publish_at=NOW + DAY, now=NOW, shown=BY_PROGRAM)
        assert publish_answer(answer=answers[0], actor=agent, now=NOW, shown=BY_PROGRAM).is_published
        assert publish_answer(answer=answers[1], actor=in_group("Animation"), now=NOW, shown=BY_PROGRAM).is_published
        finding = FindingFactory(state=State.SENT, service=other)
        with pytest.raises(PermissionDenied):
            change_state(
                finding=finding,
                state=State.SAID_FIXED,
                role=SERVICE,
                actor=agent,
                now=NOW,
                fixed_in="4",
                shown=BY_PROGRAM,
            )
        assert pending_counts(agent, NOW + 90 * DAY)["constats-en-retard"] == 0

    def test_form_offers_own_services_with_the_asked_one_selected(self, client, agent, late):
        client.force_login(agent)
        for proposal in late:
            proposal.asked_service.members.add(agent)
        CityServiceFactory(name="Un autre service")
        for proposal in late:
            form = client.get(reverse("answers:add"), {"proposal": proposal.pk}).context["form"]
            assert form.initial["service"] == proposal.asked_service_id
        assert set(form.fields["service"].queryset) == {one.asked_service for one in late}

    def test_moderator_can_assign_agents_to_a_service(self, client, agent):
        service, reader = CityServiceFactory(), in_group("Rédaction")
        client.force_login(in_group("Modération"))
        url = snippet_url(CityService, "edit", service.pk)
        assert set(client.get(url).context["form"].fields["members"].queryset) >= {agent}
        assert reader not in client.get(url).context["form"].fields["members"].queryset
        data = {"name": service.name, "contact_email": service.contact_email, "members": [agent.pk]}
        assert submit_edit(client, url, data).status_code == 302
        assert list(service.members.all()) == [agent]
        [held] = [one for one in data_sets_of(agent) if one.name == "participation.services"]
        assert service.name in str(list(held.rows))
        assert "1 service de la ville" in str([str(line.text) for line in erasure_summary_of(agent)])
        agent.delete()
        assert not service.members.exists()


class TestSendingRequest:
    def test_request_to_send_is_pending_work_of_senders(self, client):
        author, sender = in_group("Rédaction"), in_group("Animation")
        SubscriberFactory()
        message = Newsletter.objects.create(subject="Une rampe", body=[], created_at=NOW, writer=author)
        client.force_login(author)
        assert "Demander l’envoi…" in client.get(reverse("newsletters:preview", args=[message.pk])).content.decode()
        assert pending_counts(sender)["messages-a-envoyer"] == 0
        confirm(client, reverse("newsletters:ask", args=[message.pk]))
        assert pending_counts(sender)["messages-a-envoyer"] == 1
        assert "Envoi demandé" in client.get(reverse("newsletters:list")).content.decode()
        with pytest.raises(PermissionDenied):
            ask_to_send(newsletter=message, actor=in_group("Services"), shown=BY_PROGRAM, now=NOW)
        schedule(newsletter=message, actor=sender, shown=BY_PROGRAM, now=NOW)
        assert pending_counts(sender)["messages-a-envoyer"] == 0
        with pytest.raises(NewsletterRefused):
            ask_to_send(newsletter=message, actor=author, shown=BY_PROGRAM, now=NOW)
        # The sender took it back to correct it: it is a draft, and nobody is to send it.
        unschedule(newsletter=message, actor=sender)
        assert pending_counts(sender)["messages-a-envoyer"] == 0
        ask_to_send(newsletter=message, actor=author, shown=BY_PROGRAM, now=NOW)
        assert pending_counts(sender)["messages-a-envoyer"] == 1


class TestPlannedAnswers:
    def test_due_today_is_marked_and_closed_findings_are_never_late(self, client):
        ProposalFactory(answer_due_on=NOW.date(), published_at=NOW - 60 * DAY)
        FindingFactory(state=State.VERIFIED, created_at=NOW - 200 * DAY, answer_due_on=NOW.date() - 90 * DAY)
        client.force_login(in_group("Animation"))
        assert "à faire aujourd’hui" in client.get(reverse("waiting_proposals:list")).content.decode()
        assert "en retard d" not in client.get(reverse("findings:list")).content.decode().replace("\u00a0", " ")

    def test_planned_answer_is_shown_and_not_late(self, client, editor_of):
        proposal = ProposalFactory(answer_due_on=NOW.date() - DAY, published_at=NOW - 90 * DAY)
        at = dt.datetime(2026, 11, 30, 8, tzinfo=dt.UTC)
        OfficialAnswerFactory(
            proposal=proposal, status=OfficialAnswer.Status.SCHEDULED, publish_at=at, published_at=None
        )
        person = editor_of("Services")
        assert pending_counts(person)["reponses-en-retard"] == 0
        client.force_login(person)
        for url in (reverse("wagtailadmin_home"), reverse("waiting_proposals:list")):
            page = client.get(url).content.decode().replace("\u00a0", " ")
            assert "réponse prévue le 30 novembre 2026 à 9 h" in page
            assert "en retard d" not in page
        assert "Rien n’attend." in client.get(reverse("waiting_proposals:list"), {"late": "true"}).content.decode()
