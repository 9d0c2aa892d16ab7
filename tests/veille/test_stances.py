"""Stance of the committee on an example: its session, permissions to change it, and where it is shown."""

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import PageLogEntry, PageViewRestriction
from wagtail.test.utils.form_data import nested_form_data, streamfield

from committee.models import SessionPage
from common.templatetags.dates import short_day
from digests.queries.items import Window
from digests.queries.sources import VEILLE
from indicators.hooks import Period
from indicators.restitution.queries.measures import measures_of
from tests.factories import SessionPageFactory, TopicPageFactory, UserFactory, VeilleEntryPageFactory
from veille.models import VeilleEntryPage
from veille.models.stances import STANCE, Stance

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
HELD = {
    "starts_at": dt.datetime(2026, 11, 12, 17, 30, tzinfo=dt.UTC),
    "ends_at": dt.datetime(2026, 11, 12, 19, 30, tzinfo=dt.UTC),
}


@pytest.fixture
def session():
    return SessionPageFactory(title="Les horaires", **HELD)


@pytest.fixture
def entry(session):
    return VeilleEntryPageFactory(title="Gand", stance=Stance.ADAPT, stance_session=session)


def later():
    return {name: moment + dt.timedelta(days=30) for name, moment in HELD.items()}


@pytest.mark.parametrize(
    ("stance", "about", "field", "message"),
    [
        (Stance.ADOPT, None, "stance_session", "Choisissez la séance"),
        ("", HELD, "stance", "Choisissez la position"),
        (Stance.ADOPT, later(), "stance_session", "n’a pas eu lieu"),
        (Stance.ADOPT, HELD | {"status": SessionPage.Status.CANCELLED}, "stance_session", "n’a pas eu lieu"),
    ],
)
def test_stance_requires_a_session_that_took_place(stance, about, field, message):
    session = SessionPageFactory(**about) if about else None
    entry = VeilleEntryPageFactory()
    entry.stance, entry.stance_session = stance, session
    with pytest.raises(ValidationError) as refused:
        entry.save()
    assert message in refused.value.message_dict[field][0]


def test_session_with_a_stance_cannot_be_deleted(entry, session):
    SessionPage.objects.filter(pk=session.pk).update(status=SessionPage.Status.CANCELLED)
    with pytest.raises(Exception, match=r"stance_session|protected"):
        session.delete()


def test_page_links_to_the_session_only_if_it_is_public(client, entry, session):
    page = client.get(entry.url).content.decode()
    assert "À adapter" in page
    assert session.url in page
    PageViewRestriction.objects.create(page=session, restriction_type=PageViewRestriction.LOGIN)
    page = client.get(entry.url).content.decode()
    assert "À adapter" in page
    assert session.url not in page
    assert "Les horaires" not in page


def test_stance_is_displayed_in_lists_feeds_and_on_the_home_page(client, entry):
    topic = TopicPageFactory()
    entry.topic = topic
    entry.save()
    for address in ("/veille/", "/veille/flux.xml", "/veille/rss.xml", topic.url, "/"):
        assert "À adapter" in client.get(address).content.decode(), address


def test_list_is_filtered_by_stance_and_offers_existing_values_only(client, entry):
    VeilleEntryPageFactory(title="Sans position")
    page = client.get("/veille/?position=a-adapter")
    assert [one.title for one in page.context["entries"]] == ["Gand"]
    choices = [value for value, _label in page.context["filter_form"].fields["position"].choices]
    assert choices == ["", Stance.ADAPT]
    assert len(client.get("/veille/?position=x").context["entries"]) == 2


def test_session_lists_its_stances_on_published_examples(client, entry, session):
    VeilleEntryPageFactory(title="Brouillon", live=False, stance=Stance.ADOPT, stance_session=session)
    page = client.get(session.url)
    (section,) = page.context["sections"]
    assert [(item.title, item.state) for item in section.items] == [("Gand", "À adapter")]
    assert "Ce que la séance a dit" in page.content.decode()


def test_yearly_report_counts_stances_by_the_year_of_their_session(entry):
    VeilleEntryPageFactory()

    def counted(year):
        (measure,) = (one for one in measures_of(Period.of_year(year), NOW) if one.key == "stances")
        return [row.title for row in measure.rows]

    assert counted(2026) == ["Gand"]
    assert counted(2025) == []


def rows_of(client):
    data = client.get("/donnees-ouvertes/veille.csv").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";"))


def test_open_data_have_published_examples_with_source_and_stance(client, entry, session):
    entry.archived_url, entry.archived_on = "https://archive.example/gand", dt.date(2026, 11, 1)
    entry.save()
    VeilleEntryPageFactory(live=False)
    (row,) = rows_of(client)
    assert (row["titre"], row["position"], row["source"]) == ("Gand", "À adapter", entry.source_url)
    assert (row["copie_archivee"], row["copie_archivee_le"]) == ("https://archive.example/gand", "2026-11-01")
    assert row["seance"].endswith(session.url)
    session.unpublish()
    assert rows_of(client)[0]["seance"] == ""


