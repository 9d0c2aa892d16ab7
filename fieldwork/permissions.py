"""Permissions, one `can_<verb>` per action. Services, views and the admin use them exclusively.

Read access on the site is not here but in `visible_to(user)`, on the querysets. `readable_findings(user)` adds what
the team and the services read.
"""

from datetime import date, timedelta

from django.db.models import Q

from accounts.models import AnyUser
from committee.permissions import sitting_member
from fieldwork.models import CampaignPage, Finding, FindingStep
from fieldwork.models.campaigns import CampaignQuerySet
from fieldwork.models.findings import FindingQuerySet
from participation.permissions import can_answer_proposals, can_enter_for_others, can_sign_as

# Sheets filled in during a campaign may be entered for this long after its end.
ENTERED_WITHIN = timedelta(days=30)

State, Role = Finding.State, FindingStep.Role
# Target states allowed for each role; `Finding.TRANSITIONS` restricts the source states. The city cannot close a
# finding: only a new trial by a user in another role does.
STATES_OF_ROLE: dict[FindingStep.Role, frozenset[Finding.State]] = {
    Role.TEAM: frozenset({State.CONFIRMED, State.SENT, State.TO_TEST, State.DISMISSED, State.DUPLICATE}),
    Role.SERVICE: frozenset({State.SAID_FIXED, State.WILL_NOT_FIX}),
    Role.TESTER: frozenset({State.VERIFIED, State.CAME_BACK}),
}

# States from which only the team can go on, and which no due date covers.
GO_ON_STATES = (State.CONFIRMED, State.SAID_FIXED, State.TO_TEST, State.CAME_BACK)


def can_coordinate_trials(user: AnyUser) -> bool:
    """Returns whether the user may read the reports of testers, send them to the city and request new trials."""
    return user.has_perm("fieldwork.coordinate_trials")


def can_answer_findings(user: AnyUser) -> bool:
    """Returns whether the user may answer for a service of the city, as for proposals."""
    return can_answer_proposals(user)


def can_follow_findings(user: AnyUser) -> bool:
    """Returns whether the user may list the findings in the admin."""
    return can_coordinate_trials(user) or can_answer_findings(user)


def can_enter_trials(user: AnyUser) -> bool:
    """Returns whether the user is an agent who may enter trials for other people, as for proposals."""
    return can_enter_for_others(user)


def enterable_campaigns(today: date) -> CampaignQuerySet:
    """Returns the published campaigns whose sheets may be entered on `today`: running, or ended in the last 30 days."""
    begun = CampaignPage.objects.published().filter(starts_on__lte=today, ends_on__gte=today - ENTERED_WITHIN)
    return begun.order_by("-ends_on", "-pk")


def readable_findings(user: AnyUser) -> FindingQuerySet:
    """Returns the findings that the user may read in the admin, sensitive ones included.

    The team reads all of them; the city reads those that are public or were sent to it.
    """
    if can_coordinate_trials(user):
        return Finding.objects.all()
    if can_answer_findings(user):
        public = Finding.objects.public().order_by().values("pk")
        return Finding.objects.filter(Q(state__in=Finding.SENT_STATES) | Q(pk__in=public))
    return Finding.objects.none()


def can_read_finding(user: AnyUser, finding: Finding) -> bool:
    """Returns whether the user may read the finding, on the site or in the admin."""
    return (
        Finding.objects.visible_to(user).filter(pk=finding.pk).exists()
        or readable_findings(user).filter(pk=finding.pk).exists()
    )


def can_try(user: AnyUser, campaign: CampaignPage, today: date) -> bool:
    """Returns whether the user is signed in, and the campaign published and running on `today`."""
    return user.is_authenticated and CampaignPage.objects.open_on(today).filter(pk=campaign.pk).exists()


def can_retest(user: AnyUser, finding: Finding) -> bool:
    """Returns whether the user may retest a repaired finding: signed in, and not involved in its repair.

    A user who answers for the city and coordinates nothing counts as involved in the repairs.
    """
    return (
        user.is_authenticated
        and finding.state in Finding.RETESTABLE_STATES
        and user.pk not in (finding.said_fixed_by_id, finding.fixed_by_id)
        and (can_coordinate_trials(user) or not can_answer_findings(user))
        and can_read_finding(user, finding)
    )


def findings_to_try_again(user: AnyUser) -> FindingQuerySet:
    """Returns the public findings that need a new trial and that the user may retest (`can_retest`)."""
    if can_answer_findings(user) and not can_coordinate_trials(user):
        return Finding.objects.none()
    return _not_repaired_by(user, Finding.objects.public().filter(state=State.TO_TEST)).order_by("pk")


def _not_repaired_by(user: AnyUser, findings: FindingQuerySet) -> FindingQuerySet:
    """Excludes the findings that the user repaired or reported as repaired."""
    return findings.exclude(said_fixed_by=user.pk).exclude(fixed_by=user.pk)


def findings_to_go_on(user: AnyUser) -> FindingQuerySet:
    """Returns the findings on which the user can act next: send to the city, request a new trial, or retest.

    Findings to retest are left out if the user was involved in their repair.
    """
    if not can_coordinate_trials(user):
        return Finding.objects.none()
    found = Finding.objects.filter(state__in=GO_ON_STATES)
    retestable = _not_repaired_by(user, found.filter(state=State.TO_TEST)).order_by().values("pk")
    return found.filter(~Q(state=State.TO_TEST) | Q(pk__in=retestable))


def can_act_as(user: AnyUser, role: FindingStep.Role, finding: Finding) -> bool:
    """Returns whether the user has `role` for `finding`."""
    match role:
        case Role.TEAM:
            return can_coordinate_trials(user)
        case Role.SERVICE:
            return can_answer_findings(user) and can_sign_as(user, finding.service)
        case Role.TESTER:
            return can_retest(user, finding)


def can_change_state(user: AnyUser, finding: Finding, state: Finding.State, role: FindingStep.Role) -> bool:
    """Returns whether the user has `role` and the role allows `state`. Does not check the transition table."""
    return state in STATES_OF_ROLE[role] and can_act_as(user, role, finding)


def can_volunteer(user: AnyUser, today: date) -> bool:
    """Returns whether the user is a current member, who may volunteer and see the other volunteers."""
    return sitting_member(user, today) is not None


def can_code_texts(user: AnyUser) -> bool:
    """Returns whether the user may read and code the free texts of closed surveys."""
    return user.has_perm("fieldwork.code_texts")


def can_prepare_outings(user: AnyUser) -> bool:
    """Returns whether the user may plan and cancel outings, see their volunteers and record the people asked."""
    return user.has_perm("fieldwork.change_outing")


def can_make_sheets(user: AnyUser) -> bool:
    """Returns whether the user may make and print the sheets of a survey, and void lost ones."""
    return user.has_perm("fieldwork.add_sheet")


def can_enter_sheets(user: AnyUser) -> bool:
    """Returns whether the user may enter the answers on sheets."""
    return user.has_perm("fieldwork.enter_sheet")


def can_follow_surveys(user: AnyUser) -> bool:
    """Returns whether the user may list the surveys in the admin, with the numbers of their sheets."""
    return can_make_sheets(user) or can_prepare_outings(user)
