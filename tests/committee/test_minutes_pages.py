"""Pages of the minutes in the members’ area; drafts are not public."""

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import PageViewRestriction

from committee.minutes.services import body_of, open_round
from committee.models import (
    Correction,
    Mandate,
    MinutesAction,
    RegisterEntry,
    SessionMinutes,
    SessionPage,
    TopicPage,
)
from common.shown import BY_PROGRAM
from mailing.models import Message
from tests.bulk import confirm
from tests.committee.minutes import (
    DAY,
    NOW,
    TEXT,
    TODAY,
    address,
    assert_not_found,
    draft,
    held,
    member,
    opened,
    propose,
    signed_in,
    text_of,
)
from tests.factories import TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

FORMS = {"TOTAL_FORMS": 2, "INITIAL_FORMS": 0}


class TestPages:
    """Members' pages: each of them checks the user."""

    SECRET = "Motsecretdubrouillon"

    @staticmethod
    def make_world():
        return {"session": held(), "rapporteur": member(Mandate.Role.RAPPORTEUR)}

    @pytest.fixture
    def session(self, world):
        return world["session"]

    @pytest.fixture
    def rapporteur(self, world):
        return world["rapporteur"]

    @pytest.fixture
    def record(self, session, rapporteur):
        return opened(
            session,
            rapporteur,
            text=f"{TEXT}\n\n{self.SECRET}",
            decisions=[{"text": f"{self.SECRET} décidé.", "responsible": self.SECRET}],
            actions=[{"text": f"{self.SECRET} à faire."}],
        )

    def pages(self, session):
        correction = Correction.objects.first()
        return [
            reverse("committee:minutes_list"),
            *(address(session, f"{verb}_minutes") for verb in ("write", "open", "approve")),
            address(session),
            address(session, "decide_correction", pk=correction.pk),
        ]

    def test_other_users_cannot_read_minutes(self, client, session, record, rapporteur):
        propose(session, rapporteur)
        resident, former = signed_in(UserFactory()), signed_in(member(ends_on=TODAY - DAY))
        for page in self.pages(session):
            assert client.get(page)["Location"].startswith("/compte/connexion/"), page
            for stranger in (resident, former):
                answer = stranger.get(page)
                assert answer.status_code == 403, page
                assert "Cet espace est réservé aux membres" in text_of(answer), page

    def test_the_breadcrumb_is_the_area_or_the_account(self, session, record, editor_of):
        for reader, above in ((member(), "/membres/"), (editor_of("Secrétariat"), "/compte/")):
            client = signed_in(reader)
            for page in (reverse("committee:minutes_list"), address(session)):
                assert f'<a href="{above}">' in text_of(client.get(page)), (page, above)

    def test_session_page_shows_state_of_minutes_to_members_only(self, client, session, rapporteur):
        reader, resident, writer = signed_in(member()), signed_in(UserFactory()), signed_in(rapporteur)

        def session_text(browser):
            return text_of(browser.get(session.url))

        assert "personne n’a encore commencé" in session_text(reader)
        draft(session, rapporteur, text=self.SECRET)
        assert "en cours de rédaction" in session_text(reader)
        assert "Écrire le compte rendu" not in session_text(reader)
        assert "Écrire le compte rendu" in session_text(writer)
        open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
        assert "vous pouvez corriger le compte rendu jusqu’au" in session_text(reader)
        with time_machine.travel(NOW + DAY, tick=False):
            reader.force_login(member())
            assert "attend l’approbation" in session_text(reader)
        for stranger in (client, resident):
            assert "Pour les membres" not in session_text(stranger)
        for browser in (client, resident, reader, writer):
            assert self.SECRET not in session_text(browser)

    def test_members_can_read_the_draft_during_the_correction_period(self, session, rapporteur):
        draft(session, rapporteur, text=self.SECRET)
        client = signed_in(member())
        assert self.SECRET not in text_of(client.get(address(session)))
        open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
        page = client.get(address(session))
        assert self.SECRET in text_of(page)
        assert "no-store" in page["Cache-Control"]

    def test_draft_is_not_on_public_pages(self, client, session, record, rapporteur):
        topic = TopicPageFactory()
        propose(session, rapporteur, replacement=self.SECRET)
        record.decisions.update(topic=topic)
        record.actions.update(topic=topic)
        for page in (
            *(session.url, "/le-comite/seances/", "/le-comite/decisions/", "/le-comite/decisions/registre.json"),
            *("/", topic.url, "/le-comite/", "/sitemap.xml"),
            *("/le-comite/seances/calendrier.ics", f"{session.url}seance.ics", "/donnees-ouvertes/"),
            *("/donnees-ouvertes/decisions.json", "/donnees-ouvertes/decisions.csv"),
        ):
            answer = client.get(page)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200, page
            assert self.SECRET not in content.decode(), page
        assert_not_found(client, self.SECRET)

    def test_rapporteur_saves_text_decisions_and_actions_in_one_form(self, session, rapporteur):
        client = signed_in(rapporteur)
        data = {"seen": 0, "text": TEXT}
        for prefix in ("decisions", "actions"):
            data |= {f"{prefix}-TOTAL_FORMS": 2, f"{prefix}-INITIAL_FORMS": 0}
        data |= {"decisions-0-text": "Oui.", "decisions-0-due_on": "2026-12-01", "actions-1-text": "Écrire."}
        data["actions-1-member"] = rapporteur.member.pk
        assert client.post(address(session, "write_minutes"), data).status_code == 302
        record = SessionMinutes.objects.get()
        assert [row.text for row in record.decisions.all()] == ["Oui."]
        assert record.actions.get().member == rapporteur.member
        again = client.get(address(session, "write_minutes"))
        assert 'value="01/12/2026"' in text_of(again)

    def test_form_preserves_a_former_member_and_an_unpublished_topic(self, session, rapporteur):
        former, topic = member().member, TopicPageFactory()
        record = draft(session, rapporteur, actions=[{"text": "Écrire.", "member": former, "topic": topic}])
        Mandate.objects.filter(member=former).update(ends_on=TODAY - DAY)
        TopicPage.objects.update(live=False)
        client, url = signed_in(rapporteur), address(session, "write_minutes")
        row = client.get(url).context["actions"][0]
        values = {f"actions-0-{name}": row[name].value() for name in ("text", "member", "topic")}
        assert (values["actions-0-member"], values["actions-0-topic"]) == (former.pk, topic.pk)
        assert f'<option value="{former.pk}" selected>' in str(row["member"])
        assert f'<option value="{topic.pk}" selected>' in str(row["topic"])
        assert client.post(url, self.form_data(seen=record.version, **values)).status_code == 302
        action = MinutesAction.objects.get()
        assert (action.member, action.topic_id) == (former, topic.pk)

    def form_data(self, **fields):
        rows = {f"{prefix}-{name}": count for prefix in ("decisions", "actions") for name, count in FORMS.items()}
        return {"seen": 0, "text": TEXT, **rows, **fields}

    def test_outdated_form_is_refused_with_both_texts(self, session, rapporteur):
        client, url = signed_in(rapporteur), address(session, "write_minutes")
        client.post(url, self.form_data(text="Du premier", **{"decisions-0-text": "Décidé là."}))
        assert (
            client.post(url, self.form_data(text="Du premier", **{"decisions-0-text": "Décidé là."})).status_code == 302
        )
        second = client.post(url, self.form_data(text="Du second", **{"actions-0-text": "À faire ici."}))
        page = text_of(second)
        assert "Le texte enregistré entre-temps" in page
        for expected in ("Du premier", "Décidé là.", "Du second</textarea>", "À faire ici.</textarea>"):
            assert expected in page
        assert SessionMinutes.objects.get().text == "Du premier"
        # Reloaded, then saved again: the user has merged the two versions.
        version = second.context["form"]["seen"].value()
        assert client.post(url, self.form_data(text="Des deux", seen=version)).status_code == 302
        assert SessionMinutes.objects.get().text == "Des deux"

    def test_new_row_without_its_text_is_refused_not_dropped(self, session, rapporteur):
        client, url = signed_in(rapporteur), address(session, "write_minutes")
        member_pk = rapporteur.member.pk
        for written in (
            {"decisions-0-responsible": "Le service des parcs"},
            {"decisions-1-votes_against": "0"},
            {"actions-0-member": member_pk},
            {"actions-1-due_on": "2026-12-20"},
        ):
            answer = client.post(url, self.form_data(**written))
            assert answer.status_code == 200, written
            assert "Écrivez le texte de cette ligne, ou videz ses autres champs." in text_of(answer), written
        assert not SessionMinutes.objects.exists()
        assert client.post(url, self.form_data(**{"decisions-0-majority": "simple"})).status_code == 302

    def test_saved_row_is_removed_by_emptying_its_text(self, session, rapporteur):
        record = draft(session, rapporteur, actions=[{"text": "Écrire.", "responsible": "Le service des parcs"}])
        rows = {"actions-TOTAL_FORMS": 3, "actions-INITIAL_FORMS": 1, "actions-0-responsible": "Le service des parcs"}
        data = self.form_data(seen=record.version, **rows)
        assert signed_in(rapporteur).post(address(session, "write_minutes"), data).status_code == 302
        assert not MinutesAction.objects.exists()

    def test_error_summary_links_to_the_fields(self, session, rapporteur):
        wrong = {"decisions-0-text": "Oui.", "decisions-0-due_on": "demain", "actions-1-due_on": "20/20/2026"}
        page = text_of(signed_in(rapporteur).post(address(session, "write_minutes"), self.form_data(text="", **wrong)))
        summary = page.partition('id="erreurs"')[2].partition("</div>")[0]
        for field, label in (
            ("id_text", "Écrivez ce qui s’est dit."),
            ("id_decisions-0-due_on", "Décision 1 : Écrivez la date ainsi : 15/12/2026."),
            ("id_actions-1-due_on", "Action 2 : Écrivez la date ainsi : 15/12/2026."),
        ):
            assert f'<a href="#{field}">{label}</a>' in summary
            assert f'id="{field}"' in page
        assert "<title>Erreur" in page

    def test_autosave_does_not_overwrite_a_newer_version(self, session, rapporteur):
        client, url = signed_in(rapporteur), address(session, "write_minutes")
        rows = {"decisions-0-text": "Décidé.", "actions-0-text": "À faire."}
        saved = client.post(url, self.form_data(**rows, autosave="oui")).json()
        assert (saved["refused"], saved["seen"]) == (False, 1)
        assert saved["text"].startswith("Enregistré à 12")
        again = client.post(url, self.form_data(text="La suite", **rows, autosave="oui", seen=saved["seen"])).json()
        assert again["seen"] == 2
        record = SessionMinutes.objects.get()
        assert (record.decisions.get().text, record.actions.get().text) == ("Décidé.", "À faire.")
        other = client.post(url, self.form_data(text="D’une autre fenêtre", autosave="oui")).json()
        assert other["refused"]
        assert "Un autre texte a été enregistré" in other["text"]
        late = client.post(url, self.form_data(**{"decisions-0-due_on": "demain"}, autosave="oui", seen=2)).json()
        assert late["refused"]
        assert SessionMinutes.objects.get().text == "La suite"

    def test_autosave_is_disabled_during_the_correction_period(self, session, rapporteur):
        client, url = signed_in(rapporteur), address(session, "write_minutes")
        assert "data-autosave" in text_of(client.get(url))
        opened(session, rapporteur)
        assert "data-autosave" not in text_of(client.get(url))

    def test_approval_form_shows_why_no_session_can_be_selected(self, session, rapporteur, coordinator):
        lead, url = signed_in(coordinator), address(session, "approve_minutes")
        draft(session, rapporteur)
        assert "Écrivez d’abord le compte rendu" in text_of(lead.get(url))
        opened(session, rapporteur, seen=1)
        assert "corrections" in str(lead.get(url).context["refusal"])
        with time_machine.travel(NOW + DAY, tick=False):
            lead.force_login(coordinator)
            page = text_of(lead.get(url))
            assert "aucune n’a encore eu lieu. Aucune séance n’est prévue." in page
            assert "<select" not in page
            held(-9)
            assert "La prochaine est le jeudi 3 décembre 2026." in text_of(lead.get(url))
            held(1)
            assert "<select" in text_of(lead.get(url))

    def test_correction_and_approval_through_the_pages(self, session, later, rapporteur, coordinator):
        draft(session, rapporteur)
        writer, reader, lead = signed_in(rapporteur), signed_in(member()), signed_in(coordinator)
        confirm(writer, address(session, "open_minutes"), {"until": (TODAY + DAY).isoformat()})
        reader.post(address(session), {"passage": "Un guide aide.", "replacement": "Oui.", "why": "Plus court."})
        correction = Correction.objects.get()
        answer = {"state": Correction.State.ACCEPTED, "reason": "D’accord."}
        confirm(writer, address(session, "decide_correction", pk=correction.pk), answer)
        with time_machine.travel(NOW + 2 * DAY, tick=False):
            lead.force_login(coordinator)
            answer = confirm(lead, address(session, "approve_minutes"), {"approved_in": later.pk}, follow=True)
        assert "Le compte rendu est approuvé et publié." in text_of(answer)
        assert "<li>Oui.</li>" in str(SessionPage.objects.get(pk=session.pk).minutes)
        assert RegisterEntry.objects.count() == 2

    def test_approval_names_the_register_only_if_there_is_a_decision(self, session, later, rapporteur, coordinator):
        opened(session, rapporteur, decisions=[])
        lead = signed_in(coordinator)
        with time_machine.travel(NOW + DAY, tick=False):
            lead.force_login(coordinator)
            answer = confirm(lead, address(session, "approve_minutes"), {"approved_in": later.pk}, follow=True)
        assert "Le compte rendu est approuvé et publié." in text_of(answer)
        assert "Les décisions sont dans le registre." not in text_of(answer)
        mail = Message.objects.filter(kind="committee.minutes-approved").first()
        assert "Le compte rendu ne change plus." in mail.payload["text"]
        assert "au registre" not in mail.payload["text"]

    def test_queries_do_not_grow_with_rows(self, session, record, rapporteur, django_assert_max_num_queries):
        client = signed_in(rapporteur)
        propose(session, rapporteur)
        record.actions.create(text="Une fois.", member=rapporteur.member)
        client.get(address(session))
        with django_assert_max_num_queries(14) as few:
            client.get(address(session))
        cost = len(few)
        for _number in range(5):
            propose(session, member())
            record.decisions.create(text="Encore.")
            record.actions.create(text="Encore.", member=rapporteur.member)
        # The names of members are cached for a minute, and some are new.
        client.get(address(session))
        with django_assert_max_num_queries(cost):
            client.get(address(session))


