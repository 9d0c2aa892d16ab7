"""Admin screens for answers: pending work, choice of a template, writing, preview, publication."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from participation.models import AnswerTemplate, OfficialAnswer, Proposal
from participation.models.deadlines import add_working_days
from tests.bulk import confirm, submit_edit
from tests.factories import CityServiceFactory, CoAuthorFactory, OfficialAnswerFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

pytestmark = pytest.mark.django_db

State, Status = Proposal.State, OfficialAnswer.Status
WAITING = "waiting_proposals:list"
PAST = dt.date(2020, 1, 15)
DAY = dt.timedelta(days=1)


@pytest.fixture
def agent(client, agent):
    client.force_login(agent)
    return agent


@pytest.fixture
def coordinator(client, editor_of):
    person = editor_of("Animation")
    client.force_login(person)
    return person


def text(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def form_data(to, by, **changes):
    return {
        "proposal": to.pk,
        "decision": State.ACCEPTED.value,
        "reasons": "Voici pourquoi.",
        "next_steps": "",
        "service": by.pk,
        "signed_as": "responsable du service",
    } | changes


# --- Pending work ------------------------------------------------------------------------------------------------


def test_list_of_answers_offers_to_publish_drafts_and_names_their_agents(client, coordinator, editor_of):
    agent = editor_of("Services")
    User.objects.filter(pk=agent.pk).update(public_name="")
    agent.refresh_from_db()
    draft, public = (
        OfficialAnswerFactory(proposal=ProposalFactory(), status=status, published_at=at, writer=agent)
        for status, at in (("brouillon", None), ("publiee", timezone.now()))
    )
    page = client.get(reverse("answers:list")).text
    assert reverse("answers:publish", args=[draft.pk]) in page
    assert reverse("answers:publish", args=[public.pk]) not in page
    assert f"brouillon : {agent.email}" in text(client, WAITING).replace("\xa0", " ")


def test_report_lists_unanswered_proposals_with_overdue_ones_first(client, coordinator):
    today = timezone.localdate()
    late = ProposalFactory(title="Canari en retard", answer_due_on=PAST)
    soon = ProposalFactory(title="Perroquet bientôt", state=State.STUDIED, answer_due_on=add_working_days(today, 3))
    ProposalFactory(title="Moineau répondu", state=State.ACCEPTED, answer_due_on=PAST)
    ProposalFactory(title="Merle caché", state=State.RECEIVED)
    page = text(client, WAITING)
    assert page.index("Canari en retard") < page.index("Perroquet bientôt")
    assert "jours ouvrés" in page
    assert "Moineau" not in page
    assert "Merle" not in page
    assert "Perroquet" not in text(client, WAITING, late="true")
    assert "Canari" not in text(client, WAITING, late="false")
    page = text(client, WAITING, ordering="-answer_due_on")
    assert page.index(soon.title) < page.index(late.title)
    assert not Proposal(state=State.ACCEPTED, answer_due_on=PAST).is_overdue(today)
    table = client.get(reverse(WAITING), {"export": "csv"}).getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert [row[1] for row in rows[1:]] == [late.title, soon.title]
    assert not any("courriel.example" in cell for row in rows for cell in row)


def test_each_group_sees_its_permitted_actions_only(client, editor_of):
    proposal = ProposalFactory(answer_due_on=PAST)
    urls = {
        name: reverse(f"waiting_proposals:{name}", args=[proposal.pk]) for name in ("answer", "remind", "change_state")
    }
    offered = {
        "Services": {"answer", "change_state"},
        "Modération": {"remind", "change_state"},
        "Animation": {"answer", "remind", "change_state"},
    }
    for group, names in offered.items():
        client.force_login(editor_of(group))
        page = text(client, WAITING)
        assert {name for name, url in urls.items() if url in page} == names, group
        for name, url in urls.items():
            assert (client.get(url).status_code == 200) == (name in names), (group, name)


@pytest.mark.parametrize("group", ["Rédaction", "Secrétariat", None])
def test_other_groups_have_no_access(client, editor_of, group):
    client.force_login(editor_of(group) if group else UserFactory())
    proposal = ProposalFactory(title="Canari jaune", answer_due_on=PAST)
    answer = OfficialAnswerFactory(status=Status.DRAFT, reasons="Canari jaune.")
    urls = [reverse(WAITING), reverse("answers:list"), reverse("answers:add")]
    urls += [reverse(f"waiting_proposals:{name}", args=[proposal.pk]) for name in ("answer", "remind", "change_state")]
    urls += [
        reverse(f"answers:{name}", args=[answer.pk])
        for name in ("edit", "publish", "inspect", "delete", "preview_on_edit")
    ]
    urls += [reverse("wagtailsnippets_participation_answertemplate:list")]
    urls += [reverse("wagtailsnippets_participation_cityservice:list")]
    for url in urls:
        for answered in (client.get(url), client.post(url, {"state": "etudiee", "reasons": "x"})):
            assert answered.status_code in (302, 403, 405), url
            assert "Canari jaune" not in answered.content.decode()
    client.post(reverse("answers:unschedule", args=[answer.pk]))
    proposal.refresh_from_db()
    answer.refresh_from_db()
    assert (proposal.state, answer.status) == (State.PUBLISHED, Status.DRAFT)


def test_city_services_see_their_own_menu_only(client, agent):
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse(WAITING) in page
    assert reverse("wagtailsnippets_participation_proposal:list") not in page
    assert reverse("wagtailsnippets_participation_cityservice:list") not in page
    assert client.get(reverse("wagtailsnippets_participation_proposal:list")).status_code in (302, 403)


# --- Writing -----------------------------------------------------------------------------------------------------


def test_page_before_publication_announces_the_mail_to_authors_with_an_address(client, agent):
    proposal = ProposalFactory(author=None, author_name="Odile")
    draft = OfficialAnswerFactory(proposal=proposal, status=Status.DRAFT)
    sentence = "La réponse entière est envoyée à"
    assert sentence not in text(client, "answers:publish", draft.pk)
    CoAuthorFactory(proposal=proposal)
    assert sentence in text(client, "answers:publish", draft.pk)


def test_message_announces_the_mail_of_an_answer_only_to_authors_with_an_address(client, agent):
    for author, is_mailed in ((UserFactory(), True), (None, False)):
        draft = OfficialAnswerFactory(proposal=ProposalFactory(author=author), status=Status.DRAFT)
        page = confirm(client, reverse("answers:publish", args=[draft.pk]), {"publish_at": ""}, follow=True)
        assert "La réponse est publiée." in page.content.decode()
        assert ("la reçoit par e-mail" in page.content.decode()) is is_mailed


def test_template_fills_in_the_form(client, agent):
    proposal, service = ProposalFactory(title="Canari jaune"), CityServiceFactory()
    template = AnswerTemplate.objects.create(
        name="Cela existe déjà", decision=State.DONE, reasons="Ce service existe.", next_steps="Essayez-le."
    )
    chosen = f"{reverse('answers:add')}?proposal={proposal.pk}&amp;template={template.pk}"
    page = text(client, "waiting_proposals:answer", proposal.pk)
    assert "Canari jaune" in page
    assert "Ce service existe." in page
    assert chosen in page
    page = text(client, "answers:add", proposal=proposal.pk, template=template.pk)
    assert "Ce service existe." in page
    assert "Essayez-le." in page
    assert f'value="{proposal.pk}"' in page
    client.post(reverse("answers:add"), form_data(proposal, service, signed_as="cheffe du service"))
    answer = OfficialAnswer.objects.get()
    assert (answer.status, answer.writer, answer.proposal) == (Status.DRAFT, agent, proposal)
    # The latest signature is the default of the next answer.
    assert "cheffe du service" in text(client, "answers:add", proposal=proposal.pk)


def test_begun_answer_is_seen_where_its_lateness_is_and_told_to_whoever_begins_another(client, agent):
    late = {"answer_due_on": timezone.localdate() - DAY, "published_at": timezone.now() - 90 * DAY}
    proposal, service = ProposalFactory(**late), CityServiceFactory()
    anne = UserFactory(public_name="Anne P.")
    draft = OfficialAnswerFactory(proposal=proposal, status=Status.DRAFT, writer=anne)
    OfficialAnswer.objects.update(created_at=timezone.now() - DAY)
    edit = reverse("answers:edit", args=[draft.pk])
    for page in (
        reverse("wagtailadmin_home"),
        reverse(WAITING),
        reverse("waiting_proposals:answer", args=[proposal.pk]),
    ):
        html = client.get(page).content.decode()
        assert "Anne P." in html, page
        assert f'href="{edit}"' in html, page
    saved = client.post(reverse("answers:add"), form_data(proposal, service), follow=True)
    [warning] = [message for message in saved.context["messages"] if message.level_tag == "warning"]
    assert "Anne P." in str(warning)
    assert edit in str(warning)


def test_template_requires_placeholders_instead_of_ellipses(client, agent):
    add = reverse("wagtailsnippets_participation_answertemplate:add")
    page = client.post(add, {"name": "Ailleurs", "reasons": "Voici où : …", "next_steps": ""}).content.decode()
    assert "Voici où : …" in page
    assert "à la place de" in page
    assert not AnswerTemplate.objects.exists()
    client.post(add, {"name": "Ailleurs", "reasons": "Voici où : [à compléter : le lieu]. Et…", "next_steps": ""})
    assert AnswerTemplate.objects.get().reasons.endswith("Et…")


def test_answer_with_a_placeholder_is_saved_as_a_draft_but_not_published(client, agent):
    left = "[à compléter : le lieu]"
    saved = client.post(reverse("answers:add"), form_data(ProposalFactory(), CityServiceFactory(), reasons=left))
    answer = OfficialAnswer.objects.get()
    publish = saved.headers["Location"]
    assert left in client.get(publish).context["answer"].placeholders
    later = (timezone.localtime() + dt.timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    for publish_at in ("", later):
        (refusal,) = confirm(client, publish, {"publish_at": publish_at}).context["form"].non_field_errors()
        assert left in refusal
    answer.refresh_from_db()
    assert (answer.status, answer.reasons) == (Status.DRAFT, left)


def test_form_shows_the_proposal(client, agent):
    proposal = ProposalFactory(title="Canari jaune", problem="Il siffle.", body="Une cage.", support_count=7)
    hidden = ProposalFactory(title="Merle caché", state=State.RECEIVED)
    draft = OfficialAnswerFactory(status=Status.DRAFT, proposal=proposal)
    again = client.post(reverse("answers:add"), form_data(proposal, CityServiceFactory(), reasons=""))
    edit = client.get(reverse("answers:edit", args=[draft.pk]))
    for page in (client.get(reverse("answers:add"), {"proposal": proposal.pk}), again, edit):
        assert page.context["proposal"] == proposal
        for words in ("Canari jaune", "Il siffle.", "Une cage.", "7 soutiens"):
            assert words in page.content.decode()
    assert "Merle" not in text(client, "answers:add", proposal=hidden.pk)


@pytest.mark.parametrize("value", ["", "0", "-1", "x", "99999999999999999999", "1 OR 1=1", "\u0661"])
def test_invalid_query_parameters_are_ignored(client, agent, value):
    assert client.get(reverse("answers:add"), {"proposal": value, "template": value}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"reasons": ""}, State.PUBLISHED),
        ({"decision": "publiee"}, State.PUBLISHED),
        ({"decision": ""}, State.PUBLISHED),
        ({"reasons": "x" * 5_001}, State.PUBLISHED),
        ({}, State.RECEIVED),
        ({}, State.REFUSED),
        ({}, State.MERGED),
        ({}, State.DONE),
    ],
)
def test_invalid_answer_is_refused_and_the_text_preserved(client, agent, changes, state):
    data = form_data(ProposalFactory(state=state), CityServiceFactory(), next_steps="Un canari chante.", **changes)
    answer = client.post(reverse("answers:add"), data)
    assert answer.status_code == 200
    assert "Un canari chante." in answer.content.decode()
    assert not OfficialAnswer.objects.exists()


def test_draft_without_a_signature_is_saved_with_a_notice(client, agent):
    data = form_data(ProposalFactory(), CityServiceFactory(), service="", signed_as="")
    page = client.post(reverse("answers:add"), data, follow=True).content.decode()
    assert "Personne n’a encore signé cette réponse." in page
    assert OfficialAnswer.objects.get().is_draft


def test_preview_shows_the_escaped_answer_and_saves_nothing(client, agent):
    proposal, service = ProposalFactory(title="Canari jaune"), CityServiceFactory(name="Les médiathèques")
    url = reverse("answers:preview_on_add")
    checked = client.post(url, form_data(proposal, service, reasons="Un perroquet <b>vert</b>.")).json()
    assert checked == {"is_valid": True, "is_available": True}
    page = client.get(url).content.decode()
    assert "Canari jaune" in page
    assert "Un perroquet &lt;b&gt;vert&lt;/b&gt;." in page
    assert "Les médiathèques" in page
    assert not OfficialAnswer.objects.exists()
    proposal.refresh_from_db()
    assert proposal.state == State.PUBLISHED


def test_preview_does_not_reveal_a_hidden_proposal(client, agent):
    proposal = ProposalFactory(title="Canari jaune", state=State.RECEIVED)
    url = reverse("answers:preview_on_add")
    client.post(url, form_data(proposal, CityServiceFactory()))
    assert "Canari jaune" not in client.get(url).content.decode()


def test_answer_is_drafted_edited_and_published_once(client, agent):
    proposal, service = ProposalFactory(), CityServiceFactory()
    saved = client.post(reverse("answers:add"), form_data(proposal, service))
    answer = OfficialAnswer.objects.get()
    publish = reverse("answers:publish", args=[answer.pk])
    assert saved.headers["Location"] == publish
    page = client.get(publish).content.decode()
    assert "Voici pourquoi." in page
    assert proposal.author.public_name in page
    assert proposal.author.email not in page
    edit = reverse("answers:edit", args=[answer.pk])
    submit_edit(client, edit, form_data(proposal, service, reasons="Mieux dit."))
    for _time in range(2):
        confirm(client, publish, {"publish_at": ""})
    answer.refresh_from_db()
    assert (answer.status, answer.reasons) == (Status.PUBLISHED, "Mieux dit.")
    assert len(outbox) == 1
    client.logout()
    assert "Mieux dit." in client.get(proposal.get_absolute_url()).content.decode()


def test_draft_keeps_the_service_of_another_agent(client, agent):
    CityServiceFactory(name="Le sien").members.add(agent)
    other, third = CityServiceFactory(name="Un autre"), CityServiceFactory(name="Un troisième")
    draft = OfficialAnswerFactory(status=Status.DRAFT, service=other)
    edit = reverse("answers:edit", args=[draft.pk])
    page = client.get(edit)
    assert f'<option value="{other.pk}" selected>' in page.content.decode()
    assert third not in page.context["form"].fields["service"].queryset
    data = form_data(draft.proposal, other, reasons="Mieux dit.", decision=draft.decision)
    assert submit_edit(client, edit, data).status_code == 302
    draft.refresh_from_db()
    assert (draft.reasons, draft.service) == ("Mieux dit.", other)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.SCHEDULED])
def test_published_or_scheduled_answer_cannot_be_changed_or_deleted(client, agent, status):
    answer = OfficialAnswerFactory(status=status, publish_at=timezone.now() if status == Status.SCHEDULED else None)
    data = form_data(answer.proposal, answer.service, reasons="Autre chose.", decision=answer.decision)
    for name in ("edit", "delete"):
        url = reverse(f"answers:{name}", args=[answer.pk])
        for answered in (client.get(url), client.post(url, data)):
            assert answered.headers["Location"] == reverse("answers:inspect", args=[answer.pk])
    answer.refresh_from_db()
    assert (answer.reasons, answer.status) == ("Voici pourquoi.", status)


def test_answers_cannot_be_deleted_by_a_bulk_action(client, coordinator):
    answer = OfficialAnswerFactory()
    coordinator.is_superuser = True
    coordinator.save()
    url = reverse("wagtail_bulk_action", args=["participation", "officialanswer", "delete"])
    client.post(f"{url}?id={answer.pk}")
    assert OfficialAnswer.objects.filter(pk=answer.pk).exists()


def test_form_does_not_overwrite_an_answer_published_meanwhile(client, agent, monkeypatch):
    from participation.admin.answers.viewsets import AnswerEditView

    answer = OfficialAnswerFactory(status=Status.DRAFT)
    real = AnswerEditView.form_valid

    def publish_meanwhile(view, form):
        OfficialAnswer.objects.filter(pk=answer.pk).update(status=Status.PUBLISHED, published_at=timezone.now())
        return real(view, form)

    monkeypatch.setattr(AnswerEditView, "form_valid", publish_meanwhile)
    data = form_data(answer.proposal, answer.service, reasons="Autre chose.")
    page = submit_edit(client, reverse("answers:edit", args=[answer.pk]), data).content.decode()
    assert "Autre chose." in page
    assert "Quelqu’un a publié cette réponse" in page
    answer.refresh_from_db()
    assert (answer.reasons, answer.status) == ("Voici pourquoi.", Status.PUBLISHED)


def test_answer_can_be_scheduled_and_unscheduled(client, agent):
    answer = OfficialAnswerFactory(status=Status.DRAFT)
    publish = reverse("answers:publish", args=[answer.pk])
    assert client.post(publish, {"publish_at": "2020-01-15 10:00"}).status_code == 422
    later = timezone.localtime() + dt.timedelta(days=3)
    confirm(client, publish, {"publish_at": later.strftime("%Y-%m-%d %H:%M")})
    answer.refresh_from_db()
    assert answer.is_scheduled
    assert timezone.localtime(answer.publish_at).strftime("%Y-%m-%d %H:%M") == later.strftime("%Y-%m-%d %H:%M")
    unschedule = reverse("answers:unschedule", args=[answer.pk])
    assert unschedule in client.get(publish).content.decode()
    assert client.get(unschedule).url == reverse("answers:inspect", args=[answer.pk]), "after a sign-in"
    client.post(unschedule)
    answer.refresh_from_db()
    assert (answer.status, answer.publish_at) == (Status.DRAFT, None)
    assert outbox == []