@pytest.fixture
def publisher():
    return UserFactory(is_superuser=True)


def publish(entry, user, **changes):
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.save_revision(user=user).publish(user=user)


def test_page_log_has_each_published_change_of_stance(publisher, session):
    entry = VeilleEntryPageFactory()
    publish(entry, publisher)
    publish(entry, publisher, stance=Stance.WATCH, stance_session=session)
    publish(entry, publisher, title="Gand, deux ans après")
    publish(entry, publisher, stance=Stance.ADOPT)
    publish(entry, publisher, stance="", stance_session=None)
    log = PageLogEntry.objects.filter(page=entry.pk, action=STANCE).order_by("timestamp", "pk")
    assert [one.data["stance"] for one in log] == [Stance.WATCH, Stance.ADOPT, ""]
    assert {one.user for one in log} == {publisher}


def test_digest_lists_a_new_stance_and_each_example_once(publisher, session):
    long_ago = NOW - dt.timedelta(days=90)
    entry = VeilleEntryPageFactory(first_published_at=long_ago)
    week = Window(NOW - dt.timedelta(days=7), NOW, NOW, NOW)
    assert VEILLE.in_window(week, now=NOW) == []
    publish(entry, publisher, stance=Stance.ADOPT, stance_session=session)
    (digest_item,) = VEILLE.in_window(week, now=NOW)
    assert (digest_item.at, digest_item.identity) == (NOW, ("pages", entry.pk))
    publish(entry, publisher, stance="", stance_session=None)
    assert VEILLE.in_window(week, now=NOW) == []
    new = VeilleEntryPageFactory(first_published_at=NOW - dt.timedelta(days=1))
    publish(new, publisher, stance=Stance.ADOPT, stance_session=session)
    assert [item.key for item in VEILLE.in_window(week, now=NOW)] == [new.pk]


def form_of(entry, **changes):
    return nested_form_data(
        {
            **{name: getattr(entry, name) for name in ("title", "slug", "introduction", "place", "year", "lesson")},
            **{name: getattr(entry, name) for name in ("source_url", "source_language", "stance")},
            "theme": entry.theme_id,
            "stance_session": entry.stance_session_id or "",
            "body": streamfield([]),
            "effects": streamfield([]),
            **changes,
        }
    )


@pytest.mark.parametrize("may_publish", [True, False])
def test_changing_the_stance_requires_permission_to_publish(client, editor_of, entry, may_publish):
    editor = editor_of("Rédaction")
    if not may_publish:
        for group in editor.groups.all():
            group.page_permissions.filter(permission__codename="publish_page").delete()
    client.force_login(editor)
    address = reverse("wagtailadmin_pages:edit", args=[entry.pk])
    page = client.get(address)
    assert page.context["form"].fields["stance"].disabled is not may_publish
    sent = client.post(address, form_of(entry, stance=Stance.NOT_FOR_US, title="Gand en Flandre"))
    assert sent.status_code == 302, sent.context["form"].errors
    draft = VeilleEntryPage.objects.get(pk=entry.pk).get_latest_revision_as_object()
    assert draft.title == "Gand en Flandre"
    assert draft.stance == (Stance.NOT_FOR_US if may_publish else Stance.ADAPT)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://exemple.example/a", "//exemple.example/a", "x"])
def test_archived_url_must_be_a_web_url(url):
    entry = VeilleEntryPageFactory()
    entry.archived_url, entry.archived_on = url, NOW.date()
    with pytest.raises(ValidationError, match="archived_url"):
        entry.save()


@pytest.mark.parametrize(
    ("field", "value"), [("archived_url", "https://archive.example/1"), ("archived_on", NOW.date())]
)
def test_archived_url_and_archived_on_require_each_other(field, value):
    entry = VeilleEntryPageFactory()
    setattr(entry, field, value)
    with pytest.raises(ValidationError, match="archived"):
        entry.save()


def test_archived_copy_is_displayed_after_the_source(client):
    entry = VeilleEntryPageFactory(archived_url="https://archive.example/1", archived_on=NOW.date())
    page = client.get(entry.url).content.decode()
    assert page.index(entry.source_url) < page.index("https://archive.example/1")


def test_chooser_offers_past_sessions_with_their_day(client, editor_of, session):
    SessionPageFactory(title="La suivante", **later())
    client.force_login(editor_of("Rédaction"))
    page = client.get(reverse("held_session_chooser:choose")).json()["html"]
    assert "Les horaires" in page
    assert "La suivante" not in page
    assert short_day(session.starts_at) in page
    chosen = client.get(reverse("held_session_chooser:chosen", args=[session.pk])).json()["result"]["title"]
    assert short_day(session.starts_at) in chosen
    content = client.get(reverse("held_session_chooser:choose_results"), {"q": "horaires 1999"}).content.decode()
    assert "Les horaires" not in content
