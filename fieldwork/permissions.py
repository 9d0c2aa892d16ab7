"""Permissions, one `can_<verb>` per action: services, views and the admin ask here and nowhere else.

Reading on the site is not here: it is `visible_to(user)`, on the querysets. What the team and the services read beyond
that is `readable_findings(person)`.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

from django.db.models import Q

from committee.permissions import sitting_member
from fieldwork.models import CampaignPage, Finding, FindingStep
from fieldwork.models.campaigns import CampaignQuerySet
from fieldwork.models.findings import FindingQuerySet
from participation.permissions import can_answer_proposals, can_enter_for_others, can_sign_as

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

Person: TypeAlias = "User | AnonymousUser"

# Sheets that were filled in while the campaign went on are entered so long after its end.
ENTERED_WITHIN = timedelta(days=30)

State, Role = Finding.State, FindingStep.Role
# To which states a role may lead a finding; `Finding.TRANSITIONS` says from which ones. The city closes nothing: a new
# trial does, by a person of another role.
STATES_OF_ROLE: dict[FindingStep.Role, frozenset[Finding.State]] = {
    Role.TEAM: frozenset({State.CONFIRMED, State.SENT, State.TO_TEST, State.DISMISSED, State.DUPLICATE}),
    Role.SERVICE: frozenset({State.SAID_FIXED, State.WILL_NOT_FIX}),
    Role.TESTER: frozenset({State.VERIFIED, State.CAME_BACK}),
}

# The states from which the team leads a finding on: nobody else does, and no day reminds of it.
GO_ON_STATES = (State.CONFIRMED, State.SAID_FIXED, State.TO_TEST, State.CAME_BACK)


def can_coordinate_trials(person: Person) -> bool:
    """Reads what testers report, sends it to the city, asks for new trials."""
    return person.has_perm("fieldwork.coordinate_trials")


def can_answer_findings(person: Person) -> bool:
    """Answers for a service of the city: whoever answers proposals."""
    return can_answer_proposals(person)


def can_follow_findings(person: Person) -> bool:
    """Sees the list of findings in the admin."""
    return can_coordinate_trials(person) or can_answer_findings(person)


def can_enter_trials(person: Person) -> bool:
    """An agent, who enters what somebody wrote on a sheet or came to say: whoever enters proposals."""
    return can_enter_for_others(person)


def enterable_campaigns(today: date) -> CampaignQuerySet:
    """Returns the published campaigns of which sheets may be entered on `today`: those that go on, or ended lately."""
    begun = CampaignPage.objects.published().filter(starts_on__lte=today, ends_on__gte=today - ENTERED_WITHIN)
    return begun.order_by("-ends_on", "-pk")


def readable_findings(person: Person) -> FindingQuerySet:
    """Returns the findings that `person` follows in the admin, sensitive ones among them.

    The team reads all. The city reads what anyone may read, and what was sent to it.
    """
    if can_coordinate_trials(person):
        return Finding.objects.all()
    if can_answer_findings(person):
        public = Finding.objects.public().order_by().values("pk")
        return Finding.objects.filter(Q(state__in=Finding.SENT_STATES) | Q(pk__in=public))
    return Finding.objects.none()


def can_read_finding(person: Person, finding: Finding) -> bool:
    """On the site or in the admin."""
    return (
        Finding.objects.visible_to(person).filter(pk=finding.pk).exists()
        or readable_findings(person).filter(pk=finding.pk).exists()
    )


def can_try(person: Person, campaign: CampaignPage, today: date) -> bool:
    """Signed in, in a published campaign, on one of its days."""
    return person.is_authenticated and CampaignPage.objects.open_on(today).filter(pk=campaign.pk).exists()


def can_retest(person: Person, finding: Finding) -> bool:
    """Signed in, of what is said to be repaired or was verified, except those who repaired it or said so.

    A person who answers for the city, and coordinates nothing, is on the side that repairs.
    """
    return (
        person.is_authenticated
        and finding.state in Finding.RETESTABLE_STATES
        and person.pk not in (finding.said_fixed_by_id, finding.fixed_by_id)
        and (can_coordinate_trials(person) or not can_answer_findings(person))
        and can_read_finding(person, finding)
    )


def findings_to_try_again(person: Person) -> FindingQuerySet:
    """Returns the public findings that wait for a new trial, and that `can_retest` lets `person` try."""
    if can_answer_findings(person) and not can_coordinate_trials(person):
        return Finding.objects.none()
    return _not_repaired_by(person, Finding.objects.public().filter(state=State.TO_TEST)).order_by("pk")


def _not_repaired_by(person: Person, findings: FindingQuerySet) -> FindingQuerySet:
    """Leaves out of `findings` those that `person` repaired, or said to be repaired."""
    return findings.exclude(said_fixed_by=person.pk).exclude(fixed_by=person.pk)


def findings_to_go_on(person: Person) -> FindingQuerySet:
    """Returns the findings that `person` may lead on: to the city, to a new trial, or by trying them again.

    Who repaired a finding, or said so, tries it no more.
    """
    if not can_coordinate_trials(person):
        return Finding.objects.none()
    found = Finding.objects.filter(state__in=GO_ON_STATES)
    retestable = _not_repaired_by(person, found.filter(state=State.TO_TEST)).order_by().values("pk")
    return found.filter(~Q(state=State.TO_TEST) | Q(pk__in=retestable))


def can_act_as(person: Person, role: FindingStep.Role, finding: Finding) -> bool:
    """The person holds `role` for `finding`."""
    match role:
        case Role.TEAM:
            return can_coordinate_trials(person)
        case Role.SERVICE:
            return can_answer_findings(person) and can_sign_as(person, finding.service)
        case Role.TESTER:
            return can_retest(person, finding)


def can_change_state(person: Person, finding: Finding, state: Finding.State, role: FindingStep.Role) -> bool:
    """The person holds `role`, which may lead to `state`. Whether `state` may come next is the transition table's."""
    return state in STATES_OF_ROLE[role] and can_act_as(person, role, finding)


def can_volunteer(person: Person, today: date) -> bool:
    """Goes to outings and campaigns, and reads who else does: a member who sits."""
    return sitting_member(person, today) is not None


def can_code_texts(person: Person) -> bool:
    """Reads the free texts of a survey that is over, and gives them codes."""
    return person.has_perm("fieldwork.code_texts")


def can_prepare_outings(person: Person) -> bool:
    """Plans and cancels outings, reads who goes there, and notes how many people were asked."""
    return person.has_perm("fieldwork.change_outing")


def can_make_sheets(person: Person) -> bool:
    """Makes and prints the sheets of a survey, and declares void those that are lost."""
    return person.has_perm("fieldwork.add_sheet")


def can_enter_sheets(person: Person) -> bool:
    """Enters what people answered on sheets."""
    return person.has_perm("fieldwork.enter_sheet")


def can_follow_surveys(person: Person) -> bool:
    """Sees the list of surveys in the admin, with the numbers of their sheets."""
    return can_make_sheets(person) or can_prepare_outings(person)
