"""Yearly report: cases computed by hand, stored figures, visibility and dates."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from committee.models import Deliverable, Priority, WorkProgramme
from common.markdown import body
from common.shown import BY_PROGRAM
from indicators.errors import RestitutionRefused
from indicators.hooks import Period
from indicators.models import Restitution
from indicators.restitution.queries.figures import STANDING
from indicators.restitution.services import build, publish
from participation.models import Proposal, Support
from polls.models import Participation, Poll
from tests.bulk import confirm
from tests.factories import (
    CommentFactory,
    DiscussionFactory,
    NewsPageFactory,
    OfficialAnswerFactory,
    ProposalFactory,
    SessionPageFactory,
    TopicPageFactory,
    UserFactory,
)
from tests.fieldwork.survey_factories import make_survey
from tests.polls.factories import make_poll, make_survey_poll

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 2, 1, 12, tzinfo=dt.UTC)
# The first and the last moment of 2025 in Paris, and the minutes around it.
FIRST, LAST = (dt.datetime(2024, 12, 31, 23, tzinfo=dt.UTC), dt.datetime(2025, 12, 31, 22, 59, tzinfo=dt.UTC))
BEFORE, AFTER = FIRST - dt.timedelta(minutes=1), LAST + dt.timedelta(minutes=1)


@pytest.fixture
def coordinator(editor_of):
    return editor_of("Animation")


def values(year=2025):
    """Returns the figures of the year by label, measured now."""
    return {figure["label"]: figure["value"] for figure in build(year=year, now=NOW).figures}


def test_year_starts_and_ends_in_paris_time():
    assert (Period.of_year(2025).begins, Period.of_year(2025).ends) == (FIRST, AFTER)


@pytest.mark.parametrize(
    ("key", "label", "first", "last"),
    [
        ("2019", "2019", "2019-01-01", "2019-12-31"),
        ("2019-S2", "2e semestre 2019", "2019-07-01", "2019-12-31"),
        ("2019-T1", "1er trimestre 2019", "2019-01-01", "2019-03-31"),
        ("2020-02", "février 2020", "2020-02-01", "2020-02-29"),
    ],
)
def test_period_is_parsed_from_its_key_and_found_from_its_last_day(key, label, first, last):
    period = Period.named(key)
    assert (period.key, period.words) == (key, label)
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)
    assert Period.around(period.last, period.months) == period
    assert period.next.first == period.last + dt.timedelta(days=1)


@pytest.mark.parametrize("key", ["", "19", "2019-13", "2019-T5", "2019-S3", "2019-0", "0219", "2019-T1 ", "2019-t1"])
def test_invalid_period_keys_are_refused(key):
    with pytest.raises(ValueError):  # noqa: PT011 the message is that of `date` or the key
        Period.named(key)


def test_public_objects_of_the_year_are_counted():
    for moment in (BEFORE, FIRST, LAST, AFTER):
        SessionPageFactory(starts_at=moment, ends_at=moment + dt.timedelta(hours=2), minutes=body("Lu."))
        NewsPageFactory(first_published_at=moment)
        place = DiscussionFactory(proposal=ProposalFactory(created_at=moment))
        CommentFactory(discussion=place, created_at=moment)
        support = Support.objects.create(proposal=place.proposal, user=UserFactory())
        Support.objects.filter(pk=support.pk).update(created_at=moment)
    middle = FIRST + dt.timedelta(days=100)
    for days, fields in enumerate(({"status": "cancelled", "minutes": body("Lu.")}, {"minutes": None})):
        begins = middle + dt.timedelta(days=days)
        SessionPageFactory(starts_at=begins, ends_at=begins + dt.timedelta(hours=2), **fields)
    NewsPageFactory(first_published_at=middle, live=False)
    ProposalFactory(created_at=middle, state="recue")
    CommentFactory(created_at=middle, state="retire")
    figures = values()
    for label in ("Séances tenues", "Actualités", "Propositions publiées", "Soutiens"):
        assert figures[label] == 2, label
    assert figures["Commentaires"] == 2
    assert figures["Personnes qui ont proposé"] == 2


def test_upcoming_sessions_are_not_counted_as_held():
    for moment in (NOW - dt.timedelta(days=7), NOW - dt.timedelta(hours=1), NOW + dt.timedelta(days=7)):
        SessionPageFactory(starts_at=moment, ends_at=moment + dt.timedelta(hours=2), minutes=body("Lu."))
    assert values(2026)["Séances tenues"] == 1


def test_open_polls_and_surveys_are_not_counted():
    for slug, end in (("over", NOW - dt.timedelta(days=1)), ("open", NOW + dt.timedelta(days=10))):
        dates = {"opens_at": NOW - dt.timedelta(days=9), "closes_at": end}
        for poll in (make_poll(slug, **dates), make_survey_poll(f"enquete-{slug}", **dates)):
            Participation.objects.bulk_create(Participation(poll=poll) for _answer in range(5))
            if poll.audience == Poll.Audience.PEOPLE_MET:
                make_survey(poll.slug, poll=poll)
    figures = values(2026)
    assert (figures["Sondages"], figures["Réponses aux sondages"]) == (1, 5)
    assert (figures["Enquêtes de terrain"], figures["Personnes qui ont répondu aux enquêtes"]) == (1, 5)


def test_charts_of_a_published_report_do_not_change(client, coordinator, time_machine):
    time_machine.move_to(NOW, tick=False)
    ProposalFactory(published_at=NOW)
    SessionPageFactory(starts_at=NOW + dt.timedelta(days=40), ends_at=NOW + dt.timedelta(days=40, hours=2))
    restitution = publish(restitution=build(year=2026, now=NOW), now=NOW, by=coordinator, shown=BY_PROGRAM)
    time_machine.move_to(NOW + dt.timedelta(days=3), tick=False)
    ProposalFactory(published_at=NOW + dt.timedelta(days=3))
    Proposal.objects.update(state="acceptee")
    text = client.get(restitution.get_absolute_url()).content.decode().replace("\xa0", " ")
    for expected in (
        "Les chiffres et les dessins sont du 1er février 2026",
        "1 proposition publiée en 2026 (au 1er février 2026)",
        "La ville n’en a encore repris aucune",
        "Les séances de 2026 (au 1er février 2026)",
    ):
        assert expected in text
    figures = [figure for figure in restitution.figures if not figure["key"].startswith(STANDING)]
    Restitution.objects.update(figures=figures)
    earlier_version = client.get(restitution.get_absolute_url()).content.decode().replace("\xa0", " ")
    assert "2 propositions publiées en 2026 (au 4 février 2026)" in earlier_version


def test_median_delay_and_share_of_answers_in_time():
    for delay, due in ((10, 40), (20, 40), (90, 40)):
        published = FIRST + dt.timedelta(days=10)
        proposal = ProposalFactory(
            created_at=published,
            state="acceptee",
            answer_due_on=(published + dt.timedelta(days=due)).date(),
            answered_at=published + dt.timedelta(days=delay),
            answer_delay=delay,
        )
        OfficialAnswerFactory(proposal=proposal, published_at=published + dt.timedelta(days=delay))
    # A second, late answer in the next year does not change the first one's delay.
    OfficialAnswerFactory(proposal=Proposal.objects.earliest("pk"), decision="realisee", published_at=AFTER)
    Proposal.objects.filter(pk=Proposal.objects.earliest("pk").pk).update(answered_at=AFTER)
    figures = values()
    assert figures["Délai médian avant la première réponse"] == "20 jours"
    assert figures["Réponses données à la date annoncée"].replace("\u00a0", " ") == "67 %"
    assert figures["Réponses officielles"] == 3
    assert values(2026)["Délai médian avant la première réponse"] is None
    assert figures["Propositions reprises par la ville"] == 3
    assert values(2024)["Délai médian avant la première réponse"] is None


def test_deliverables_are_counted_by_their_dates(client):
    topic = TopicPageFactory()
    programme = WorkProgramme.objects.create(year=2025, adopted_at=FIRST)
    Priority.objects.create(programme=programme, topic=topic)
    for due, done in (("2025-06-01", "2025-05-20"), ("2025-07-01", "2026-01-02"), ("2025-08-01", None)):
        state = "livre" if done else "en-cours"
        Deliverable.objects.create(topic=topic, title="Guide", due_on=due, done_on=done, state=state)
    figures = values()
    assert figures["Priorités de l’année"] == 1
    assert figures["Livrables rendus"] == 2
    page = client.get("/le-comite/programme/2025/").content.decode().replace("\u00a0", " ")
    assert "2 sur 3" in page, "the page of the programme uses the same rule"
    assert figures["Livrables attendus dans l’année et rendus avant sa fin"].replace("\u00a0", " ") == "33 %"


@time_machine.travel(NOW, tick=False)
def test_csv_export_contains_query_and_time_of_each_figure(client, coordinator):
    report = build(year=2025, now=NOW)
    publish(restitution=report, now=NOW, by=coordinator, shown=BY_PROGRAM)
    content = b"".join(client.get("/restitution/2025/chiffres.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert len(rows) == len(report.figures) > 15
    for row in rows:
        assert row["Requête"].startswith("SELECT "), row
        assert row["Mesuré le"] == "2026-02-01T13:00:00+01:00"
        assert row["Ce qui est compté"]


def test_published_figures_cannot_be_measured_again(coordinator):
    report = build(year=2025, now=NOW)
    NewsPageFactory(first_published_at=FIRST)
    report = build(year=2025, now=NOW)
    publish(restitution=report, now=NOW, by=coordinator, shown=BY_PROGRAM)
    NewsPageFactory(first_published_at=FIRST)
    with pytest.raises(RestitutionRefused, match="ne changent plus"):
        build(year=2025, now=NOW)
    with pytest.raises(CommandError, match="ne changent plus"):
        call_command("build_restitution", "2025")
    report.refresh_from_db()
    assert next(figure["value"] for figure in report.figures if figure["label"] == "Actualités") == 1


def test_another_year_discards_the_figures_and_is_refused_after_publication(coordinator):
    report = build(year=2025, now=NOW)
    report.year = 2024
    report.full_clean()
    assert (report.figures, report.built_at) == ([], None)
    publish(restitution=build(year=2025, now=NOW), now=NOW, by=coordinator, shown=BY_PROGRAM)
    with pytest.raises(ValidationError) as refusal:
        report.full_clean()
    assert list(refusal.value.message_dict) == ["year"]


def test_future_year_and_report_without_figures_are_refused(coordinator):
    with pytest.raises(RestitutionRefused, match="commencé"):
        build(year=2027, now=NOW)
    with pytest.raises(RestitutionRefused, match="Mesurez"):
        publish(restitution=Restitution.objects.create(year=2025), now=NOW, by=coordinator, shown=BY_PROGRAM)


@time_machine.travel(NOW, tick=False)
def test_unpublished_report_is_visible_to_its_editors_only(client, coordinator):
    report = build(year=2025, now=NOW)
    for address in ("/restitution/2025/", "/restitution/2025/chiffres.csv"):
        assert client.get(address).status_code == 404
    assert "2025" not in client.get("/restitution/").content.decode().partition("<main")[2].partition("</main")[0]
    client.force_login(UserFactory())
    assert client.get("/restitution/2025/").status_code == 404
    client.force_login(coordinator)
    assert "Il n’est pas encore publié" in client.get("/restitution/2025/").content.decode()
    steps = "/admin/restitutions"
    assert f"{steps}/publier/{report.pk}/" in client.get(f"{steps}/edit/{report.pk}/").content.decode()
    measured = client.post(f"{steps}/chiffres/{report.pk}/", follow=True).content.decode()
    assert f'href="{steps}/publier/{report.pk}/"' in measured
    assert f'href="{steps}/publier/{report.pk}/"' in client.get(f"{steps}/").content.decode()
    confirm(client, f"{steps}/publier/{report.pk}/")
    client.logout()
    response = client.get("/restitution/2025/")
    assert "Séances tenues" in response.content.decode()
    assert not response.cookies
    assert "/restitution/2025/" in client.get("/restitution/").content.decode()


@time_machine.travel(NOW, tick=False)
def test_report_is_asked_for_after_the_year_and_found_once_published(client, coordinator):
    places = ("/", "/plan-du-site/")
    client.force_login(coordinator)
    assert "Publier le bilan" not in client.get("/admin/").text
    SessionPageFactory(starts_at=LAST - dt.timedelta(days=40), ends_at=LAST - dt.timedelta(days=39))
    assert "Publier le bilan de 2025" in client.get("/admin/").text.replace("\xa0", " ")
    assert "Le bilan de 2025 n’est pas encore publié" in client.get("/restitution/").text.replace("\xa0", " ")
    publish(restitution=build(year=2025, now=NOW), now=NOW, by=coordinator, shown=BY_PROGRAM)
    assert "Publier le bilan" not in client.get("/admin/").text
    assert "pas encore publié" not in client.get("/restitution/").text
    client.logout()
    assert all('href="/restitution/2025/"' in client.get(place).text for place in places)


def text_at(client, address, moment=NOW):
    with time_machine.travel(moment, tick=False):
        answer = client.get(address)
    text = answer.content.decode() if answer.status_code == 200 else ""
    return text.replace("\r\n ", "").replace("\u00a0", " ").replace("\u202f", " ")


def test_public_presentation_is_announced_until_its_end(client, coordinator):
    report = build(year=2025, now=NOW)
    begins = NOW + dt.timedelta(days=7)
    report.event_starts_at, report.event_ends_at = begins, begins + dt.timedelta(hours=2)
    report.event_place, report.event_audience = "Médiathèque Malraux", "Tout le monde."
    report.full_clean()
    report.save()
    address, calendars = (
        "/restitution/2025/",
        ("/restitution/2025/presentation.ics", "/le-comite/seances/calendrier.ics"),
    )
    before = [text_at(client, one) for one in ("/", *calendars)]
    assert not any("Malraux" in text for text in before)
    with time_machine.travel(NOW, tick=False):
        publish(restitution=report, now=NOW, by=coordinator, shown=BY_PROGRAM)
    for one in ("/", address):
        text = text_at(client, one)
        assert "de 13 h à 15 h" in text, one
        assert "Médiathèque Malraux" in text, one
        assert "Tout le monde." in text, one
    for one in calendars:
        assert "DTSTART;TZID=Europe/Paris:20260208T130000" in text_at(client, one), one
    over = begins + dt.timedelta(days=1)
    assert "Malraux" not in text_at(client, "/", over)
    assert "Malraux" in text_at(client, address, over)
    assert "presentation.ics" not in text_at(client, address, over)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"event_place": "Salle"}, {"event_starts_at", "event_ends_at"}),
        ({"event_starts_at": NOW, "event_ends_at": NOW, "event_place": "Salle"}, {"event_ends_at"}),
        ({"event_audience": "Tout le monde"}, {"event_starts_at", "event_ends_at", "event_place"}),
    ],
)
def test_presentation_requires_date_hours_and_place(fields, refused):
    with pytest.raises(ValidationError) as error:
        Restitution(year=2025, **fields).full_clean()
    assert set(error.value.message_dict) == refused


@time_machine.travel(NOW, tick=False)
def test_message_after_saving_links_to_the_measurement_of_figures(client, coordinator):
    client.force_login(coordinator)
    steps = "/admin/restitutions"
    page = client.post(f"{steps}/add/", {"year": 2025, "introduction": "Une année.", "quotes-count": 0}, follow=True)
    build_url = f"{steps}/chiffres/{Restitution.objects.get().pk}/"
    messages = page.content.decode().partition('class="messages"')[2].partition("</ul>")[0]
    assert build_url in messages
    assert "Mesurer les chiffres…" in messages
    assert build_url in client.get(f"{steps}/").content.decode()


def test_the_command_prints_every_figure(capsys):
    call_command("build_restitution", "2025")
    assert "Séances · Séances tenues: 0" in capsys.readouterr().out
