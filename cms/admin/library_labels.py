"""Labels of what Wagtail names after its own identifiers: it gives no text that a catalogue could translate."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import (
    AnchorLinkChooserForm,
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
)
from wagtail.sites.views import IndexView as SitesView
from wagtail.users.views.bulk_actions.assign_role import RoleForm

FORMS = (AnchorLinkChooserForm, EmailLinkChooserForm, ExternalLinkChooserForm, PhoneLinkChooserForm, RoleForm)
FIELDS = {
    "link_text": _("Words of the link"),
    "email_address": _("E-mail address"),
    "subject": _("Subject line"),
    "body": _("Text of the e-mail"),
    "phone_number": _("Telephone number"),
    "role": _("Role"),
}
COLUMNS_OF_SITES = {"site_name": _("Name of the site"), "root_page": _("Home page")}


def label_what_wagtail_does_not() -> None:
    """Gives these labels to the forms of links and of roles and to the list of sites, once, when the site starts."""
    for form in FORMS:
        for name, field in form.base_fields.items():
            field.label = FIELDS.get(name, field.label)
    for column in SitesView.columns:
        column.label = COLUMNS_OF_SITES.get(column.name, column.label)
