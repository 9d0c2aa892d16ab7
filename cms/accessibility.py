"""What the tests look at on each change: the one place from which the accessibility page tells it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Check:
    """What is tested, as readers read it, and the test that does it (`file::function`)."""

    words: Promise
    shown_by: str


AUDIT = "tests/browser/test_audit.py"
JOURNEYS = "tests/browser/test_journeys.py"

CHECKS = (
    Check(
        _("A program (axe) looks for known mistakes on each kind of page, light or dark, small screen or wide."),
        f"{AUDIT}::test_no_page_breaks_a_rule_of_accessibility",
    ),
    Check(
        _("Pages are read on a very narrow screen and with text twice as large: nothing is cut."),
        f"{AUDIT}::test_structure_reflow_and_targets",
    ),
    Check(
        _("Each page has one title and headings in order."),
        f"{AUDIT}::test_structure_reflow_and_targets",
    ),
    Check(
        _("Each button and each field is reached by keyboard, in order, and shows where you are."),
        f"{AUDIT}::test_every_control_can_be_reached_and_seen_by_keyboard",
    ),
    Check(
        _("Pages stay light: they open on an old telephone."),
        f"{AUDIT}::test_weight_requests_and_cookies",
    ),
    Check(
        _("The main journeys are done with and without JavaScript, on the screen of a telephone."),
        f"{JOURNEYS}::test_create_an_account_and_make_a_proposal_after_a_mistake",
    ),
    Check(
        _("The first texts of the site are measured: short sentences, common words."),
        "tests/home/test_demo.py::test_starter_texts_are_easy_to_read",
    ),
)
