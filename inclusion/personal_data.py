"""Personal data of digital inclusion."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.personal_data import Basis, Counted, ErasurePolicy, Export, Owned, PersonalData
from inclusion.models import Place, PlaceReport
from inclusion.services.places import RETENTION, forget_reports, forget_with_account, reports_of

PERSONAL_DATA = [
    PersonalData(
        name="inclusion.reports",
        order=188,
        data=_("Reports about a place of help, with the e-mail address if given"),
        period=RETENTION,
        since=_("the answer of the editors"),
        basis=Basis.MISSION,
        purpose=_("To correct the place, and to ask a question."),
        rows=PlaceReport.objects.all,
        moment="answered_at",
        erase=forget_reports,
        exports=(
            Export(
                "inclusion.reports",
                _("Reports about places of help"),
                reports_of,
                ("place__name", "text", "email", "created_at", "state"),
            ),
            Export(
                "inclusion.answers",
                _("Reports that you answered"),
                Owned(PlaceReport, "answered_by"),
                ("place__name", "state", "answered_at"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy(
                    "your e-mail address in %(count)d report about a place of help",
                    "your e-mail address in %(count)d reports about places of help",
                    "count",
                ),
                reports_of,
            ),
        ),
        erase_with_account=forget_with_account,
    ),
    PersonalData(
        name="inclusion.places",
        order=189,
        data=_("Last person who confirmed a place of help"),
        since=_("the next confirmation, or as long as the place; without the account after its erasure"),
        basis=Basis.MISSION,
        purpose=_("To ask the person concerned."),
        rows=Place.objects.exclude(checked_by=None).all,
        exports=(
            Export(
                "inclusion.places",
                _("Places of help that you confirmed"),
                Owned(Place, "checked_by"),
                ("name", "checked_on"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "%(count)d place of help that you confirmed, without your name",
                    "%(count)d places of help that you confirmed, without your name",
                    "count",
                ),
                Owned(Place, "checked_by"),
            ),
        ),
    ),
]
