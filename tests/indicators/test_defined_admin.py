"""Steps of an indicator in the admin: irrevocable steps need a confirmation, and refusals keep the input."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import transaction

from cms.admin.dashboard import snippet_url
from common.shown import BY_PROGRAM
from indicators.defined.admin.indicators import steps_of
from indicators.defined.services import add_measurement, adopt, leave
from indicators.errors import IndicatorRefused
from indicators.models import Adoption, Indicator, Measurement
from tests.committee.minutes import text_of
from tests.indicators.factories import SOURCE, correct, make_adopted, make_held, make_indicator, make_value

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
ADOPTED = dt.datetime(2024, 1, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CONFIRMATION = "Voici ce qui sera inscrit pour toujours"


@pytest.fixture
def secretary(client, editor_of):
    user = editor_of("Secrétariat")
    client.force_login(user)
    return user


def value(**fields):
    return {"value": "62.5", "source_url": SOURCE, "source_title": "INSEE", "source_seen_on": "01/11/2026", **fields}


def hidden_fields(page):
    """Returns the hidden fields of the last form of `page`."""
    form = BeautifulSoup(page.content, "html.parser").select("main form")[-1]
    return {field["name"]: field.get("value", "") for field in form.select("input[type=hidden]")}


def test_value_is_saved_after_a_confirmation_only(client, secretary):
    indicator = make_adopted(at=ADOPTED)
    url = snippet_url(Indicator, "value", indicator.pk)
    options = BeautifulSoup(client.get(url).content, "html.parser").select("select[name=period] option")
    assert [one["value"] for one in options] == ["2025", "2024"]
    assert [one["value"] for one in options if one.has_attr("selected")] == ["2025"]
    page = client.post(url, value(period="2025"))
    for expected in (CONFIRMATION, "2025", "62,5", "INSEE", "1er novembre 2026"):
        assert expected in text_of(page), expected
    assert not Measurement.objects.exists()
    back = client.post(url, hidden_fields(page) | {"modify": "1"})
    assert 'value="62.5"' in back.content.decode()
    changed = client.post(url, hidden_fields(page) | {"value": "63.0"})
    assert CONFIRMATION in text_of(changed), "a changed value needs another confirmation"
    assert not Measurement.objects.exists()
    Indicator.objects.filter(pk=indicator.pk).update(definition="Le canari compte autre chose.")
    stopped = client.post(url, hidden_fields(page))
    assert stopped.status_code == 409
    assert "Le canari compte autre chose." in text_of(stopped)
    assert not Measurement.objects.exists()
    assert client.post(url, hidden_fields(stopped)).status_code == 302
    made = Measurement.objects.get()
    assert (made.period, str(made.value), made.recorded_by) == ("2025", "62.5", secretary)


def test_second_value_of_a_period_is_refused_with_a_link_to_its_correction(client, secretary):
    indicator = make_adopted(at=ADOPTED)
    newer = correct(make_value(indicator, "2025", 40), 41)
    page = client.post(snippet_url(Indicator, "value", indicator.pk), value(period="2025", note="Ma note"))
    assert page.status_code == 422
    assert "Cette période a une valeur" in text_of(page)
    assert f'href="{snippet_url(Indicator, "correct", newer.pk)}"' in page.content.decode()
    assert "Ma note" in page.content.decode()


def test_corrected_value_cannot_be_corrected_again(client, secretary):
    indicator = make_adopted(at=ADOPTED)
    there = make_value(indicator, "2025", 40)
    url = snippet_url(Indicator, "correct", there.pk)
    confirmation = client.post(url, value(reason="Révisée"))
    assert CONFIRMATION in text_of(confirmation)
    newest = correct(correct(there, 41), 42)
    page = client.post(url, hidden_fields(confirmation))
    assert page.status_code == 422
    assert "déjà été corrigée" in text_of(page)
    assert "Révisée" in page.content.decode()
    last = snippet_url(Indicator, "correct", newest.pk)
    assert f'href="{last}"' in page.content.decode()
    assert "Corriger la valeur actuelle : 42" in text_of(page)
    opened = client.get(url, follow=True)
    assert opened.request["PATH_INFO"] == last
    assert "corrigée entre-temps" in text_of(opened)
    again = Measurement(indicator=indicator, period="2025", value=1, replaces=there, reason="x", source_url=SOURCE)
    with pytest.raises(IndicatorRefused, match="corrigée"):
        add_measurement(measurement=again, by=secretary, shown=BY_PROGRAM)


def test_values_before_the_baseline_or_the_first_adoption_are_refused(secretary):
    started = make_adopted(at=ADOPTED, baseline=10, baseline_on=dt.date(2022, 12, 31))
    plain = make_adopted("Sans départ", at=ADOPTED + DAY)
    adopt(
        indicator=plain,
        session=make_held(NOW - DAY),
        now=NOW,
        terms={"question": "Autre ?"},
        reason="Plus clair",
        shown=BY_PROGRAM,
    )
    plain.refresh_from_db()
    for one, first, before in ((started, "2022", "2021"), (plain, "2024", "2023")):
        for period in ("1900", before):
            with pytest.raises(ValidationError, match=first), transaction.atomic():
                make_value(one, period, 5)
        make_value(one, first, 5)


class TestAdoption:
    def post(self, client, indicator, session, **terms):
        data = {name: "" if current is None else current for name, current in indicator.terms.items()}
        data |= {"session": session.pk, "reason": "Parce que", **terms}
        return client.post(snippet_url(Indicator, "adopt", indicator.pk), data)

    def test_adoption_is_saved_after_a_confirmation_that_shows_its_terms(self, client, secretary):
        indicator, session = make_indicator(), make_held(NOW - 5 * DAY)
        page = self.post(client, indicator, session, target="40", target_on="01/01/2028")
        for expected in (CONFIRMATION, "1er janvier 2028", "La ville répond-elle", "15 novembre 2026"):
            assert expected in text_of(page), expected
        assert not Adoption.objects.exists()
        client.post(snippet_url(Indicator, "adopt", indicator.pk), hidden_fields(page))
        assert Adoption.objects.get().target_on == dt.date(2028, 1, 1)

    def test_target_date_before_the_baseline_or_the_session_is_refused(self, client, secretary):
        indicator, session = make_indicator(), make_held(NOW - 5 * DAY)
        start = {"baseline": "12", "baseline_on": "01/01/2026", "target": "40"}
        for day, message in (("01/01/2020", "après celui de la valeur de départ"), ("10/11/2026", "après la séance")):
            page = self.post(client, indicator, session, **start, target_on=day)
            assert page.status_code == 422, day
            assert message in text_of(page), day
        terms = {"target": 40, "target_on": dt.date(2026, 11, 10)}
        with pytest.raises(IndicatorRefused, match="après la séance"):
            adopt(indicator=indicator, session=session, now=NOW, terms=terms, shown=BY_PROGRAM)
        indicator.target, indicator.target_on = 40, dt.date(2020, 1, 1)
        indicator.baseline, indicator.baseline_on = 12, dt.date(2026, 1, 1)
        with pytest.raises(ValidationError, match="valeur de départ"):
            indicator.full_clean()
        assert not Adoption.objects.exists()

    def test_session_older_than_the_last_adoption_cannot_adopt_a_change(self, client, secretary):
        indicator = make_adopted(session=make_held(NOW - 5 * DAY), at=NOW - 4 * DAY)
        older = make_held(NOW - 50 * DAY)
        page = self.post(client, indicator, older, question="Autre ?")
        assert page.status_code == 422
        assert "l’a déjà adopté" in text_of(page)
        with pytest.raises(IndicatorRefused, match="déjà adopté"):
            adopt(
                indicator=indicator, session=older, now=NOW, terms={"question": "Autre ?"}, reason="x", shown=BY_PROGRAM
            )


def test_abandoned_indicator_can_be_adopted_again():
    indicator = make_adopted(at=ADOPTED)
    leave(indicator=indicator, reason="Plus personne ne compte.", now=NOW)
    indicator.refresh_from_db()
    assert [label for label, _url in steps_of(indicator)] == ["Voir la page", "L’adopter de nouveau…"]


def test_deletion_is_offered_for_an_indicator_that_was_never_adopted_only(client, secretary):
    """An adopted one is kept: the question would end in a refusal."""
    for indicator, is_offered in ((make_indicator(title="À adopter"), True), (make_adopted(at=ADOPTED), False)):
        deletion = snippet_url(Indicator, "delete", indicator.pk)
        for url in (snippet_url(Indicator, "list"), snippet_url(Indicator, "edit", indicator.pk)):
            assert (f'href="{deletion}' in client.get(url).text) is is_offered, (indicator, url)