class TestRestrictedSession:
    """Restricted session: only its groups and the authors of the minutes see them and are notified."""

    @pytest.fixture
    def restricted(self, session):
        restriction = PageViewRestriction.objects.create(page=session, restriction_type=PageViewRestriction.GROUPS)
        restriction.groups.set([Group.objects.create(name="Quelques-uns")])
        return session

    def is_visible(self, user, session):
        browser = signed_in(user)
        listed = address(session) in text_of(browser.get(reverse("committee:minutes_list")))
        assert listed == (browser.get(address(session)).status_code == 200)
        return listed

    def test_restricted_session_is_visible_to_members_of_its_groups(self, restricted):
        user = member()
        assert not self.is_visible(user, restricted)
        user.groups.add(Group.objects.get(name="Quelques-uns"))
        assert self.is_visible(user, restricted)

    def test_session_restricted_to_signed_in_users_is_visible_to_members(self, session):
        PageViewRestriction.objects.create(page=session, restriction_type=PageViewRestriction.LOGIN)
        assert self.is_visible(member(), session)

    def test_restricted_session_is_visible_to_minute_writers(self, restricted, rapporteur):
        assert self.is_visible(rapporteur, restricted)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Un.\nDeux.", "<p>Un. Deux.</p>"),
        ("## Titre\nTexte", "<h2>Titre</h2><p>Texte</p>"),
        ("Avant\n- a\n- b\nAprès", "<p>Avant</p><ul><li>a</li><li>b</li></ul><p>Après</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ('[x](/a"onclick="b)', '<p>[x](/a"onclick="b)</p>'),
        ("[x](/aide/)", '<p><a href="/aide/">x</a></p>'),
    ],
)
def test_plain_text_is_converted_to_escaped_html(text, html):
    [(_kind, body)] = body_of(text)
    assert body.source == html
