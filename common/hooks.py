"""Wagtail hooks for open datasets, retention periods, the audit log, the menu of the admin, and pending work.

`audit`
    Registers the storage of `common.audit.tell`. The hooked function takes the `Act`, and the keyword arguments of
    `tell`; it raises an exception if the act cannot be stored, and the act fails with it.

`open_datasets`
    Registers open datasets. The hooked function takes no argument and returns `Dataset`s. Each of them must contain
    public data only, and no personal data.

        @hooks.register(OPEN_DATASETS_HOOK)
        def results_of_polls() -> list[Dataset]: ...

`retention`
    Registers retention periods of personal data. The hooked function takes no argument and returns
    `common.retention.Retention`s. Personal data without a line must not be stored.

        @hooks.register(RETENTION_HOOK)
        def drafts() -> list[Retention]: ...

`register_watch_menu_item`, `register_desk_menu_item`, `register_ground_menu_item`, `register_committee_menu_item`,
`register_letter_menu_item`
    Register an item of a menu group that is shared by several apps (`common.admin_menu`), as Wagtail's
    `register_reports_menu_item` does for reports. The hooked function takes no argument and returns a `MenuItem`. A
    viewset names the hook in `menu_hook`, and its position in `menu_order`:

        class SessionListViewSet(AdminReportViewSet):
            menu_hook = COMMITTEE_MENU_HOOK
            menu_order = 10

`waiting_work`
    Registers a kind of pending work. The hooked function takes no argument and returns a subclass of
    `common.waiting.WaitingWork`. Use `register_work` or, for a panel of the dashboard, `register_panel`.

        hooks.register(WAITING_WORK_HOOK, lambda: FindingsToRead)
"""

from typing import TYPE_CHECKING

from wagtail import hooks

from common.datasets import Dataset

if TYPE_CHECKING:
    from common.retention import Retention

AUDIT_HOOK = "audit"
OPEN_DATASETS_HOOK = "open_datasets"
RETENTION_HOOK = "retention"
WATCH_MENU_HOOK = "register_watch_menu_item"
DESK_MENU_HOOK = "register_desk_menu_item"
GROUND_MENU_HOOK = "register_ground_menu_item"
COMMITTEE_MENU_HOOK = "register_committee_menu_item"
LETTER_MENU_HOOK = "register_letter_menu_item"
WAITING_WORK_HOOK = "waiting_work"


def datasets() -> list[Dataset]:
    """Returns all datasets, in the order of the page that lists them."""
    found = [dataset for register in hooks.get_hooks(OPEN_DATASETS_HOOK) for dataset in register()]
    return sorted(found, key=lambda dataset: (dataset.order, dataset.slug))


def retentions() -> "list[Retention]":
    """Returns all lines of the retention table, in order."""
    found = [rule for register in hooks.get_hooks(RETENTION_HOOK) for rule in register()]
    return sorted(found, key=lambda rule: (rule.order, rule.name))
