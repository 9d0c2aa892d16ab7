"""Audit list: every page and state on which the checks of accessibility, adaptation and weight run.

To add a page, add one line to `reading` (or `forms`, or `admin`); all checks follow. A state that needs clicks has an
`act`; `shows` is a text unique to the state, so that no check runs on the wrong page.

URLs are functions (`rows`), because they are known only once the demonstration is loaded.
"""

from tests.browser.pages.admin import ADMIN as COMMON_ADMIN
from tests.browser.pages.area import AREA, AREA_ADMIN
from tests.browser.pages.audited import REFUSALS, Audited
from tests.browser.pages.demonstration import prepare, write_mail
from tests.browser.pages.forms import FORMS as RESIDENTS_FORMS
from tests.browser.pages.minutes import MINUTES
from tests.browser.pages.own_account import OWN_ACCOUNT
from tests.browser.pages.places import PLACE_REPORTS, PLACES_ADMIN
from tests.browser.pages.reading import EMPTY_SITE
from tests.browser.pages.reading import READING as PAGES
from tests.browser.pages.second_factor import SECOND_FACTOR
from tests.browser.pages.surveys import SURVEYS_ADMIN, SURVEYS_FORMS, SURVEYS_READING
from tests.browser.pages.trials import TRIALS_ADMIN, TRIALS_FORMS, TRIALS_READING
from tests.browser.pages.visiting import visit, visits

READING = (*PAGES, *TRIALS_READING, *SURVEYS_READING)
FORMS = (
    *MINUTES,
    *RESIDENTS_FORMS,
    *TRIALS_FORMS,
    *SURVEYS_FORMS,
    *OWN_ACCOUNT,
    *SECOND_FACTOR,
    *AREA,
    *PLACE_REPORTS,
)
ADMIN = (*COMMON_ADMIN, *AREA_ADMIN, *PLACES_ADMIN, *TRIALS_ADMIN, *SURVEYS_ADMIN)
PUBLIC = (*READING, *FORMS)

__all__ = [
    "ADMIN",
    "EMPTY_SITE",
    "FORMS",
    "PUBLIC",
    "READING",
    "REFUSALS",
    "Audited",
    "prepare",
    "visit",
    "visits",
    "write_mail",
]
