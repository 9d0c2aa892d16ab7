"""Wagtail hooks through which apps give sets of open data, say what they keep of people, what happened, and where the
menu of the admin leads.

`audit`
    Registers who keeps what `common.audit.tell` says. The hooked function takes the `Act`, then by name what `tell`
    takes; it raises where the act cannot be kept, and the act fails with it.

`open_datasets`
    Registers what the site gives to everyone as data. The hooked function takes nothing and returns `Dataset`s. The
    rule of every one of them: only what anyone may read on the site, and nothing about a person.

        @hooks.register(OPEN_DATASETS_HOOK)
        def results_of_polls() -> list[Dataset]: ...

`retention`
    Registers what an app keeps of people, and for how long. The hooked function takes nothing and returns
    `common.retention.Retention`s: what has no line is not kept.

        @hooks.register(RETENTION_HOOK)
        def drafts() -> list[Retention]: ...

`register_watch_menu_item`, `register_desk_menu_item`, `register_ground_menu_item`, `register_committee_menu_item`,
`register_letter_menu_item`
    Register an entry of a group of the menu that several apps fill (`common.admin_menu`), as Wagtail's
    `register_reports_menu_item` does for the reports. The hooked function takes nothing and returns a `MenuItem`. A
    view set names the hook in `menu_hook`, and its place in `menu_order`:

        class SessionListViewSet(AdminReportViewSet):
            menu_hook = COMMITTEE_MENU_HOOK
            menu_order = 10

`waiting_work`
    Registers a kind of work that waits for people. The hooked function takes nothing and returns a subclass of
    `common.waiting.WaitingWork`; `register_work` and, for a panel of the dashboard, `register_panel` do it.

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
    """Returns every set of data, in the order of the page that lists them."""
    found = [dataset for register in hooks.get_hooks(OPEN_DATASETS_HOOK) for dataset in register()]
    return sorted(found, key=lambda dataset: (dataset.order, dataset.slug))


def retentions() -> "list[Retention]":
    """Returns every line of the table of retention, in its order."""
    found = [rule for register in hooks.get_hooks(RETENTION_HOOK) for rule in register()]
    return sorted(found, key=lambda rule: (rule.order, rule.name))
