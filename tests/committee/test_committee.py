"""Pages of the committee: members, work programme, topics; permissions of the secretariat."""

import datetime as dt

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from committee.models import AgendaItem, Mandate, Member, SessionIndexPage, SessionPage, TopicPage, sitting_members
from tests.factories import ProposalFactory, SessionPageFactory, TopicPageFactory, VeilleEntryPageFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 24)
COMMITTEE = "/le-comite/"


def member(name, *mandates, **fields):
    new_member = Member(name=name, is_named=True, **fields)
    new_member.mandates = [Mandate(role=role, starts_on=start, ends_on=end) for role, start, end in mandates]
    new_member.save()
    return new_member


def test_members_are_sorted_by_rank_and_name():
    since = dt.date(2026, 1, 1)
    member("Zoé A.", ("member", since, None))
    member("Adam B.", ("member", since, None))
    member("Marie C.", ("coordinator", since, None))
    assert [seat.member.name for seat in sitting_members(TODAY)] == ["Marie C.", "Adam B.", "Zoé A."]


def test_mandate_includes_its_first_and_last_day():
    member("Fini", ("member", dt.date(2026, 1, 1), TODAY - dt.timedelta(days=1)))
    member("Dernier jour", ("member", dt.date(2026, 1, 1), TODAY))
    member("Premier jour", ("member", TODAY, None))
    member("Demain", ("member", TODAY + dt.timedelta(days=1), None))
    assert {seat.member.name for seat in sitting_members(TODAY)} == {"Dernier jour", "Premier jour"}


def test_member_between_two_mandates_is_not_sitting():
    gap = [("member", dt.date(2025, 1, 1), dt.date(2025, 12, 31)), ("member", dt.date(2027, 1, 1), None)]
    member("Entre deux", *gap)
    assert not Member.objects.sitting(TODAY)
    assert sitting_members(TODAY) == []


def test_member_with_two_roles_is_listed_once():
    member("Nora", ("member", dt.date(2025, 1, 1), None), ("rapporteur", dt.date(2026, 1, 1), None))
    [seat] = sitting_members(TODAY)
    assert seat.since == dt.date(2025, 1, 1)
    assert seat.roles == ["Rapport des séances"]
    assert seat.has_office


def test_committee_page_shows_officers_count_and_next_session(client):
    member("Marie C.", ("coordinator", dt.date(2020, 3, 1), None))
    member("Adam B.", ("member", dt.date(2020, 3, 1), None))
    coming = SessionPageFactory(title="La prochaine")
    page = client.get(COMMITTEE).content.decode()
    assert "Marie C." in page
    assert "Adam B." not in page
    assert "2 personnes siègent" in page
    assert coming.url in page
    assert "/le-comite/reglement/" in page
    assert page.count("<h1") == 1


def test_members_page_shows_members_with_date_of_mandate(client):
    member("Adam B.", ("member", dt.date(2020, 3, 1), None), college="Habitants")
    page = client.get("/le-comite/membres/").content.decode().replace("\u00a0", " ")
    assert "Adam B." in page
    assert "depuis le 1er mars 2020" in page


def test_the_programme_groups_topics_by_progress(client):
    TopicPageFactory(title="Fini", progress=TopicPage.Progress.DONE)
    TopicPageFactory(title="Plus tard", progress=TopicPage.Progress.UPCOMING)
    TopicPageFactory(title="Maintenant", progress=TopicPage.Progress.ONGOING)
    TopicPageFactory(title="Brouillon", live=False)
    page = client.get("/le-comite/programme/").content.decode()
    order = [page.index(title) for title in ("Maintenant", "Plus tard", "Fini")]
    assert order == sorted(order)
    assert "Brouillon" not in page


def test_topic_page_lists_its_public_sessions_proposals_and_examples(client):
    topic = TopicPageFactory()
    session = SessionPageFactory(title="Une séance")
    AgendaItem.objects.create(session=session, title="Point", topic=topic)
    AgendaItem.objects.create(session=session, title="Encore", topic=topic)
    ProposalFactory(title="Une idée", topic=topic)
    ProposalFactory(title="Pas encore lue", topic=topic, state="received")
    VeilleEntryPageFactory(title="Un exemple", topic=topic)
    VeilleEntryPageFactory(title="Un brouillon", topic=topic, live=False)
    page = client.get(topic.url).content.decode()
    lists = page.split("Tout voir (")[1]
    order = [lists.index(title) for title in ("Une séance", "Une idée", "Un exemple")]
    assert order == sorted(order)
    assert lists.count("Une séance") == 1
    assert "Pas encore lue" not in page
    assert "Un brouillon" not in page


@pytest.mark.parametrize("address", [COMMITTEE, "/le-comite/membres/", "/le-comite/programme/"])
def test_pages_set_no_cookie_and_have_no_post_form(client, address):
    response = client.get(address)
    assert not response.cookies
    assert 'method="post"' not in response.content.decode()


def test_secretariat_can_add_a_member_with_a_mandate(client, editor_of):
    client.force_login(editor_of("Secrétariat"))
    data = {
        "name": "Nora K.",
        "college": "Habitantes et habitants",
        "presentation": "",
        "portrait": "house",
        "user": "",
        "mandates-TOTAL_FORMS": "1",
        "mandates-INITIAL_FORMS": "0",
        "mandates-MIN_NUM_FORMS": "1",
        "mandates-MAX_NUM_FORMS": "1000",
        "mandates-0-role": "member",
        "mandates-0-starts_on": "2026-01-01",
        "mandates-0-ends_on": "",
        "mandates-0-id": "",
        "mandates-0-DELETE": "",
    }
    answer = client.post(reverse("wagtailsnippets_committee_member:add"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert [seat.member.name for seat in sitting_members(TODAY)] == ["Nora K."]


def test_news_writers_cannot_add_members(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    assert client.get(reverse("wagtailsnippets_committee_member:add")).status_code == 302


def test_secretariat_can_create_a_session_whose_slug_is_its_day(client, editor_of):
    client.force_login(editor_of("Secrétariat"))
    parent = SessionIndexPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["committee", "sessionpage", parent.pk])
    assert client.get(address).status_code == 200
    data = {
        "title": "Les démarches en ligne",
        "introduction": "",
        "number": "9",
        "status": "scheduled",
        "open_to_public": "on",
        "starts_at": "2026-12-14 18:00",
        "ends_at": "2026-12-14 20:00",
        "place": "Salle 32",
        "access": "",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "minutes-count": "0",
        "agenda_items-TOTAL_FORMS": "1",
        "agenda_items-INITIAL_FORMS": "0",
        "agenda_items-MIN_NUM_FORMS": "0",
        "agenda_items-MAX_NUM_FORMS": "1000",
        "agenda_items-0-title": "Bilan",
        "agenda_items-0-starts_at": "18:00",
        "agenda_items-0-minutes": "40",
        "agenda_items-0-presenter": "Sylvie R.",
        "agenda_items-0-topic": "",
        "agenda_items-0-ORDER": "1",
        "agenda_items-0-DELETE": "",
        "agenda_items-0-id": "",
        **nested_form_data(
            {
                name: inline_formset([])
                for name in ("agenda_items-0-proposals", "decisions", "documents", "experts", "workshop_groups")
            }
        ),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
        "action-publish": "action-publish",
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, (answer.context["form"].errors, answer.context["form"].formsets)
    page = SessionPage.objects.get()
    assert page.slug == "2026-12-14"
    assert page.live
    assert client.get("/le-comite/seances/2026-12-14/").status_code == 200
    again = client.post(address, data)
    assert "Choisissez un autre jour" in again.content.decode()
