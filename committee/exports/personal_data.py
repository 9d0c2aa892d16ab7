"""Personal data that this app holds of an account: corrections of minutes, and all data of its member."""

from collections.abc import Iterator

from accounts.exports.personal_data import rows_of
from accounts.hooks import PersonalDataSet
from accounts.models import User
from committee.models import Correction, Member, NoteVersion


def held_by_committee(user: User) -> Iterator[PersonalDataSet]:
    """Yields the corrections that `user` proposed, then the data of the member whose account it is."""
    corrections = Correction.objects.filter(author=user)
    yield PersonalDataSet(
        "committee.corrections",
        rows_of(
            corrections, "record__session__slug", "passage", "replacement", "why", "created_at", "state", "reason",
            "decided_at",
        ),
    )  # fmt: skip
    member = Member.objects.filter(user=user).select_related("photo").first()
    if member is None:
        return
    own = {
        "name": member.name,
        "college": member.college,
        "presentation": member.presentation,
        "phone": member.phone,
        "photo": member.photo.title if member.photo else "",
        "agrees_to_be_named": member.is_named,
        "agreed_on": member.named_since,
    }
    yield PersonalDataSet("committee.member", [own])
    yield PersonalDataSet(
        "committee.mandates", rows_of(member.mandates.all(), "role", "seat__name", "starts_on", "ends_on")
    )
    consents = member.directory_consents.all()
    yield PersonalDataSet("committee.directory_consents", rows_of(consents, "field", "is_given", "at"))
    attendances = member.attendances.order_by("session__starts_at")
    yield PersonalDataSet("committee.attendance", rows_of(attendances, "session__slug", "state", "how", "recorded_at"))
    called = member.convocations.order_by("convocation__sent_at")
    yield PersonalDataSet(
        "committee.convocations", rows_of(called, "convocation__session__slug", "convocation__sent_at", "by_mail")
    )
    notes = NoteVersion.objects.filter(written_by=member).order_by("written_at")
    yield PersonalDataSet("committee.notes", rows_of(notes, "note", "number", "title", "body", "written_at"))
    yield PersonalDataSet("committee.topics", rows_of(member.topics.all(), "number", "title"))
    actions = member.actions.order_by("session__starts_at", "sort_order")
    yield PersonalDataSet("committee.actions", rows_of(actions, "session__slug", "text", "due_on", "done_on"))
