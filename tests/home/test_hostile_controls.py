"""Controls of the tests of hostile texts: active content is detected, harmless content is not."""

import pytest

from tests.hostile import TEXTS, parse, runs_in


@pytest.mark.parametrize("text", [TEXTS["script"], TEXTS["attribute"], TEXTS["end of an element"]])
def test_a_text_that_is_not_escaped_is_found(text):
    assert runs_in(parse(f'<!doctype html><title>{text}</title><p>{text}</p><input value="{text}">')) != []


def test_an_address_that_runs_is_found():
    assert len(runs_in(parse("<!doctype html><a href=' javascript:a()'>x</a><a href='\x01data:,'>x</a>"))) == 2


@pytest.mark.django_db
def test_a_sound_page_has_none(client):
    assert runs_in(parse(client.get("/").content.decode())) == []
