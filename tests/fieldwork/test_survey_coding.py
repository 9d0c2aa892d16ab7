"""Coding of free texts: after the end, by editors only, reproducible, and without showing any text to readers."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from common.hooks import datasets
from fieldwork.errors import TextsNotReady, UnknownCode
from fieldwork.models import Code, Coding
from fieldwork.surveys.queries.coding import code_counts, work_on, written_texts
from fieldwork.surveys.services.coding import TEXTS_KEPT, code_texts, forget_texts
from polls.models import SecretTexts
from tests.factories import UserFactory
from tests.fieldwork.survey_factories import enter, make_survey
from tests.polls.factories import DAY, NOW

pytestmark = pytest.mark.django_db
AFTER = NOW + 2 * DAY
HOSTILE = "<img src=x onerror=alert(1)> {{ 7|add:7 }} ' OR 1=1 --"


@pytest.fixture
def survey():
    made = make_survey()
    for text, times in (("Trop d’attente", 6), ("Un seul guichet ouvert", 1), (HOSTILE, 1), ("", 2)):
        enter(made, 0, 0, times=times, text=text)
    return made


@pytest.fixture
def question(survey):
    return survey.poll.questions.get(order=3)


@pytest.fixture
def editor():
    person = UserFactory()
    person.groups.set(Group.objects.filter(name="Rédaction"))
    return person


def request_after_the_end(client, url, **data):
    with time_machine.travel(AFTER, tick=False):
        return client.post(url, data) if data else client.get(url)


class TestTexts:
    def test_equal_texts_are_grouped_and_sorted_alphabetically(self, question):
        assert [(one.place, one.text, one.people) for one in written_texts(question)] == [
            (0, HOSTILE, 1),
            (1, "Trop d’attente", 6),
            (2, "Un seul guichet ouvert", 1),
        ]

    def test_codes_are_given_by_number_or_label_and_labels_are_created_once(self, question, editor):
        code_texts(question=question, codes={1: ["Attente"], 2: ["attente", "Guichets"]}, by=editor, now=AFTER)
        code_texts(question=question, codes={0: [2], 2: [1]}, by=editor, now=AFTER)
        assert list(Code.objects.values_list("number", "label")) == [(1, "Attente"), (2, "Guichets")]
        assert {one.place: one.codes for one in written_texts(question)} == {0: [2], 1: [1], 2: [1]}

    def test_unknown_code_number_changes_nothing(self, question, editor):
        code_texts(question=question, codes={1: ["Attente"]}, by=editor, now=AFTER)
        with pytest.raises(UnknownCode):
            code_texts(question=question, codes={1: [], 0: ["Autre"], 2: [9]}, by=editor, now=AFTER)
        assert list(Coding.objects.values_list("place", "code__label")) == [(1, "Attente")]

    def test_texts_are_unavailable_before_the_end_or_without_permission(self, client, question, editor):
        with pytest.raises(TextsNotReady):
            code_texts(question=question, codes={}, by=editor, now=NOW)
        with pytest.raises(PermissionDenied):
            code_texts(question=question, codes={}, by=UserFactory(), now=AFTER)
        client.force_login(editor)
        with time_machine.travel(NOW, tick=False):
            assert client.get(reverse("survey_texts:code", args=[question.pk])).status_code == 404
            assert question.text not in client.get(reverse("survey_texts:list")).content.decode()


class TestReaders:
    def test_code_counts_are_empty_until_every_text_has_a_code(self, question, editor):
        code_texts(question=question, codes={0: ["Autre"], 1: ["Attente"]}, by=editor, now=AFTER)
        assert [(work.texts, work.uncoded) for work in work_on([question])] == [(3, 1)]
        assert code_counts([question]) == {}
        code_texts(question=question, codes={2: [2, "Guichets"]}, by=editor, now=AFTER)
        found = code_counts([question])[question.pk]
        assert [(count.code.label, count.people) for count in found] == [("Attente", 7), ("Autre", 1), ("Guichets", 1)]

    def test_page_and_open_data_show_counts_and_sentences_but_no_text(self, client, survey, question, editor):
        before = request_after_the_end(client, survey.url).content.decode()
        assert "La rédaction les lit" in before
        code_texts(question=question, codes={0: ["Autre"], 1: ["Attente"], 2: ["Autre"]}, by=editor, now=AFTER)
        Code.objects.filter(label="Attente").update(sentence="On attend longtemps.")
        page = request_after_the_end(client, survey.url).content.decode()
        with time_machine.travel(AFTER, tick=False):
            data = str(list(next(one for one in datasets() if one.slug == "enquetes").rows()))
        for content in (page, data):
            assert "On attend longtemps." in content
            assert "moins de" in content, "the count of a code of two people is hidden"
            assert not any(text in content for text in ("Trop d’attente", "Un seul guichet", "onerror"))


class TestScreen:
    def test_editor_codes_all_texts_and_only_uncoded_ones_remain_listed(self, client, question, editor):
        client.force_login(editor)
        url = reverse("survey_texts:code", args=[question.pk])
        page = BeautifulSoup(request_after_the_end(client, url).content, "html.parser")
        names = [field["name"] for field in page.select("input[name^=text_]")]
        assert names == ["text_0", "text_1", "text_2"]
        assert page.select_one("#text-0").get_text(strip=True) == HOSTILE
        assert not page.select("img[src=x]")
        sent = request_after_the_end(client, url, text_0="Sans rapport", text_1="Attente", text_2="")
        assert sent.status_code == 302
        page = BeautifulSoup(request_after_the_end(client, url).content, "html.parser")
        assert [field["name"] for field in page.select("input[name^=text_]")] == ["text_2"]
        refused = request_after_the_end(client, url, text_2="1 8")
        assert "pas de code 8" in refused.content.decode()
        request_after_the_end(client, url, text_2="2, Guichets fermés")
        assert {one.place: one.codes for one in written_texts(question)} == {0: [1], 1: [2], 2: [2, 3]}
        assert "Chaque texte a un code" in request_after_the_end(client, url).content.decode()

    def test_concurrent_editors_do_not_overwrite_each_other(self, client, question, editor):
        client.force_login(editor)
        url = reverse("survey_texts:code", args=[question.pk])
        code_texts(question=question, codes={0: ["Autre"]}, by=editor, now=AFTER)
        request_after_the_end(client, url, text_1="Attente")
        assert {one.place: one.codes for one in written_texts(question)} == {0: [1], 1: [2], 2: []}

    def test_only_changed_codes_are_recorded(self, client, question, editor):
        client.force_login(editor)
        code_texts(question=question, codes={1: ["Attente"]}, by=editor, now=AFTER)
        url = reverse("survey_texts:all", args=[question.pk])
        page = BeautifulSoup(request_after_the_end(client, url).content, "html.parser")
        shown = {field["name"]: field.get("value", "") for field in page.select("input[name^=initial-text_]")}
        assert shown == {"initial-text_0": "", "initial-text_1": "1", "initial-text_2": ""}
        code_texts(question=question, codes={0: ["Autre"], 1: ["Guichets"]}, by=editor, now=AFTER)
        request_after_the_end(client, url, **shown, text_0="", text_1="1", text_2="1")
        assert {one.place: one.codes for one in written_texts(question)} == {0: [2], 1: [3], 2: [1]}
        # A code is removed by emptying its field.
        request_after_the_end(client, url, **{**shown, "initial-text_0": "2"}, text_0="", text_1="1", text_2="")
        assert {one.place: one.codes for one in written_texts(question)} == {0: [], 1: [3], 2: [1]}

    def test_a_code_is_changed_and_deleted(self, client, question, editor):
        client.force_login(editor)
        code_texts(question=question, codes={1: ["Atente"], 2: ["Guichets"]}, by=editor, now=AFTER)
        first = Code.objects.get(number=1)
        change = reverse("survey_texts:change", args=[first.pk])
        assert request_after_the_end(client, change, label="Attente", sentence="On attend.").status_code == 302
        first.refresh_from_db()
        assert (first.label, first.sentence) == ("Attente", "On attend.")
        assert "déjà ce code" in request_after_the_end(client, change, label="Guichets", sentence="").content.decode()
        request_after_the_end(client, reverse("survey_texts:delete", args=[first.pk]), yes="1")
        assert {one.place: one.codes for one in written_texts(question)} == {0: [], 1: [], 2: [2]}

    def test_list_redirects_users_without_permission(self, client, question):
        person = UserFactory()
        person.groups.set(Group.objects.filter(name="Secrétariat"))
        client.force_login(person)
        assert request_after_the_end(client, reverse("survey_texts:list")).status_code == 302

    def test_hostile_codes_are_escaped(self, client, question, editor):
        client.force_login(editor)
        url = reverse("survey_texts:code", args=[question.pk])
        request_after_the_end(
            client, url, text_0="<script>alert(1)</script>", text_1="\u202e\x00 , ,,", text_2="x" * 81
        )
        assert not Code.objects.exists(), "one code is too long: nothing is recorded"
        request_after_the_end(client, url, text_0="<script>alert(1)</script>", text_1=" , ,,", text_2="٣")
        assert "<script>alert(1)" not in request_after_the_end(client, url).content.decode()
        assert set(Code.objects.values_list("label", flat=True)) == {"<script>alert(1)</script>", "٣"}


class TestErasure:
    def test_texts_are_erased_after_six_months_and_counts_remain(self, question, editor):
        code_texts(question=question, codes={1: ["Attente"]}, by=editor, now=AFTER)
        end = question.poll.closes_at
        assert forget_texts(now=end + TEXTS_KEPT - DAY) == 0
        assert forget_texts(now=end + TEXTS_KEPT) == 1
        assert SecretTexts.objects.get().texts == []
        assert forget_texts(now=end + TEXTS_KEPT) == 0
        found = code_counts([question])[question.pk]
        assert [(count.code.label, count.people) for count in found] == [("Attente", 6), ("Pas lu à temps", 2)]
