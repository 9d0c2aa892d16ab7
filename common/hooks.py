"""Wagtail hooks for open datasets, personal data, the audit log, the menu of the admin, and pending work.

`audit`
    Registers the storage of `common.audit.record_act`. The hooked function takes the `Act`, and the keyword arguments
    of `record_act`; it raises an exception if the act cannot be stored, and the act fails with it.

`open_datasets`
    Registers open datasets. The hooked function takes no argument and returns `Dataset`s. Each of them must contain
    public data only, and no personal data.

        @hooks.register(OPEN_DATASETS_HOOK)
        def results_of_polls() -> list[Dataset]: ...

`personal_data`
    Registers declarations of personal data. The hooked function takes no argument and returns
    `common.personal_data.PersonalData`s, which the retention jobs, the page of the data-protection officer, the export
    and the erasure of an account read. Personal data without a declaration must not be stored.

        hooks.register(PERSONAL_DATA_HOOK, lambda: PERSONAL_DATA)

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

from wagtail import hooks

from common.datasets import Dataset
from common.personal_data import PersonalData

AUDIT_HOOK = "audit"
OPEN_DATASETS_HOOK = "open_datasets"
PERSONAL_DATA_HOOK = "personal_data"
WATCH_MENU_HOOK = "register_watch_menu_item"
DESK_MENU_HOOK = "register_desk_menu_item"
GROUND_MENU_HOOK = "register_ground_menu_item"
COMMITTEE_MENU_HOOK = "register_committee_menu_item"
LETTER_MENU_HOOK = "register_letter_menu_item"
WAITING_WORK_HOOK = "waiting_work"


def datasets() -> list[Dataset]:
    """Returns all datasets, in the order of the page that lists them."""
    registered = [dataset for register in hooks.get_hooks(OPEN_DATASETS_HOOK) for dataset in register()]
    return sorted(registered, key=lambda dataset: (dataset.order, dataset.slug))


def personal_data() -> list[PersonalData]:
    """Returns the declarations of all apps, in the order of the table."""
    rules = [rule for register in hooks.get_hooks(PERSONAL_DATA_HOOK) for rule in register()]
    return sorted(rules, key=lambda rule: (rule.order, rule.name))
