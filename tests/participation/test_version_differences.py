"""Differences between two versions of a text."""

import pytest

from common.differences import mark
from participation.queries.version_diff import new_passages


class TestDifferences:
    @pytest.mark.parametrize(
        ("before", "after", "added", "removed"),
        [
            ("un deux", "un deux", [], []),
            ("un deux", "un trois", ["trois"], ["deux"]),
            ("un", "un deux", [" deux"], []),
            ("une semaine.", "un mois.", ["un mois"], ["une semaine"]),
            ("l’eau", "l’air", ["air"], ["eau"]),
            ("<b>", "<i>", ["i"], ["b"]),
        ],
    )
    def test_mark_highlights_changed_words(self, before, after, added, removed):
        page = mark(before, after)
        assert page.count("<ins>") == len(added)
        assert page.count("<del>") == len(removed)
        for word in added + removed:
            assert f"</span>{word}<span" in page
        assert "<b>" not in page
        assert "<i>" not in page

    def test_new_passages_returns_added_text(self):
        assert new_passages("un\ndeux", "un\n\n trois\ndeux\nquatre") == " trois\nquatre"
