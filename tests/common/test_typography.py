"""French typography."""

import pytest

from common.templatetags.typography import in_table, sentence, typo


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Où en est-on ?", "Où en est-on\u00a0?"),
        ("« Bonjour »", "«\u00a0Bonjour\u00a0»"),
        ("De 18 h 30 à 20 h", "De 18\u00a0h\u00a030 à 20\u00a0h"),
        ("1 078 soutiens", "1\u00a0078 soutiens"),
        ("Séance n° 3", "Séance n°\u00a03"),
        ("Appelez le 03 88 00 00 10.", "Appelez le 03\u00a088\u00a000\u00a000\u00a010."),
        ("+33 3 88 00 00 10", "+33\u00a03\u00a088\u00a000\u00a000\u00a010"),
        ("le 12 11 10", "le 12 11 10"),
        ("un e-mail", "un e\u2011mail"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_no_break_spaces_and_hyphens(written, expected):
    assert typo(written) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3. participer.strasbourg.eu", "3. participer.<wbr>strasbourg.eu"),
        ("monstrasbourg.eu", "monstrasbourg.eu"),
        ("https://a.fr/propositions/12/", "https://a.fr/<wbr>propositions/12/"),
        ("<b>.fichier", "&lt;b&gt;.fichier"),
        ("Fin. Début", "Fin. Début"),
    ],
)
def test_long_names_in_tables_can_wrap_after_a_dot_or_a_slash(name, expected):
    assert in_table(name) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Le guichet", "Le guichet."),
        ("Qu’attendez-vous ?", "Qu’attendez-vous\u00a0?"),
        ("Et puis…", "Et puis…"),
        ("<b>", "&lt;b&gt;."),
    ],
)
def test_sentence_ends_with_one_punctuation_mark(title, expected):
    assert sentence(title) == expected
