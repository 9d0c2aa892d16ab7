"""Personal data of the watch."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from common.personal_data import Basis, Counted, ErasurePolicy, Export, Owned, PersonalData
from veille.models import Observation, ReadingItem
from veille.services.items import TEXT_RETENTION, forget_texts, set_aside_with_text
from veille.services.suggestions import KEPT, forget_suggesters, forget_with_account, suggestions_with_author

PERSONAL_DATA = [
    PersonalData(
        name="veille.texts",
        order=185,
        data=_("Texts of items from the sources of the watch that the editors rejected"),
        period=TEXT_RETENTION,
        since=_("the decision of the editors; a hash stays, to recognise the item"),
        basis=Basis.MISSION,
        purpose=_("To reconsider a decision."),
        rows=set_aside_with_text,
        moment="decided_at",
        erase=forget_texts,
        exports=(
            # What the account decided about belongs to others: addresses and texts are left out.
            Export(
                "veille.decisions",
                _("Decisions on the reading list"),
                Owned(ReadingItem, "decided_by"),
                ("source__name", "state", "reason", "decided_at"),
            ),
        ),
    ),
    PersonalData(
        name="veille.suggestions",
        order=180,
        data=_("Authors of suggested examples of the watch, and their reasons"),
        period=KEPT,
        since=_("the decision of the editors; as long as the example, if the person agreed to be named"),
        basis=Basis.MISSION,
        purpose=_("To inform the person of the decision."),
        rows=suggestions_with_author,
        moment="decided_at",
        erase=forget_suggesters,
        exports=(
            Export(
                "veille.suggestions",
                _("Suggested examples"),
                Owned(ReadingItem, "suggested_by"),
                ("url", "title", "place", "note", "thanks_by_name", "found_at", "state", "reason", "decided_at"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy("%(count)d example that you suggested", "%(count)d examples that you suggested", "count"),
                Owned(ReadingItem, "suggested_by", entry=None),
            ),
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "%(count)d example that was made of your suggestion, without your name",
                    "%(count)d examples that were made of your suggestions, without your name",
                    "count",
                ),
                Owned(ReadingItem, "suggested_by", entry__isnull=False),
            ),
        ),
        erase_with_account=forget_with_account,
    ),
    PersonalData(
        name="veille.findings",
        order=187,
        data=_("Who recorded an observation of the comparison, and who read it over"),
        since=_("as long as the observation, without the account once that is erased"),
        basis=Basis.MISSION,
        purpose=_("So that an observation can be asked about."),
        rows=Observation.objects.exclude(recorded_by=None, second_reader=None).all,
        exports=(
            Export(
                "veille.findings",
                _("Observations of the comparison"),
                Owned(Observation, "recorded_by", "second_reader"),
                ("criterion__question", "city__name", "source_url", "recorded_at", "published_at"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "%(count)d observation of the comparison that you recorded or read over, without your name",
                    "%(count)d observations of the comparison that you recorded or read over, without your name",
                    "count",
                ),
                Owned(Observation, "recorded_by", "second_reader"),
            ),
        ),
    ),
]
