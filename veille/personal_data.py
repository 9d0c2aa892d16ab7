"""Personal data of the watch."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from veille.models import Observation
from veille.services.items import TEXT_KEPT, forget_texts, set_aside_with_text
from veille.services.suggestions import KEPT, forget_suggesters, kept_suggestions

PERSONAL_DATA = [
    PersonalData(
        name="veille.texts",
        order=185,
        what=_("Texts of what the sources of the watch brought and the editors set aside"),
        kept=TEXT_KEPT,
        since=_("the decision of the editors; a fingerprint stays, so that it does not come back"),
        basis=Basis.MISSION,
        why=_("To come back to a decision."),
        rows=set_aside_with_text,
        moment="decided_at",
        erase=forget_texts,
    ),
    PersonalData(
        name="veille.suggestions",
        order=180,
        what=_("Who suggested an example of the watch, and why"),
        kept=KEPT,
        since=_("the decision of the editors; as long as the example, if the person agreed to be named"),
        basis=Basis.MISSION,
        why=_("So that the person is told what became of it."),
        rows=kept_suggestions,
        moment="decided_at",
        erase=forget_suggesters,
    ),
    PersonalData(
        name="veille.findings",
        order=187,
        what=_("Who recorded a finding of the comparison, and who read it over"),
        since=_("as long as the finding, without the account once that is erased"),
        basis=Basis.MISSION,
        why=_("So that a finding can be asked about."),
        rows=Observation.objects.exclude(recorded_by=None, second_reader=None).all,
    ),
]
