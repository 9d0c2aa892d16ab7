"""Messages of libraries that our catalogue translates into French.

Filters of `django.contrib.admin` are used without the app, so that its catalogue is not loaded. Wagtail names custom
permissions by their codename; its French translates “status” badly, and its examples are for developers. Django's error
messages for dates explain here how to write them: they are used by every date field, in the admin and on the site.

Wagtail inserts model names into sentences that depend on their gender: “Aucun(e) commentaires”, “ce(tte) membre”. Our
translations do not. It calls snippets “fragments”, and mentions its own name.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

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
UNREADABLE_ADDRESS = gettext_noop("Enter a valid URL.")
# Django's French has the binary units, which nobody says: Mio.
SIZES = [gettext_noop("%s KB"), gettext_noop("%s MB"), gettext_noop("%s GB")]
REDIRECTS = [gettext_noop("redirect to any URL"), gettext_noop("redirect to a page")]
PICTURE_OF_A_PHONE = gettext_noop("Not a supported image format. Supported formats: %(supported_formats)s.")
STATES_OF_PAGES = [
    gettext_noop("Status: "),
    gettext_noop("Current page status:"),
    gettext_noop("Locking status"),
]
PORT_OF_THE_SITE = gettext_noop(
    "Set this to something other than 80 if you need a specific port number to appear in URLs"
    " (e.g. development on port 8000). Does not affect request handling (so port forwarding still works)."
)
FOR_SEARCH_ENGINES = [
    gettext_noop("slug"),
    gettext_noop("New slug"),
    gettext_noop("title tag"),
    gettext_noop("meta description"),
    gettext_noop("Meta description is empty"),
    gettext_noop("The slug '%(page_slug)s' is already in use within the parent page at '%(parent_url_path)s'."),
    gettext_noop("The slug '%(page_slug)s' is already in use within the parent page."),
    gettext_noop('This slug is already in use within the context of its parent page "%(parent_page_title)s"'),
    gettext_noop("The following page cannot be moved due to duplicate slug"),
    gettext_noop(
        "The slug '%(page_slug)s' is already in use at the selected parent page."
        " Make sure the slug is unique and try again."
    ),
]
ADDRESS_OF_A_PAGE = gettext_noop("The name of the page as it will appear in URLs e.g http://domain.com/blog/[my-slug]/")
WITHOUT_GENDER = [
    gettext_noop("None"),
    gettext_noop("Any"),
    gettext_noop("0 minutes"),
    gettext_noop("Snippets"),
    gettext_noop("Wagtail snippets"),
    gettext_noop("Delete selected snippets"),
    gettext_noop("Select all snippets in listing"),
    gettext_noop('Sorry, no snippets match "<em>%(search_query)s</em>"'),
    gettext_noop("1 snippet selected"),
    gettext_noop("%(objects)s snippets selected"),
    gettext_noop("All %(objects)s snippets on this screen selected"),
    gettext_noop("All snippets in listing selected"),
    gettext_noop("Page/Snippet"),
    gettext_noop("Page/Snippet ID"),
    gettext_noop("Page/Snippet Type"),
    gettext_noop("Page/Snippet Title"),
    gettext_noop("Choose %(object)s"),
    gettext_noop("Choose another %(object)s"),
    gettext_noop("Choose another"),
    gettext_noop("Edit this %(object)s"),
    gettext_noop("Add %(label)s"),
    gettext_noop("Add %(model_name)s"),
    gettext_noop("New: %(model_name)s"),
    gettext_noop("Create a new %(model_name)s"),
    gettext_noop("(Private %(object)s)"),
    gettext_noop("Created"),
    gettext_noop("Renamed"),
    gettext_noop("Moved"),
    gettext_noop("Reordered"),
    gettext_noop("Published"),
    gettext_noop("Locked"),
    gettext_noop("Unlocked"),
    gettext_noop("Disabled"),
    gettext_noop("Oldest"),
    gettext_noop("Mark as active"),
    gettext_noop("Site history"),
    gettext_noop("Go to Wagtail admin"),
    gettext_noop("Can access Wagtail admin"),
    gettext_noop("Enable custom keyboard shortcuts specific to Wagtail."),
    gettext_noop("No %(model_name)s match your query."),
    gettext_noop("There are no %(model_name)s to display."),
    gettext_noop('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    gettext_noop("Anyone can edit this %(model_name)s"),
    gettext_noop("Anyone can edit this %(model_name)s – lock it to prevent others from editing"),
    gettext_noop("One or more references to this %(model_name)s prevent it from being deleted."),
    gettext_noop("Choose when this %(model_name)s should go live and/or expire"),
    gettext_noop("Are you sure you want to unpublish this %(model_name)s?"),
    gettext_noop("Are you sure you want to delete this %(model_name)s?"),
    gettext_noop("Are you sure you want to delete this %(snippet_type_name)s?"),
    gettext_noop("Are you sure you want to delete %(count)s %(snippet_type_name)s?"),
    gettext_noop("You don't have permission to delete this %(snippet_type_name)s"),
    gettext_noop("Are you sure you want to delete these pages?"),
    gettext_noop("Are you sure you want to move these pages?"),
    gettext_noop("Are you sure you want to publish these pages?"),
    gettext_noop("Are you sure you want to unpublish these pages?"),
    gettext_noop("Are you sure you want to convert this alias into an ordinary page?"),
    gettext_noop("Are you sure you want to delete this page?"),
    gettext_noop("Are you sure you want to move this page into '%(title)s'?"),
    gettext_noop("Are you sure you want to move this page and all of its children into '%(title)s'?"),
    gettext_noop("Are you sure you want to unpublish this page?"),
    gettext_noop("Are you sure you want to delete this collection?"),
    gettext_noop("Are you sure you want to delete this site?"),
    gettext_noop("Are you sure you want to delete this group?"),
    gettext_noop("Are you sure you want to delete this redirect?"),
    gettext_noop("Locked by <b>you</b> at <b>%(locking_date)s</b>"),
    gettext_noop("Locked by <b>%(locked_by)s</b> at <b>%(locking_date)s</b>"),
    gettext_noop("Locked at <b>%(locking_date)s</b>"),
    gettext_noop("Locked by you"),
    gettext_noop("Locked by another user"),
    gettext_noop("Locked by schedule"),
    gettext_noop("Currently locked and will go live on the scheduled date"),
    gettext_noop("<b>'{title}' was locked</b> by <b>you</b> on <b>{datetime}</b>."),
    gettext_noop("<b>'{title}' is locked</b> by <b>you</b>."),
    gettext_noop("<b>'{title}' was locked</b> by <b>{user}</b> on <b>{datetime}</b>."),
    gettext_noop("<b>'{title}' is locked</b>."),
    gettext_noop("No one can make changes while the %(model_name)s is locked"),
    gettext_noop("Only you can make changes while the %(model_name)s is locked"),
    gettext_noop("Only %(user)s can make changes while the %(model_name)s is locked"),
    gettext_noop("%(model_name)s '%(title)s' is now unlocked."),
    gettext_noop("%(model_name)s '%(object)s' created."),
    gettext_noop("%(model_name)s '%(object)s' updated."),
    gettext_noop("%(model_name)s '%(object)s' deleted."),
    gettext_noop("%(model_name)s '%(object)s' updated and published."),
    gettext_noop("%(model_name)s '%(object)s' created and published."),
    gettext_noop("%(model_name)s '%(object)s' created and scheduled for publishing."),
    gettext_noop("'%(object)s' unpublished."),
    gettext_noop("The %(model_name)s could not be created due to errors."),
    gettext_noop("The %(model_name)s could not be saved due to errors."),
    gettext_noop("The %(model_name)s could not be saved as it is locked"),
    gettext_noop("You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by %(user)s"),
    gettext_noop("%(model_name)s '%(object)s' has been replaced with version from %(timestamp)s."),
    gettext_noop("the %(model_name)s will also be deleted"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    gettext_noop("Inspect this %(object)s"),
    gettext_noop("Inspecting %(object)s"),
    gettext_noop("Unpublish this %(object)s"),
    gettext_noop("Back to %(model_name)s list"),
    gettext_noop(
        'Why not <a class="upload-one-now" href="#tab-upload" data-action="w-tabs#select:prevent"'
        ' data-w-tabs-target="trigger" data-w-tabs-focus-param="true">upload one now</a>?'
    ),
    gettext_noop("Sorry, there are no %(name)s matching your search parameters."),
    gettext_noop("No %(name)s have been created yet."),
]
PLAIN_WORDS = [
    gettext_noop("Hello %(username)s,"),
    gettext_noop("Skip to main content"),
    gettext_noop("Editing %(page_type)s"),
    gettext_noop("Editing %(task_type)s"),
    gettext_noop("Editing workflow"),
    # The draft is saved in any case.
    gettext_noop("The page could not be saved due to validation errors."),
    gettext_noop("Unpublished scheduled draft"),
    gettext_noop("Page scheduled for publishing at %(go_live_at)s"),
    gettext_noop("Page unscheduled for publishing at %(go_live_at)s"),
    gettext_noop("%(model_name)s with this %(field_label)s already exists."),
    gettext_noop("%(model_name)s with this %(field_labels)s already exists."),
]
COUNTED_WITHOUT_GENDER = [
    ngettext_lazy("%(num)d year", "%(num)d years"),
    ngettext_lazy("Used %(usage_count)s time", "Used %(usage_count)s times"),
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
    ),
    ngettext_lazy("Referenced %(count)s time", "Referenced %(count)s times"),
    ngettext_lazy("Are you sure you want to delete this document?", "Are you sure you want to delete these documents?"),
    ngettext_lazy("Are you sure you want to delete this image?", "Are you sure you want to delete these images?"),
    ngettext_lazy(
        "Are you sure you want to tag the following document?",
        "Are you sure you want to tag the following documents?",
    ),
    ngettext_lazy(
        "Are you sure you want to add the following document to the selected collection?",
        "Are you sure you want to add the following documents to the selected collection?",
    ),
    ngettext_lazy(
        "Are you sure you want to tag the following image?",
        "Are you sure you want to tag the following images?",
    ),
    ngettext_lazy(
        "Are you sure you want to add the following image to the selected collection?",
        "Are you sure you want to add the following images to the selected collection?",
    ),
]
# A button beside a title, for which the usual words leave no room.
WHO_SEES_A_PAGE = gettext_noop("Change privacy")
# Of the block "table" alone: that of an image has a label of its own.
TITLE_OF_A_TABLE = gettext_noop("Caption")
# Wagtail's moderation is a second reading here; moderation means comments of residents.
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
