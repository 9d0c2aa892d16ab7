"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from polls.models import AgentEntry, Participation
from polls.services.agent_entries import forget_names

PERSONAL_DATA = [
    PersonalData(
        name="polls.agent_names",
        order=200,
        what=_("Names of those for whom an agent answered a poll"),
        kept=AgentEntry.NAME_KEPT,
        since=_("the end of the poll"),
        basis=Basis.MISSION,
        why=_("So that nobody answers twice, and to mend a mistake."),
        rows=AgentEntry.objects.exclude(name="").all,
        moment="poll__closes_at",
        erase=forget_names,
    ),
    PersonalData(
        name="polls.participations",
        order=210,
        what=_("Who answered a poll; for a secret poll, nothing leads from the person to the answer"),
        since=_("as long as the poll, without the account once that is erased"),
        basis=Basis.MISSION,
        why=_("So that each answers once, and results stay true."),
        rows=Participation.objects.all,
    ),
]
