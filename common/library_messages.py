"""Messages of libraries whose French is not loaded here: our catalogue translates them.

The registers of the admin use the filters of `django.contrib.admin`, which is not installed; its catalogue is not read.
Wagtail makes the name of a right of our own from its codename.
"""

from django.utils.translation import gettext_noop

DATE_FILTERS = [
    gettext_noop("Any date"),
    gettext_noop("Today"),
    gettext_noop("Past 7 days"),
    gettext_noop("This month"),
    gettext_noop("This year"),
    gettext_noop("No date"),
    gettext_noop("Has date"),
]
RIGHTS = [gettext_noop("Can moderate")]
