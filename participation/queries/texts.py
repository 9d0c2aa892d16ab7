"""Texts of any kind: their URL, and their subject."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import AnyUser
from participation.models import Addendum, Comment, Proposal
from participation.models.texts import ModeratedText
from participation.queries.discussions import comment_url


def text_url(text: ModeratedText, user: AnyUser | None = None) -> str:
    """Returns the public URL of `text`, as seen by `user` or an anonymous reader. One query for a comment."""
    match text:
        case Comment():
            return comment_url(text, user or AnonymousUser())
        case Addendum():
            return f"{text.proposal.get_absolute_url()}#{text.anchor}"
        case Proposal():
            return text.get_absolute_url()
    raise NotImplementedError(type(text))


def subject_of(text: ModeratedText) -> tuple[str, str]:
    """Returns the URL and the title of the page that shows `text`."""
    match text:
        case Comment():
            return text.discussion.subject_url, text.discussion.subject_title
        case Addendum():
            return text.proposal.get_absolute_url(), text.proposal.title
        case Proposal():
            return text.get_absolute_url(), text.title
    raise NotImplementedError(type(text))
