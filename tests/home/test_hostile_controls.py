"""Controls of the tests of hostile texts: active content is detected, harmless content is not."""

import pytest

from tests.hostile import TEXTS, parse, runs_in


@pytest.mark.parametrize("text", [TEXTS["script"], TEXTS["attribute"], TEXTS["end of an element"]])
def test_unescaped_text_is_detected(text):
    assert runs_in(parse(f'<!doctype html><title>{text}</title><p>{text}</p><input value="{text}">')) != []


def test_executable_urls_are_detected():
    assert len(runs_in(parse("<!doctype html><a href=' javascript:a()'>x</a><a href='\x01data:,'>x</a>"))) == 2


@pytest.mark.django_db
def test_home_page_has_no_active_content(client):
    assert runs_in(parse(client.get("/").content.decode())) == []
