"""Mails of convocations: state of each mail, and failures."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from committee.models import Convened, Convocation, Member
from mailing.models import Message

KIND = "committee.convocation"
State = Message.State
# States of a mail that will not be delivered.
NOT_ARRIVED = (State.FAILED, State.BOUNCED, State.EXPIRED, State.CANCELLED)


def dedupe_key_of(convocation: Convocation, member: Member) -> str:
    """Returns the `dedupe_key` of the mail, which prevents sending it twice."""
    return f"{KIND}:{convocation.pk}:{member.pk}"


@dataclass(frozen=True)
class Delivery:
    """Member called by a convocation, state of the mail in words, and whether to inform them otherwise."""

    convened: Convened
    text: str
    has_failed: bool


def deliveries(convocation: Convocation) -> list[Delivery]:
    """Returns the members called by `convocation`, each with the state of the mail. Two queries."""
    rows = list(convocation.convened.select_related("member"))
    keys = {dedupe_key_of(convocation, row.member): row for row in rows}
    mails = Message.objects.filter(dedupe_key__in=keys).only("dedupe_key", "state").in_bulk(field_name="dedupe_key")
    return [_delivery(row, mails.get(key)) for key, row in keys.items()]


def _delivery(convened: Convened, mail: Message | None) -> Delivery:
    if not convened.by_mail:
        text = _("The e-mail did not arrive: told otherwise") if mail else _("No account: to be told otherwise")
        return Delivery(convened, text, has_failed=False)
    if mail is None:
        return Delivery(convened, _("Sent long ago"), has_failed=False)
    return Delivery(convened, mail.get_state_display(), has_failed=mail.state in NOT_ARRIVED)


def not_arrived(sent: Iterable[tuple[Convocation, Member]]) -> list[tuple[Convocation, Member]]:
    """Returns those of `sent` whose mail failed and who were not informed otherwise. At most two queries."""
    keys = {dedupe_key_of(*pair): pair for pair in sent}
    failed = Message.objects.filter(dedupe_key__in=keys, state__in=NOT_ARRIVED).values_list("dedupe_key", flat=True)
    not_delivered = [keys[key] for key in failed]
    rows = Convened.objects.filter(
        by_mail=True, convocation__in={convocation for convocation, _member in not_delivered}
    )
    by_mail = set(rows.values_list("convocation", "member")) if not_delivered else set()
    return [pair for pair in keys.values() if pair in not_delivered and (pair[0].pk, pair[1].pk) in by_mail]
