"""Page of facts set by files and code: public holidays, the city, kinds of e-mails."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from cms.admin.fixed_facts import mail_kinds
from common.city import CITY
from mailing.models import Message
from mailing.notifications import kinds
from tests.mailing.fakes import make_message

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

PAGE = "fixed_facts:index"


def test_animation_sees_holidays_city_and_mails_without_forms(client, editor_of):
    client.force_login(editor_of("Animation"))
    page = client.get(reverse(PAGE))
    main = BeautifulSoup(page.content, "html.parser").main
    said = " ".join(main.get_text().split())
    for words in ("25 décembre 2026", "25 décembre 2027", CITY.districts[0], *CITY.communes.values(), "Europe/Paris"):
        assert words in said, words
    assert len(page.context["mails"]) == len(kinds()) == len(main.select("details"))
    assert [
        holiday.day for holiday in page.context["holidays"] if holiday.is_of_region and holiday.day.year == 2026
    ] == [
        dt.date(2026, 4, 3),
        dt.date(2026, 12, 26),
    ]
    assert not main.select("form")


def test_each_mail_shows_subjects_recipients_and_sentences(client, editor_of):
    client.force_login(editor_of("Animation"))
    main = BeautifulSoup(client.get(reverse(PAGE)).content, "html.parser").main
    shown = {one.summary.get_text().rpartition(" :")[0]: one.get_text(" ", strip=True) for one in main("details")}
    moderated = shown[str(kinds()["participation.proposal-moderated"].verbose_name)].replace("\xa0", " ")
    for words in (
        "Votre proposition n° (…) est publiée",
        "Votre proposition n° (…) n’est pas publiée",
        "parce que vous avez envoyé une proposition",
        "La ville répond au plus tard le (…).",
    ):
        assert words in moderated, words


def test_mails_are_counted_in_one_query_with_links_to_the_register(client, editor_of, django_assert_num_queries):
    kind = next(iter(kinds()))
    make_message()
    Message.objects.update(kind=kind)
    steering, other = editor_of("Animation"), editor_of("Rédaction")
    found = {one.url: one.number for one in mail_kinds(steering) if one.number}
    assert found == {f"{reverse('envois_modeladmin_index')}?kind={kind}": 1}
    assert {one.url for one in mail_kinds(other)} == {""}
    client.force_login(steering)
    assert client.get(next(iter(found))).status_code == 200
    steering.has_perm("mailing.view_batch")
    with django_assert_num_queries(1):
        mail_kinds(steering)
