"""French typography."""

import pytest

from common.templatetags.typography import typo


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Où en est-on ?", "Où en est-on\u00a0?"),
        ("« Bonjour »", "«\u00a0Bonjour\u00a0»"),
        ("De 18 h 30 à 20 h", "De 18\u00a0h\u00a030 à 20\u00a0h"),
        ("1 078 soutiens", "1\u00a0078 soutiens"),
        ("Séance n° 3", "Séance n°\u00a03"),
        ("un e-mail", "un e\u2011mail"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_spaces_that_must_not_break(written, shown):
    assert typo(written) == shown
