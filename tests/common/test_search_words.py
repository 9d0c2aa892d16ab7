"""Words of a search: those typed, equal and similar ones, highlighted ones."""

import pytest

from common.search import QUERY_MAX_LENGTH, clean_query, fold, root, same_words, spellings, words
from common.search.highlighting import extract, highlight
from common.search.suggestions import suggest


class TestWords:
    def test_words_of_a_query(self):
        assert words("L’accès à l'Hôtel-de-Ville !") == ["accès", "hôtel", "ville"]
        assert words("le la") == ["le", "la"]
        assert words("C") == ["c"]
        assert words("&|!") == []
        assert len(words(" ".join(f"mot{n}" for n in range(50)))) == 8

    def test_query_is_truncated_and_control_characters_are_removed(self):
        assert clean_query("  a\x00b\n\tc ") == "a b c"
        assert len(clean_query("x" * 5_000)) == QUERY_MAX_LENGTH

    @pytest.mark.parametrize(
        ("terms", "found"),
        [
            (["wifie"], ["wifi"]),
            (["abitants"], ["habitants"]),
            (["démarche"], []),  # It exists in the plural; another match found nothing.
            (["borne", "wifie"], ["borne", "wifi"]),
            (["borne", "wifi"], ["borne", "wifi"]),
            (["zzzzzz"], []),
            (["le"], []),
            (["xborn"], ["borne"]),
            (["numerqiue"], ["numérique"]),  # Not its plural too, which gives the same results.
            ([], []),
        ],
    )
    def test_similar_words_are_suggested_in_their_original_spelling(self, terms, found):
        texts = ["Une borne Wifi par là", "Les démarches des habitants de 2026", "leur", "Le numérique", "Numériques"]
        assert suggest(terms, texts) == found

    def test_suggestions_for_unusual_input_are_limited(self):
        texts = [" ".join(f"mot{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(2_000))]
        assert len(suggest(["mota" * 20, "é" * 120, "x", "motab"], texts)) <= 4

    @pytest.mark.parametrize("text", ["Élève", "cœur", "İstanbul ﬁn ŉ", "e\u0301t\u00e9", "日本", "ẞ"])
    def test_fold_preserves_the_length(self, text):
        assert len(fold(text)) == len(text)

    def test_highlighting_marks_whole_words_and_escapes_the_rest(self):
        assert highlight("Les élèves & l’école", ["eleve"]) == "Les <mark>élèves</mark> &amp; l’école"
        assert highlight("art, artisan", ["art"]) == "<mark>art</mark>, artisan"
        assert highlight("<mark>", ["mark"]) == "&lt;<mark>mark</mark>&gt;"

    def test_an_extract_is_cut_between_words_around_the_first_one_found(self):
        text = f"{'avant ' * 100}borne {'après ' * 100}"
        found = extract(text, ["borne"])
        assert "<mark>borne</mark>" in found
        assert found.startswith("… avant")
        assert found.endswith("après …")
        assert len(found) < 260

    @pytest.mark.parametrize(
        "text",
        [
            f"{'avant ' * 50}https://ville.example/{'x' * 300} borne {'après ' * 100}",
            f"{'avant ' * 50}https://ville.example/{'x' * 300}/borne/{'x' * 300} {'après ' * 100}",
            f"Voir https://ville.example/{'x' * 90}/borne/{'x' * 300} {'après ' * 100}",
            f"https://ville.example/{'x' * 300}/borne",
        ],
    )
    def test_an_extract_beside_a_long_word_contains_the_one_found(self, text):
        found = extract(text, ["borne"])
        assert "<mark>borne</mark>" in found
        assert len(found) < 260

    def test_extract_of_one_long_word_is_truncated(self):
        assert len(extract("x" * 5_000, ["borne"])) < 260
        assert extract("", ["borne"]) == ""


@pytest.mark.parametrize(
    ("title", "query", "same"),
    [
        ("Accessibilité", "accessibilite ?", True),
        ("L’accessibilité", "accessibilité", True),
        ("Données personnelles", "donnée personnelle", True),
        ("Données", "données personnelles", False),
        ("Personnelles données", "données personnelles", False),
        ("", "", True),
    ],
)
def test_same_words_ignores_accents_and_plurals(title, query, same):
    assert same_words(title, words(query)) is same


@pytest.mark.parametrize(
    "word",
    [
        "école",
        "jeu",
        "jeux",
        "journal",
        "journaux",
        "bail",
        "baux",
        "œuvre",
        "travail",
        "mal",
        "as",
        "le",
        "aux",
        "vœux",
        "5",
        "nez",
    ],
)
def test_spellings_of_a_word_share_its_root(word):
    for other in spellings(word):
        assert fold(word).replace("œ", "oe").startswith(root(other))
