"""Tag that writes the threads of a discussion: in Python, because a page has fifty comments of thirty questions each.

What few comments have is drawn by templates: what was just done about one, what its author alone sees.
"""

from html import escape
from typing import Any

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.templatetags.dates import short_day
from common.templatetags.typography import typo
from participation.models import Comment
from participation.notifications.mentions import split
from participation.queries.discussions import Node, ThreadList

register = template.Library()


@register.simple_tag(takes_context=True)
def threads(context: RequestContext, thread_list: ThreadList) -> SafeString:
    """Returns the comments of `thread_list`, each with its replies below."""
    pen = Pen(context.get("messages"), can_reply=thread_list.is_open)
    return SafeString(pen.list_of(thread_list.threads))


class Pen:
    """Writes the comments of one page: the words that they repeat are translated once.

    Whatever a person wrote is escaped here.
    """

    def __init__(self, messages: Any, *, can_reply: bool) -> None:
        # What was just done, if anything.
        self.messages = messages or None
        self.can_reply = can_reply
        self.nobody = _("Deleted account")
        self.reply, self.report = _("Reply"), _("Report")
        self.positions: dict[int, str] = {
            Comment.Position.FOR: f' <span class="badge badge--yes">{_("For")}</span>',
            Comment.Position.AGAINST: f' <span class="badge badge--no">{_("Against")}</span>',
        }
        self.member = f' <span class="role">{_("Member of the committee")}</span>'
        self.team = f' <span class="role">{_("Team of the committee")}</span>'
        self.waiting = f' <span class="badge badge--waiting">{_("Waiting to be read")}</span>'

    def list_of(self, nodes: list[Node]) -> str:
        items = [f"<li>{self.comment(node)}{self.list_of(node.replies) if node.replies else ''}</li>" for node in nodes]
        return '<ul class="thread">\n' + "\n".join(items) + "\n</ul>"

    def comment(self, node: Node) -> str:
        comment = node.comment
        kind = " comment--official" if node.by_team and not comment.is_removed else ""
        said = self._notice(comment) if self.messages else ""
        is_gone = comment.is_withdrawn or (comment.is_removed and not node.is_own)
        shown = f'<p class="meta">{self._why_gone(comment)}</p>' if is_gone else self._shown(node, comment)
        return f'<div class="comment{kind}" id="{comment.anchor}">{said}{shown}</div>'

    def _notice(self, comment: Comment) -> str:
        values = {"messages": self.messages, "place": comment.anchor}
        return render_to_string("components/notice_at.html", values)

    def _why_gone(self, comment: Comment) -> str:
        if comment.is_missing:
            return _("This comment is not in the export of the platform it was written on")
        date = {"date": short_day(comment.state_changed_at)}
        if comment.is_withdrawn:
            return _("Comment withdrawn by its author on %(date)s") % date
        return f"{_('Comment removed on %(date)s') % date} {_(': against the rules of participation')}"

    def _shown(self, node: Node, comment: Comment) -> str:
        name = escape(node.name) if node.name else self.nobody
        labels = self.positions.get(comment.position, "")
        if node.by_team:
            labels = self.team + labels
        if node.by_member:
            labels = self.member + labels
        if comment.state == Comment.State.RECEIVED:
            labels += self.waiting
        remarks = "".join([f'<span class="meta">{escape(remark)}</span>' for remark in node.remarks])
        date = f'<a href="#{comment.anchor}"><time datetime="{node.day}">{node.day_in_words}</time></a>'
        head = f'<div class="comment__head"><strong>{name}</strong>{labels} {date} {remarks}</div>'
        notices = self._own("notices", node) if node.is_own else ""
        text = linebreaks(with_mentions(comment.body, node.mentioned))
        return f"{head}{notices}\n{text}\n{self._links(node, comment)}"

    def _links(self, node: Node, comment: Comment) -> str:
        own = self._own("actions", node) if node.is_own else ""
        if not comment.is_published:
            return f'<p class="comment__actions">{own}</p>' if node.can_edit or node.can_withdraw else ""
        reply = self._link(comment.reply_url, "", self.reply, node.name_of_reply) if self.can_reply else ""
        other = own or self._link(comment.report_url, ' rel="nofollow"', self.report, node.name_of_report)
        copied = f'data-copy="#{comment.anchor}" data-copy-name="{escape(node.name_of_link)}"'
        return f'<p class="comment__actions" {copied}>{reply} {other}</p>'

    @staticmethod
    def _link(url: str, attributes: str, label: str, name: str) -> str:
        hidden = f'<span class="visually-hidden"> {escape(name)}</span>'
        return f'<a href="{url}"{attributes}>{label}{hidden}</a>'

    @staticmethod
    def _own(part: str, node: Node) -> str:
        """Returns what the author of `node` alone sees of it."""
        return render_to_string(
            f"participation/includes/own_comment_{part}.html", {"node": node, "comment": node.comment}
        )


def with_mentions(text: str, names: list[str]) -> SafeString:
    """Returns `text`, escaped and with the spaces of French, with « @ » and each of `names` in bold."""
    if not names:
        return typo(text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<strong class="mention">{}</strong>', piece) if is_name else typo(piece),)
            for piece, is_name in split(text, names)
        ),
    )
