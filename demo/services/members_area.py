"""Members' area: consents of several kinds, invitations, files, a convocation, a note with two versions."""

import uuid

from django.core.files.base import ContentFile

from accounts.models import User
from committee.area.views.notes import save_note
from committee.convocations.services import convene
from committee.directory.services import choose
from committee.invitations.services import decline, invite
from committee.models import AccountInvitation, Member, MemberDocument, SessionPage
from common.markdown import french
from common.shown import BY_PROGRAM
from demo.clock import Clock
from demo.content import csv_bytes, french_lines, read


def load(clock: Clock, people: dict[str, User]) -> None:
    """Fills the area, with dates over the last weeks."""
    texts = read("members_area")
    members = {member.name: member for member in Member.objects.all()}
    for choice in texts["choices"]:
        choose(
            member=members[choice["name"]],
            show_email=choice.get("email", False),
            phone=choice.get("phone", ""),
            now=clock.ago(choice["days_ago"]),
        )
    for text in texts["invitations"]:
        member = members[text["name"]]
        invite(invited=[(member, text["email"])], by=people["admin"], now=clock.ago(text["days_ago"]))
        if "refused_days_ago" in text:
            invitation = AccountInvitation.objects.get(member=member)
            decline(invitation=invitation, now=clock.ago(text["refused_days_ago"]))
    session = SessionPage.objects.published().next(clock.now)
    for text in texts["documents"]:
        content = ContentFile(csv_bytes(text["rows"]), name="document.csv")
        MemberDocument.objects.create(
            title=french(text["title"]), description=french(text["description"]), file=content, session=session
        )
    if session:
        convene(
            session=session,
            words=french_lines(texts["convocation"]["words"]),
            online_link=texts["convocation"]["online_link"],
            sender=people["secretariat"],
            key=uuid.uuid4(),
            shown=BY_PROGRAM,
            now=clock.ago(2),
        )
    note = None
    for seen, version in enumerate(texts["note"]["versions"]):
        note = save_note(
            note=note,
            values={
                "title": french(texts["note"]["title"]),
                "body": french_lines(version["text"]),
                "topic": None,
                "session": session,
            },
            seen=seen,
            key=uuid.uuid4(),
            member=members[version["author"]],
            now=clock.ago(5 - seen),
        )
