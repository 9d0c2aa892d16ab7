"""Indicator as key figure of a page: its latest value, source and date, independent of the date of the page."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.blocks import BodyBlock
from cms.models import StandardPage
from cms.quality.advice import advice_on
from home.models import HomePage
from indicators.defined.services import leave
from tests.indicators.factories import SOURCE, correct, make_adopted, make_indicator, make_value

NOW = dt.datetime(2026, 11, 20, 22, 30, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def indicator():
    return make_adopted(frequency=6)


def figure(**values):
    empty = {"indicator": None, "value": "", "meaning": "", "source": "", "source_url": ""}
    return {"type": "key_figure", "value": {**empty, **values}}


def page_with(client, *blocks):
    page = HomePage.objects.get().add_child(instance=StandardPage(title="Un chiffre", body=json.dumps(blocks)))
    page.save_revision().publish()

    def read():
        html = client.get(page.url).content.decode().replace("\u00a0", " ")
        return html.partition('<div class="key-figure">')[2].partition("</div>")[0]

    return read


def rejected_fields(**values):
    block = BodyBlock().child_blocks["key_figure"]
    try:
        block.clean(block.to_python(figure(**values)["value"]))
    except StructBlockValidationError as refusal:
        return set(refusal.block_errors)
    return set()


def test_page_shows_the_latest_value_of_the_indicator(client, indicator):
    read = page_with(client, figure(indicator=indicator.pk, meaning="des réponses arrivent à temps"))
    assert "pas encore de valeur" in read()
    value = make_value(indicator, "2025-S2", 62, source_seen_on="2026-02-03")
    content = read()
    assert "62 %" in content
    assert "des réponses arrivent à temps (2e semestre 2025)" in content
    assert f'href="{SOURCE}"' in content
    assert "vue le 3 fév. 2026" in content
    assert f'href="{indicator.get_absolute_url()}"' in content
    correct(value, 64)
    assert "64 %" in read()
    make_value(indicator, "2026-S1", 71)
    assert "71 %" in read()
    leave(indicator=indicator, reason="Plus personne ne compte.", now=NOW)
    assert "71 %" in read()
    assert "(Abandonné)" in read()


def test_figure_requires_either_an_indicator_or_a_complete_source(indicator):
    written = {"value": "17 %", "meaning": "des gens", "source": "INSEE"}
    assert rejected_fields(**written) == set()
    assert rejected_fields(indicator=indicator.pk) == set()
    assert rejected_fields(indicator=indicator.pk, meaning="des gens") == set()
    assert rejected_fields(**written, indicator=indicator.pk) == {"value", "source"}
    assert rejected_fields() == {"value", "meaning", "source"}
    assert rejected_fields(value="17 %", meaning="des gens") == {"source"}


def test_chooser_lists_adopted_indicators_only(client, editor_of, indicator):
    make_indicator("Seulement proposé")
    client.force_login(editor_of("Rédaction"))
    page = client.get(reverse("wagtailsnippetchoosers_indicators_indicator:choose"))
    html = page.json()["html"]
    assert indicator.title in html
    assert "Seulement proposé" not in html
    assert "pas encore de valeur" in html
    make_value(indicator, "2025-S2", 62, base=3)
    again = client.get(reverse("wagtailsnippetchoosers_indicators_indicator:choose"))
    assert "moins de 5 réponses" in again.json()["html"].replace("\u00a0", " "), (
        "the chooser shows that the value is withheld"
    )


def test_withheld_value_is_not_displayed_as_a_large_number(client, indicator):
    read = page_with(client, figure(indicator=indicator.pk, meaning="des réponses arrivent à temps"))
    make_value(indicator, "2025-S2", 62, base=3)
    assert "moins de 5 réponses" in read()
    assert "key-figure__value" not in read()


def test_a_figure_without_a_number_gives_a_warning_and_fails_the_checks(client, indicator):
    read = page_with(client, figure(indicator=indicator.pk), figure(value="17 %", meaning="des gens", source="INSEE"))
    page = StandardPage.objects.get(title="Un chiffre")
    for value in (None, make_value(indicator, "2025-S2", 62, base=3)):
        (advice,) = advice_on(page)
        assert indicator.title in advice, value
        assert 'data-refused="figure"' in read()
    make_value(indicator, "2026-S1", 71)
    assert not advice_on(page)
    assert "data-refused" not in read()
