"""Who is told at once that a comment is published: the person answered, and those whom it names."""

from accounts.hooks import opted_out
from participation.models import Comment, Follow, Mention
from participation.notifications import mails
from participation.notifications.mentions import named_in


def tell_who_is_concerned(comment: Comment, *, answered: bool) -> None:
    """Keeps the mentions of a published comment, and queues one mail to each person concerned who did not stop.

    `answered` says that the person answered is to be told; those named are told once, whatever is changed later.
    """
    concerned = []
    parent = comment.parent if answered else None
    if parent is not None and parent.author is not None and parent.author_id != comment.author_id:
        concerned.append((parent.author, True))
    for person in named_in(comment):
        created = Mention.objects.get_or_create(comment=comment, user=person)[1]
        if created and all(person != other for other, _is_answered in concerned):
            concerned.append((person, False))
    if not concerned:
        return
    muted = set(
        Follow.objects.filter(
            discussion=comment.discussion_id, muted=True, user__in=[person.pk for person, _answered in concerned]
        ).values_list("user_id", flat=True)
    )
    muted |= opted_out([person.pk for person, _answered in concerned])
    for person, is_answered in concerned:
        if person.is_active and person.pk not in muted:
            mails.comment_concerns(comment, person, is_answer=is_answered)
