"""Advice after saving a session or a topic with inconsistent dates."""

import datetime as dt

import pytest
import time_machine

from cms.quality.advice import advice_on
from committee.models import Priority, SessionPage, TopicStep, WorkProgramme
from common.templatetags.dates import CITY_ZONE
from tests.factories import SessionPageFactory, TopicPageFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=CITY_ZONE)
EASTER_MONDAY = dt.datetime(2027, 3, 29, 18, tzinfo=CITY_ZONE)
# A holiday in Alsace only.
SAINT_STEPHEN = dt.datetime(2026, 12, 26, 18, tzinfo=CITY_ZONE)
LAST_EASTER = dt.datetime(2026, 4, 6, 18, tzinfo=CITY_ZONE)
DAY = dt.timedelta(days=1)


def advice(page):
    return [one.replace("\u00a0", " ") for one in advice_on(page)]


@time_machine.travel(NOW, tick=False)
def test_a_future_session_on_a_holiday_gives_a_warning():
    def session(starts_at, **fields):
        return SessionPageFactory(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2), **fields)

    [message] = advice(session(EASTER_MONDAY))
    assert message.startswith("Lundi 29 mars 2027 est un jour férié : Lundi de Pâques.")
    assert "samedi 26 décembre 2026".casefold() in advice(session(SAINT_STEPHEN))[0].casefold()
    for quiet in (
        session(EASTER_MONDAY + DAY),
        session(LAST_EASTER),
        session(EASTER_MONDAY - 2 * DAY, status=SessionPage.Status.CANCELLED),
    ):
        assert not advice(quiet)


@time_machine.travel(NOW, tick=False)
def test_a_past_step_and_a_late_priority_give_warnings():
    topic = TopicPageFactory()
    step = TopicStep.objects.create(topic=topic, title="Choisir dix pages", day=dt.date(2027, 1, 28))
    programme = WorkProgramme.objects.create(year=2026, adopted_at=NOW - 300 * DAY)
    assert not advice(topic), "the topic is not a priority"
    Priority.objects.create(programme=programme, topic=topic)
    [message] = advice(topic)
    assert message.startswith("Ce sujet est une priorité de 2026, mais sa première étape vient plus tard.")

    TopicStep.objects.create(topic=topic, title="Faire la liste", day=dt.date(2026, 12, 10))
    assert not advice(topic)
    TopicStep.objects.filter(pk=step.pk).update(day=NOW.date() - DAY)
    [message] = advice(topic)
    assert message.startswith("L’étape « Choisir dix pages » était prévue le 28 novembre 2026.")
    TopicStep.objects.filter(pk=step.pk).update(is_done=True)
    assert not advice(topic)
