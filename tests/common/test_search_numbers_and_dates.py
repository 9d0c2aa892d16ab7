"""Numbers and dates in search queries."""

import pytest

from common.search.named import named_day, named_number


@pytest.mark.parametrize(
    ("text", "value", "of"),
    [
        ("5", 5, ""),
        (" n° 5 ", 5, ""),
        ("N°5", 5, ""),
        ("nº\u00a05", 5, ""),
        ("#5", 5, ""),
        ("no. 5", 5, ""),
        ("numéro 5", 5, ""),
        ("Proposition n° 12", 12, "proposition"),
        ("décision 7", 7, "decision"),
    ],
)
def test_numbers_are_recognised_in_all_notations(text, value, of):
    found = named_number(text)
    assert (found.value, found.of) == (value, of)


@pytest.mark.parametrize("text", ["", "n°", "5 bornes", "borne 5", "5.5", "-5", "1234567890", "# #5", "v5"])
def test_other_texts_are_not_numbers(text):
    assert named_number(text) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("14 octobre 2019", {"day": 14, "month": 10, "year": 2019}),
        ("Séance du lundi 14 octobre 2019", {"day": 14, "month": 10, "year": 2019}),
        ("1er août 2019", {"day": 1, "month": 8, "year": 2019}),
        ("14/10/2019", {"day": 14, "month": 10, "year": 2019}),
        ("9-9-2019", {"day": 9, "month": 9, "year": 2019}),
        ("2019-10-14", {"day": 14, "month": 10, "year": 2019}),
        ("déc. 2019", {"month": 12, "year": 2019}),
        ("14 févr.", {"day": 14, "month": 2}),
        ("14/10", {}),
        ("octobre", {}),
        ("jui 2019", {}),
        ("2019", {}),
        ("14 octobre 0000", {}),
        ("14 octobre 2019 bornes", {}),
        ("x" * 500, {}),
    ],
)
def test_complete_and_partial_dates_are_recognised(text, found):
    assert named_day(text) == found
