"""Automatic checks of accessibility, as the accessibility page lists them, each with the test that does it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Check:
    """An automatic check, as readers read it, and the test that does it (`file::function`)."""

    words: Promise
    shown_by: str


CHECKED_BY = "tests/browser/checks.py"
JOURNEYS = "tests/browser/test_journeys.py"

CHECKS = (
    Check(
        _("A program (axe) looks for known mistakes on each kind of page, light or dark, small screen or wide."),
        "tests/browser/axe.py::violations",
    ),
    Check(_("The code of pages is checked: one title, headings in order, nothing twice."), f"{CHECKED_BY}::structure"),
    Check(
        _("Pages are read on a very narrow screen, and with text twice as large: nothing is cut."),
        f"{CHECKED_BY}::layout",
    ),
    Check(_("Buttons are large enough for a finger."), f"{CHECKED_BY}::targets"),
    Check(
        _("Each button and each field is reached by keyboard, in order, and shows where you are."),
        f"{CHECKED_BY}::keyboard_walk",
    ),
    Check(
        _("Pages are looked at with the colours that a person chooses for the whole screen."),
        f"{CHECKED_BY}::forced_colours",
    ),
    Check(
        _("Pages stay light: they open on an old telephone."),
        "tests/browser/test_adaptation.py::test_weight_requests_cookies_and_storage",
    ),
    Check(
        _("The main journeys are done with and without JavaScript, on the screen of a telephone."),
        f"{JOURNEYS}::test_create_an_account_and_make_a_proposal_after_a_mistake",
    ),
    Check(
        _("The first texts of the site are measured: short sentences, common words."),
        "tests/home/test_language.py::test_pages_and_mails_are_easy_to_read",
    ),
)
