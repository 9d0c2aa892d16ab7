"""Entry of sheets: by an agent, with a confirmation step; online with the code; lots, paper, void sheets."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from common.qr_codes import drawn
from common.urls import absolute_url
from fieldwork.models import Outing, SheetRegister
from fieldwork.surveys.queries.codes import code_of, printed
from fieldwork.surveys.services.sheets import make_sheets
from polls.models import Participation, Poll, SecretTexts
from polls.queries.results import tallies
from tests.bulk import submit_edit
from tests.fieldwork.survey_factories import make_outing, make_survey
from tests.polls.factories import DAY, NOW, choice_ids, make_poll, make_survey_poll

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.one_database]
HOSTILE = "<script>alert(1)</script> {{ 7|add:7 }} ' OR 1=1 --\u202e"


@pytest.fixture
def survey(editor_of):
    made = make_survey()
    make_sheets(survey=made, number=4, outing=None, by=editor_of("Animation"), now=NOW)
    return made


@pytest.fixture
def agent(client, editor_of):
    person = editor_of("Accueil")
    client.force_login(person)
    return person


def fields(survey, number, text="", **more):
    """Returns the form data of a sheet: the first group, two choices, no answer to the optional question."""
    making, several, _optional, free = survey.poll.questions.all()
    ids = [choice_ids(survey.poll, place) for place in range(2)]
    return {
        "number": str(number),
        f"question_{making.pk}": str(ids[0][0]),
        f"question_{several.pk}": [str(ids[1][0]), str(ids[1][2])],
        f"question_{free.pk}": text,
        **more,
    }


def hidden_fields(page):
    """Returns the data that the form of the confirmation page would send: its hidden fields."""
    found = {}
    for field in BeautifulSoup(page.text, "html.parser").select("main form input[type=hidden]"):
        found.setdefault(field["name"], []).append(field.get("value", ""))
    return found


class TestDesk:
    def test_sheet_is_confirmed_then_saved_and_the_next_number_is_prefilled(self, client, survey, agent):
        url = reverse("survey_sheets:enter", args=[survey.pk])
        assert survey.title in client.get(reverse("survey_sheets:choose")).text
        assert 'value="1"' in str(BeautifulSoup(client.get(url).text, "html.parser").select_one("#id_number"))
        check = client.post(url, fields(survey, 2, HOSTILE, origin="papier", step="check"))
        assert not Participation.objects.exists()
        assert "Relisez la fiche 2" in check.text
        assert [dd.get_text() for dd in BeautifulSoup(check.text, "html.parser").select("dl dd")] == [
            "Choix 0",
            "Choix 0",
            "Choix 2",
            "Sans réponse",
            HOSTILE.removesuffix("\u202e"),
        ]
        saved = client.post(url, {**hidden_fields(check), "step": "save"})
        assert saved.url == f"{url}?apres=2&origine=papier"
        following = client.get(saved.url).text
        assert "La fiche 2 est enregistrée" in following
        assert 'value="3"' in str(BeautifulSoup(following, "html.parser").select_one("#id_number"))
        assert SecretTexts.objects.get().texts == [HOSTILE.removesuffix("\u202e")]
        assert [tally.people for tally in tallies(survey.poll)] == [1, 1, 0]

    def test_change_step_redisplays_the_submitted_answers(self, client, survey, agent):
        url = reverse("survey_sheets:enter", args=[survey.pk])
        check = client.post(url, fields(survey, 1, "Un mot\nde plus", origin="guichet", step="check"))
        again = client.post(url, {**hidden_fields(check), "step": "change"})
        page = BeautifulSoup(again.text, "html.parser")
        assert page.select_one("textarea").get_text().strip() == "Un mot\nde plus"
        assert len(page.select("form input[checked]")) == 5

    @pytest.mark.parametrize("step", ["check", "save"])
    def test_refusal_names_the_sheet_and_redisplays_the_answers(self, client, survey, agent, step):
        SheetRegister.objects.update(entered={"2": "papier"})
        survey.sheets.filter(number=3).update(is_void=True)
        url = reverse("survey_sheets:enter", args=[survey.pk])
        for number, message in ((2, "La fiche 2 a déjà"), (3, "La fiche 3 est annulée"), (9, "pas de fiche 9")):
            page = client.post(url, fields(survey, number, "Un mot", origin="papier", step=step))
            assert page.status_code == 422
            assert message in page.text.replace("\u00a0", " ")
            assert "Un mot" in page.text
            assert len(BeautifulSoup(page.text, "html.parser").select("form input[checked]")) == 5
        assert not Participation.objects.exists()

    def test_question_left_blank_on_paper_is_entered_as_no_answer(self, client, survey, agent):
        url = reverse("survey_sheets:enter", args=[survey.pk])
        making, several, _optional, _free = survey.poll.questions.all()
        sheet = {"number": "1", "origin": "papier", f"question_{making.pk}": "blank"}
        both = {f"question_{several.pk}": str(choice_ids(survey.poll, 1)[0]), f"question_{several.pk}_blank": "on"}
        for wrong, message in (({}, "Choisissez au moins une réponse"), (both, "gardez l’un des deux")):
            page = client.post(url, {**sheet, **wrong, "step": "save"})
            assert page.status_code == 422
            assert message in page.text
        check = client.post(url, {**sheet, f"question_{several.pk}_blank": "on", "step": "check"})
        read_again = [dd.get_text() for dd in BeautifulSoup(check.text, "html.parser").select("dl dd")]
        assert read_again == ["Sans réponse"] * 4
        assert client.post(url, {**hidden_fields(check), "step": "save"}).status_code == 302
        assert [(tally.people, tally.without_answer) for tally in tallies(survey.poll)] == [(0, 1)] * 3

    def test_agent_whose_survey_ends_meanwhile_is_told_that_nothing_is_recorded(
        self, client, survey, agent, time_machine
    ):
        url = reverse("survey_sheets:enter", args=[survey.pk])
        time_machine.move_to(NOW + 2 * DAY, tick=False)
        sheet = fields(survey, 1, origin="papier", step="save")
        for page in (client.get(url, follow=True), client.post(url, sheet, follow=True)):
            assert page.redirect_chain[-1][0] == reverse("survey_sheets:choose")
            assert "ne prend pas de réponse" in page.text
        assert not Participation.objects.exists()

    def test_only_agents_can_enter_sheets(self, client, survey, editor_of):
        client.force_login(editor_of("Modération"))
        for url in (reverse("survey_sheets:choose"), reverse("survey_sheets:enter", args=[survey.pk])):
            assert client.get(url).status_code in (302, 403)
        assert client.post(url, fields(survey, 1, origin="papier", step="save")).status_code in (302, 403)
        assert not Participation.objects.exists()


class TestOnline:
    def test_a_sheet_is_answered_without_an_account_or_a_session(self, survey):
        client, url = Client(enforce_csrf_checks=True), reverse("fieldwork:survey_answer", args=[survey.slug])
        page = client.get(url)
        assert set(page.cookies) <= {"csrftoken"}
        token = BeautifulSoup(page.text, "html.parser").select_one("[name=csrfmiddlewaretoken]")["value"]
        code = printed(code_of(survey.pk, 2)).lower()
        sent = client.post(url, {**fields(survey, 2, HOSTILE, code=code), "csrfmiddlewaretoken": token}, follow=True)
        assert "Vos réponses sont comptées" in sent.text
        assert set(client.cookies) == {"csrftoken"}
        assert SheetRegister.objects.get().entered == {"2": "en-ligne"}
        again = client.post(url, {**fields(survey, 2, "Un mot", code=code), "csrfmiddlewaretoken": token})
        assert again.status_code == 422
        assert "La fiche 2 a déjà" in again.text
        assert "Un mot" in again.text
        assert Participation.objects.count() == 1

    def test_required_questions_cannot_be_left_blank_online(self, client, survey):
        url = reverse("fieldwork:survey_answer", args=[survey.slug])
        making, several, _optional, _free = survey.poll.questions.all()
        assert "_blank" not in client.get(url).text
        sheet = fields(survey, 1, code=code_of(survey.pk, 1))
        del sheet[f"question_{several.pk}"]
        blank = {f"question_{making.pk}": "blank", f"question_{several.pk}_blank": "on"}
        assert client.post(url, {**sheet, **blank}).status_code == 422
        assert not Participation.objects.exists()

    def test_short_url_redirects_to_the_form(self, client, survey):
        short = reverse("fieldwork:survey_short", args=[survey.pk])
        assert short == f"/r/{survey.pk}/"
        assert client.get(short).url == reverse("fieldwork:survey_answer", args=[survey.slug])
        survey.unpublish()
        assert client.get(short).status_code == 404

    def test_wrong_codes_are_limited_to_ten_per_hour(self, client, survey, time_machine):
        url = reverse("fieldwork:survey_answer", args=[survey.slug])
        for _try in range(10):
            page = client.post(url, fields(survey, 1, code=code_of(survey.pk, 2)))
            assert "ne vont pas ensemble" in page.text
        right = fields(survey, 1, "Un mot", code=code_of(survey.pk, 1))
        late = client.post(url, right)
        assert (late.status_code, Participation.objects.count()) == (422, 0)
        assert "Trop de codes faux" in late.text
        assert "Un mot" in late.text
        time_machine.move_to(NOW + DAY / 20, tick=False)
        assert client.post(url, right).status_code == 302

    def test_incomplete_forms_are_not_counted_and_a_valid_code_resets_the_limit(self, client, survey):
        url = reverse("fieldwork:survey_answer", args=[survey.slug])
        for _try in range(12):
            assert client.post(url, {"number": "1", "code": "ABC"}).status_code == 422
        for number in (1, 2, 3):
            for _try in range(9):
                client.post(url, fields(survey, number, code="ABCDE-FGHJK"))
            assert client.post(url, fields(survey, number, code=code_of(survey.pk, number))).status_code == 302

    @pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "1.5", "un", "\0", HOSTILE])
    def test_invalid_number_returns_422(self, client, survey, number):
        url = reverse("fieldwork:survey_answer", args=[survey.slug])
        assert client.post(url, fields(survey, number, code="A\0B" + HOSTILE)).status_code == 422

    def test_no_form_is_displayed_before_opening_or_after_closing(self, client, survey, time_machine):
        url = reverse("fieldwork:survey_answer", args=[survey.slug])
        for moment in (NOW - 2 * DAY, NOW + 2 * DAY):
            time_machine.move_to(moment, tick=False)
            for page in (client.get(url), client.post(url, fields(survey, 1, code=code_of(survey.pk, 1)))):
                assert "ne prend pas de réponse" in page.text
                assert 'name="code"' not in page.text
        survey.unpublish()
        assert client.get(url).status_code == 404
        assert not Participation.objects.exists()


class TestLots:
    @pytest.fixture(autouse=True)
    def _coordinator(self, client, editor_of):
        client.force_login(editor_of("Animation"))

    def test_a_lot_is_made_and_printed_as_one_document(self, client, survey):
        outing = make_outing(survey)
        url = reverse("field_surveys:make", args=[survey.pk])
        printing = client.post(url, {"number": "3", "outing": outing.pk})
        assert printing.url == reverse("field_surveys:print", args=[survey.pk, 5, 7])
        page = BeautifulSoup(client.get(printing.url).text, "html.parser")
        sheets = page.select("article.paper-form")
        assert len(sheets) == 3
        for number, sheet in zip((5, 6, 7), sheets, strict=True):
            text = sheet.get_text(" ", strip=True)
            assert f"fiche {number}" in text
            assert printed(code_of(survey.pk, number)) in text
            assert f"/r/{survey.pk} Numéro {number}" in text
            assert sheet.select_one("svg path")["d"] == drawn(absolute_url(f"/r/{survey.pk}/"))["qr_path"]
            assert all(question.text.split(" ?")[0] in text for question in survey.poll.questions.all())
        page = client.get(reverse("field_surveys:survey", args=[survey.pk])).text
        assert re.findall(r"fiches/(\d+-\d+)/", page) == ["1-4", "5-7"]

    def test_a_void_sheet_is_counted_and_not_printed(self, client, survey):
        url = reverse("field_surveys:void", args=[survey.pk])
        assert "La fiche 2 est annulée" in client.post(url, {"void-number": "2"}, follow=True).text
        refused = client.post(url, {"void-number": "2"})
        assert (refused.status_code, "annulée" in refused.text) == (422, True)
        paper = client.get(reverse("field_surveys:print", args=[survey.pk, 1, 4])).text
        assert code_of(survey.pk, 2)[:5] not in paper
        assert "1 fiche annulée" in client.get(reverse("field_surveys:survey", args=[survey.pk])).text
        assert survey.title in client.get(reverse("field_surveys:list")).text
        survey.sheets.update(is_void=True)
        assert "fiches/1-4/" not in client.get(reverse("field_surveys:survey", args=[survey.pk])).text

    def test_print_returns_404_for_ranges_without_sheets(self, client, survey):
        for first, last in ((5, 9), (4, 1), (1, 10**15)):
            response = client.get(reverse("field_surveys:print", args=[survey.pk, first, last]))
            assert response.status_code == (200 if last == 10**15 else 404)

    def test_outings_are_read_only_after_the_survey_closes(self, client, survey, time_machine):
        outing = make_outing(survey)
        other = make_survey("autre", poll=make_survey_poll("autre", closes_at=NOW + 5 * DAY))
        url = reverse("wagtailsnippets_fieldwork_outing:edit", args=[outing.pk])
        fields = {"survey": survey.pk, "starts_at": "23/11/2026 10:00", "ends_at": "23/11/2026 12:00"}
        fields |= {"place": "Marché", "meeting_point": "", "people_asked": "50", "refusals": "51", "is_closed": "on"}
        assert "plus de refus" in submit_edit(client, url, fields).text
        submit_edit(client, url, fields | {"refusals": "12"})
        assert Outing.objects.get().refusals == 12
        time_machine.move_to(NOW + 2 * DAY, tick=False)
        for change in ({"refusals": "13"}, {"survey": other.pk}):
            assert "ses sorties ne changent plus" in submit_edit(client, url, fields | change).text
        client.post(reverse("wagtailsnippets_fieldwork_outing:delete", args=[outing.pk]))
        assert (Outing.objects.get().refusals, Outing.objects.get().survey) == (12, survey)

    def test_outing_with_sheets_stays_in_their_survey(self, client, survey, editor_of):
        outing, other = make_outing(survey), make_survey("autre")
        url = reverse("wagtailsnippets_fieldwork_outing:edit", args=[outing.pk])
        fields = {"survey": other.pk, "starts_at": "23/11/2026 10:00", "ends_at": "23/11/2026 12:00"}
        fields |= {"place": "Marché", "meeting_point": "", "people_asked": "50", "refusals": "5"}
        submit_edit(client, url, fields)
        assert Outing.objects.get().survey == other
        make_sheets(survey=other, number=1, outing=Outing.objects.get(), by=editor_of("Animation"), now=NOW)
        assert "celles d’une autre enquête" in submit_edit(client, url, fields | {"survey": survey.pk}).text
        submit_edit(client, url, fields | {"refusals": "6"})
        assert (Outing.objects.get().refusals, Outing.objects.get().survey) == (6, other)

    def test_draft_poll_is_reported_with_its_problems_and_blocks_printing(self, client, survey):
        survey.poll.questions.filter(order=1).update(makes_groups=True)
        Poll.objects.update(is_draft=True)
        page = client.get(reverse("field_surveys:survey", args=[survey.pk]))
        text = " ".join(BeautifulSoup(page.text, "html.parser").select_one(".help-warning").get_text(" ").split())
        assert "Le sondage de cette enquête est un brouillon" in text
        assert "Une seule question" in text
        assert reverse("wagtailsnippets_polls_poll:edit", args=[survey.poll_id]) in page.text
        assert "Faire et imprimer" not in page.text
        paper = client.get(reverse("field_surveys:print", args=[survey.pk, 1, 4]))
        assert paper.url == reverse("field_surveys:survey", args=[survey.pk])
        refused = client.post(reverse("field_surveys:make", args=[survey.pk]), {"number": "3"})
        assert (refused.status_code, survey.sheets.count()) == (422, 4)

    def test_desk_agents_cannot_create_void_or_print_sheets(self, client, survey, editor_of):
        client.force_login(editor_of("Accueil"))
        for url in ("make", "void", "survey"):
            assert client.post(reverse(f"field_surveys:{url}", args=[survey.pk])).status_code in (302, 403)
        assert client.get(reverse("field_surveys:print", args=[survey.pk, 1, 4])).status_code in (302, 403)
        assert survey.sheets.count() == 4


class TestPollChooser:
    @pytest.mark.parametrize(
        ("role", "titles"), [("Animation", {"Sondage marche", "Sondage idée"}), ("Rédaction", set())]
    )
    def test_chooser_lists_polls_among_people_met_with_their_state(self, client, survey, editor_of, role, titles):
        make_survey_poll("idée", is_draft=True, opens_at=None)
        make_poll("autre")
        client.force_login(editor_of(role))
        page = BeautifulSoup(client.get(reverse("survey_polls:choose")).json()["html"], "html.parser")
        rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
        assert {title for title in titles if any(title in row for row in rows)} == titles
        assert len(rows) == len(titles)
        if rows:
            assert any("Brouillon" in row for row in rows)
            assert any("Ouvert jusqu" in row and survey.title in row for row in rows)

    def test_survey_form_uses_the_poll_chooser(self, client, survey, editor_of):
        client.force_login(editor_of("Animation"))
        page = client.get(reverse("wagtailadmin_pages:edit", args=[survey.pk]))
        assert reverse("survey_polls:choose") in page.text
