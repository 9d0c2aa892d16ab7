"""Messages of libraries to which our catalogue gives a French of ours.

The registers of the admin use the filters of `django.contrib.admin`, which is not installed; its catalogue is not read.
Wagtail makes the name of a right of our own from its codename; its French says “status”, and gives addresses of
programmers as examples. What Django says of a date that it cannot read shows here how to write it: every field with a
date says so, in the admin and on the site.
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
UNREADABLE_DATES = [
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid time."),
    gettext_noop("Enter a valid date/time."),
]
STATES_OF_PAGES = [
    gettext_noop("Status: "),
    gettext_noop("Current page status:"),
    gettext_noop("Locking status"),
]
PORT_OF_THE_SITE = gettext_noop(
    "Set this to something other than 80 if you need a specific port number to appear in URLs"
    " (e.g. development on port 8000). Does not affect request handling (so port forwarding still works)."
)
ADDRESS_OF_A_PAGE = gettext_noop("The name of the page as it will appear in URLs e.g http://domain.com/blog/[my-slug]/")
# What Wagtail calls moderation is a second reading here: moderators read what residents write.
SECOND_READINGS = [
    gettext_noop("Page '%(page_title)s' has been submitted for moderation."),
    gettext_noop("Page '%(page_title)s' created and submitted for moderation."),
    gettext_noop("Workflow on page '%(page_title)s' has been cancelled."),
    gettext_noop("In Moderation"),
    gettext_noop("in moderation"),
    gettext_noop("live + in moderation"),
    gettext_noop("Anyone with editing permissions can create schedules"),
    gettext_noop("But only those with publishing permissions can make them effective."),
]
