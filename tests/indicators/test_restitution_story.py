"""Yearly report as a narrative: names in it, wording of zeros, number of queries."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup

from committee.models import (
    AgendaItem,
    Attendance,
    Deliverable,
    Priority,
    SessionAction,
    SessionDecision,
    SessionExpert,
    SessionPage,
    TopicPage,
    WorkProgramme,
)
from common.markdown import body
from indicators.models import Restitution, Survey, SurveyTally
from indicators.restitution.queries.figures import (
    Figure,
    figures_of,
    headlines,
    missing_sentence,
    zeros_of,
)
from indicators.restitution.services import build
from participation.models import Proposal
from tests.charts import charts_in
from tests.factories import MandateFactory, ProposalFactory, SessionPageFactory, TopicPageFactory

NOW = dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.datetime(2025, 5, 12, 16, tzinfo=dt.UTC)
STATES = Proposal.State


def publish_report():
    report = build(year=2025, now=NOW)
    Restitution.objects.filter(pk=report.pk).update(published_at=NOW)


def publish_report_again():
    Restitution.objects.update(published_at=None)
    publish_report()


def read(client, address="/restitution/2025/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.text.partition("<main")[2].partition("</main")[0].replace("\u00a0", " ").replace("&nbsp;", " ")


def deliverable(topic, title, **fields):
    return Deliverable.objects.create(topic=topic, title=title, **{"due_on": dt.date(2025, 6, 1), **fields})


def fill_year(number=1, begins=DAY):
    """Adds `number` of each thing listed in the report, from `begins` on, each on its own topic."""
    programme, _created = WorkProgramme.objects.get_or_create(year=2025, defaults={"adopted_at": DAY})
    for one in range(number):
        topic = TopicPageFactory(pictogram="mobility")
        day = begins + dt.timedelta(days=one)
        session = SessionPageFactory(starts_at=day, ends_at=day + dt.timedelta(hours=2))
        AgendaItem.objects.create(session=session, title="Un point", topic=topic)
        SessionExpert.objects.create(session=session, name="Mireille V.")
        Priority.objects.create(programme=programme, topic=topic)
        deliverable(topic, "Rendu", done_on=dt.date(2025, 5, 30), state="livre")
        deliverable(topic, "Attendu")
        for state in (STATES.DONE, STATES.NOT_RETAINED):
            ProposalFactory(created_at=DAY, state=state, topic=topic)


def test_report_names_public_objects_only(client):
    topic = TopicPageFactory(title="Sujet public")
    draft = TopicPageFactory(title="Sujet en brouillon", live=False)
    for state in STATES:
        ProposalFactory(created_at=DAY, state=state, title=f"Idée {state.value}", topic=draft)
    deliverable(topic, "Livrable public", done_on=dt.date(2025, 5, 30), state="livre")
    deliverable(draft, "Livrable caché", done_on=dt.date(2025, 5, 30), state="livre")
    deliverable(draft, "Retard caché")
    SessionPageFactory(title="Séance publique", starts_at=DAY, ends_at=DAY + dt.timedelta(hours=2))
    later = DAY + dt.timedelta(days=9)
    SessionPageFactory(title="Séance cachée", starts_at=later, ends_at=later + dt.timedelta(hours=2), live=False)
    publish_report()
    page = read(client)
    named = {state for state in STATES if f"Idée {state.value}" in page}
    assert named == set(Proposal.PUBLIC_STATES)
    for title in ("Livrable public", "Séance publique", "Sujet public"):
        assert title in page
    for hidden in ("Livrable caché", "Retard caché", "Séance cachée", "Sujet en brouillon"):
        assert hidden not in page


def test_experts_are_counted_and_listed_by_session(client):
    later = DAY + dt.timedelta(days=9)
    for start, title, fields in ((DAY, "Les seuils", {}), (later, "Cachée", {"live": False})):
        ends = start + dt.timedelta(hours=2)
        session = SessionPageFactory(title=title, starts_at=start, ends_at=ends, minutes=body("Lu."), **fields)
        for name in ("Mireille V.", "Idriss T."):
            SessionExpert.objects.create(session=session, name=f"{name} ({title})")
    publish_report()
    page = read(client)
    assert "<dt>Experts entendus : 2</dt>" in page
    assert "Mireille V. (Les seuils)" in page
    assert "Cachée" not in page


def test_object_hidden_after_publication_is_counted_but_not_named(client):
    proposal = ProposalFactory(created_at=DAY, state=STATES.DONE, title="Une idée à cacher")
    publish_report()
    assert "Une idée à cacher" in read(client)
    Proposal.objects.filter(pk=proposal.pk).update(state=STATES.REFUSED)
    page = read(client)
    assert "Une idée à cacher" not in page
    assert "Propositions publiées : 1" in page


def test_names_link_to_public_pages(client):
    fill_year()
    publish_report()
    page = BeautifulSoup(read(client), "html.parser")
    links = {link["href"] for link in page.select(".names a")}
    assert {one.get_absolute_url() for one in Proposal.objects.all()} <= links
    assert TopicPage.objects.get().get_url() in links
    assert all(client.get(link.partition("#")[0]).status_code == 200 for link in links)


def test_unfinished_items_are_listed_in_their_own_section(client):
    fill_year()
    publish_report()
    rest = BeautifulSoup(read(client), "html.parser").select_one("section[aria-labelledby=reste]")
    assert [one.text for one in rest.select(".names .badge")] == ["En retard", "Non retenue"]


def late_year():
    """Returns what is late, missing or not noted in a year with two proposals and one session, by figure."""
    topic, session = TopicPageFactory(), SessionPageFactory(starts_at=DAY, ends_at=DAY + dt.timedelta(hours=2))
    seat = MandateFactory(starts_on=dt.date(2025, 1, 1)).seat
    sheet = Attendance.objects.create(session=session, seat=seat, state="present", how="ahead", recorded_at=DAY)
    due = dt.date(2025, 9, 1)
    action = SessionAction.objects.create(session=session, text="Écrire la lettre", due_on=due)
    decision = SessionDecision.objects.create(session=session, text="Ouvrir le guichet", due_on=due)
    late = deliverable(topic, "Le guide")
    unanswered = ProposalFactory(published_at=DAY, title="Des bancs", answer_due_on=due)
    accepted = ProposalFactory(published_at=DAY, title="Une rampe", state=STATES.ACCEPTED)
    rows = {"actions": action, "decisions": decision, "deliverables": late, "answers": unanswered, "chains": accepted}
    return session, sheet, rows


def test_what_is_late_missing_or_not_noted_is_counted_and_named(client, editor_of):
    session, sheet, rows = late_year()
    Attendance.objects.filter(pk=sheet.pk).delete()
    report = build(year=2025, now=NOW)
    figures = {figure["key"]: figure for figure in report.figures}
    kinds = ("attendance", "minutes", *rows)
    counts = dict.fromkeys(kinds, 1) | {"chains": 2}
    assert {kind: figures[f"shortfall.{kind}"]["value"] for kind in kinds} == counts
    assert figures["sessions"]["value"] == 0
    client.force_login(editor_of("Animation"))
    for address in ("/restitution/2025/", f"/admin/restitutions/publier/{report.pk}/"):
        page = read(client, address)
        assert "Tout ce qui" not in page
        for name in (session.title, *(str(getattr(row, "title", "") or row) for row in rows.values())):
            assert name in page, (address, name)
        for kind in kinds:
            assert f"{figures[f'shortfall.{kind}']['label']} : {counts[kind]}" in page, (address, kind)


def test_report_says_that_all_is_there_once_nothing_is_missing(client):
    session, sheet, rows = late_year()
    Attendance.objects.filter(pk=sheet.pk).update(how="sheet")
    SessionPage.objects.filter(pk=session.pk).update(minutes_published_at=NOW)
    for kind in ("actions", "decisions"):
        type(rows[kind]).objects.update(done_on=NOW.date())
    Deliverable.objects.update(done_on=NOW.date(), state="livre")
    Proposal.objects.filter(pk=rows["chains"].pk).delete()
    publish_report()
    assert "Tout ce qui" not in read(client)
    Proposal.objects.filter(pk=rows["answers"].pk).update(answer_due_on=None)
    publish_report_again()
    assert "Tout ce qui était attendu est là" in read(client)
    assert "Sièges représentés (présences notées pour 1 séance sur 1)" in read(client)


def test_zeros_and_missing_figures_are_listed_separately(client):
    publish_report()
    page = BeautifulSoup(read(client), "html.parser")
    notice = page.select_one(".notice--info")
    assert len(notice.select("p")) == 2
    zeros, missing = (one.text.replace("\u00a0", " ") for one in notice.select("p"))
    assert zeros == "À zéro cette année-là :"
    names = [one.text for one in notice.select("li")]
    assert names[0] == "séances tenues"
    assert "positions sur des exemples" in names
    assert "« Sièges représentés »" in missing
    assert not page.select(".figures dd"), "neither is displayed as a number"
    assert "n’a pas de décision" in page.text


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"news": 3, "comments": 2}, []),
        ({"Commentaires": 0, "Actualités": 0}, ["commentaires", "actualités"]),
        ({"actions": "0\u00a0%"}, ["actions"]),
        ({"authors": 0}, []),
        ({"news": None}, []),
        ({"answer_delay": "0 jour"}, []),
        ({"indicator.wifi": "0\u00a0%"}, []),
    ],
)
def test_zeros_of_excludes_missing_values_delays_and_indicators(values, names):
    figures = [Figure(key, key, value, "") for key, value in values.items()]
    assert zeros_of(figures) == names


def test_missing_figure_is_not_a_zero():
    figures = figures_of([{"key": "actions", "label": "Actions faites", "value": None, "definition": ""}])
    assert not figures[0].is_zero
    assert "« Actions faites »" in missing_sentence(figures).replace("\u00a0", " ")
    assert missing_sentence([]) == ""


def test_headlines_are_the_first_four_nonzero_figures():
    values = {"sessions": 8, "decisions": 0, "deliverables": 4, "taken_up": None, "seats": "86 %", "proposals": 3}
    figures = [Figure(key, key, value, "") for key, value in {**values, "comments": 9}.items()]
    assert [one.key for one in headlines(figures)] == ["sessions", "deliverables", "seats", "proposals"]


def test_figure_of_an_older_report_without_a_key_is_displayed(client):
    frozen = {"section": "Lettres", "label": "Lettres envoyées", "definition": "…", "value": 12, "query": ""}
    Restitution.objects.create(year=2025, figures=[frozen], built_at=NOW, published_at=NOW)
    assert "Lettres envoyées" in read(client)


def test_each_chart_matches_its_table(client):
    fill_year(2)
    publish_report()
    charts = charts_in(read(client))
    assert len(charts) == 3
    assert [fault for one in charts for fault in one.faults()] == []


def test_report_of_a_year_with_a_survey_compares_participants_and_population(client):
    publish_report()
    assert "Aucune enquête" in read(client)
    survey = Survey.objects.create(year=2025, opens_on=dt.date(2025, 1, 1), closes_on=dt.date(2025, 12, 31))
    SurveyTally.objects.create(survey=survey, who="participants", question="genre", counts={"femme": 20, "homme": 30})
    page = read(client)
    assert "Aucune enquête" not in page
    assert "des participants et" in page
    assert 'href="/representativite/?annee=2025"' in page


def test_quotes_are_displayed_with_the_chosen_portrait(client):
    publish_report()
    report = Restitution.objects.get(year=2025)
    report.quotes = [
        ("quote", {"text": "Une phrase.", "author": "Bernard F.", "portrait": "cap"}),
        ("quote", {"text": "Une autre.", "author": "Une habitante", "portrait": ""}),
    ]
    report.save()
    page = BeautifulSoup(read(client), "html.parser")
    quotes = page.select(".person")
    assert [one.select_one("blockquote").text.strip() for one in quotes] == ["Une phrase.", "Une autre."]
    assert [one.select_one("use")["href"].partition("#")[2] for one in quotes] == ["cap", "house"]
    Restitution.objects.update(quotes=None)
    assert 'class="quote' not in read(client)


def test_number_of_queries_does_not_depend_on_the_content_of_the_year(client, django_assert_max_num_queries):
    fill_year(1)
    publish_report()
    read(client)
    with django_assert_max_num_queries(23) as few:
        read(client)
    fill_year(5, begins=DAY + dt.timedelta(days=30))
    with django_assert_max_num_queries(len(few.captured_queries)):
        read(client)


def test_long_list_shows_its_total_and_is_truncated(client):
    for number in range(15):
        ProposalFactory(created_at=DAY, title=f"Idée {number}", support_count=number)
    publish_report()
    page = read(client)
    assert "Sur un total de 15, 12 sont ici." in page
    assert "Idée 14" in page
    assert "Idée 0<" not in page
