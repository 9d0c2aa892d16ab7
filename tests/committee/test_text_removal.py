"""Removal of a decision's words from texts, without other changes."""

import pytest

from committee.services.text_removal import in_all_texts, name_remover, sentence_remover

SENTENCE = "Le comité demande l'appel d'un agent, chaque lundi."


@pytest.mark.parametrize(
    ("text", "remaining"),
    [
        ("<p>Le comité demande l’appel d’un agent, chaque lundi.</p>", "<p>X.</p>"),
        ("<li>LE <b>comité</b> demande l'appel d&#x27;un agent,\u00a0chaque lundi ; oui</li>", "<li>X ; oui</li>"),
        (
            "<p>Donc le comité demande <i>l’appel d’un agent, chaque lundi et mardi</i></p>",
            "<p>Donc X<i> et mardi</i></p>",
        ),
        ("Le comité demande\nl’appel d’un agent, chaque   lundi", "X"),
        ("<p>Le comité demande l’appel d’un agent.</p>", None),
        ("<p>Le comité demande l’appel d’un agent, chaque lundis</p>", None),
    ],
)
def test_sentence_is_removed_regardless_of_typography_and_markup(text, remaining):
    assert sentence_remover(SENTENCE, "X")(text) == (text if remaining is None else remaining)


@pytest.mark.parametrize(
    ("text", "remaining"),
    [
        ("<p>Un guide aide beaucoup.</p>", None),
        ("<p>Un guide.</p>", "<p>X.</p>"),
        ("Décidé : un guide", "Décidé : X"),
        ("Il faut un guide.", None),
    ],
)
def test_short_text_is_removed_only_as_a_whole_sentence(text, remaining):
    assert sentence_remover("Un guide.", "X")(text) == (text if remaining is None else remaining)


def test_responsible_person_is_removed_only_in_the_same_passage():
    text = "<p>Le comité demande un guide simple (Léa).</p><p>Léa parle.</p>"
    assert (
        sentence_remover("Le comité demande un guide simple.", "X", "Léa")(text) == "<p>X ([…]).</p><p>Léa parle.</p>"
    )
    assert sentence_remover("Le comité demande un guide simple.", "X")(text) == "<p>X (Léa).</p><p>Léa parle.</p>"


def test_empty_search_text_changes_nothing():
    assert sentence_remover("", "X")("Tout reste.") == "Tout reste."
    assert name_remover("  ")("Tout reste.") == "Tout reste."


def test_only_string_values_of_json_are_changed():
    result = in_all_texts({"Léa": ["Léa", {"a": "Léa parle"}], "number": 3}, name_remover("Léa"))
    assert result == {"Léa": ["[…]", {"a": "[…] parle"}], "number": 3}
