"""What the screens have in common in which an agent enters what somebody came to say, said by phone or wrote.

Two apps have such screens, each with a right of its own.
"""

from typing import Any

from common.admin import RightView, RightViewSet

ICON = "clipboard-list"


class AgentView(RightView):
    """A screen for agents."""

    header_icon = ICON

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class AgentViewSet(RightViewSet):
    """Screens whose line of the menu agents alone see."""
