"""Rights of the groups of the team. A right is given or taken by a change of `TABLE`, without a migration.

After `migrate`, the groups get what the table changed since it was applied last (`AppliedRights`), and nothing else:
rights that an administrator gave or took by hand stay. Rights on pages and collections are not in the table:
a migration gives them, and Wagtail's screens change them.
"""

import logging
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q

from home.models import AppliedRights
from operations.queries import missing_migrations

logger = logging.getLogger("home")

EDITORS, OFFICE, MODERATORS = "Rédaction", "Secrétariat", "Modération"
SERVICES, DESK, TEAM = "Services", "Accueil", "Animation"

# Model, verbs, groups. A verb with an underscore is a whole codename; docs/accounts.md shows the table.
TABLE = [
    ("cms.siteconfiguration", "change", [TEAM]),
    ("cms.spotlight", "change", [EDITORS, TEAM]),
    ("committee.member", "add change view delete", [OFFICE, TEAM]),
    ("committee.memberdocument", "add change view delete", [OFFICE, TEAM]),
    ("committee.seat", "add change view delete", [OFFICE, TEAM]),
    ("committee.workprogramme", "add change view", [OFFICE, TEAM]),
    ("digests.edition", "view", [TEAM]),
    ("digests.editorialword", "add change view delete publish", [EDITORS, TEAM]),
    ("digests.editorialword", "preview_for_reader", [TEAM]),
    ("digests.newsletter", "add change view delete", [EDITORS, TEAM]),
    ("digests.newsletter", "send", [TEAM]),
    ("fieldwork.code", "code_texts", [EDITORS, TEAM]),
    ("fieldwork.outing", "add change view delete", [OFFICE, TEAM]),
    ("fieldwork.sheet", "add change view", [OFFICE, TEAM]),
    ("fieldwork.sheet", "enter", [DESK, TEAM]),
    ("fieldwork.trial", "coordinate_trials", [TEAM]),
    ("inclusion.place", "add change view", [EDITORS, TEAM]),
    ("inclusion.placereport", "change view", [EDITORS, TEAM]),
    ("inclusion.resource", "add change view delete", [EDITORS, TEAM]),
    ("inclusion.workshop", "add change view delete", [EDITORS, TEAM]),
    ("indicators.indicator", "add change view delete", [OFFICE, TEAM]),
    ("indicators.measurement", "add view", [OFFICE, TEAM]),
    ("indicators.restitution", "add change view", [OFFICE, TEAM]),
    ("indicators.survey", "add change view", [OFFICE, TEAM]),
    ("mailing.batch", "change view", [TEAM]),
    ("mailing.message", "view", [TEAM]),
    ("mailing.suppression", "view delete", [TEAM]),
    ("participation.comment", "change view moderate", [MODERATORS, TEAM]),
    ("participation.deskentry", "enter_for_others", [DESK, TEAM]),
    ("participation.proposal", "answer", [SERVICES, TEAM]),
    ("participation.proposal", "change view moderate", [MODERATORS, TEAM]),
    ("polls.agententry", "enter_for_others", [DESK, TEAM]),
    ("polls.poll", "add change view delete", [TEAM]),
    ("polls.question", "add change view delete", [TEAM]),
    ("veille.city", "add change view delete", [EDITORS, TEAM]),
    ("veille.criterion", "add change view delete", [EDITORS, TEAM]),
    ("veille.observation", "add change view delete", [EDITORS, TEAM]),
    ("veille.readingitem", "change view", [EDITORS, TEAM]),
    ("veille.source", "add change view delete", [EDITORS, TEAM]),
    ("veille.theme", "add change view", [EDITORS, TEAM]),
    ("veille.theme", "delete", [TEAM]),
    ("wagtailadmin.admin", "access_admin", [EDITORS, OFFICE, MODERATORS, SERVICES, DESK, TEAM]),
    ("wagtailredirects.redirect", "add change delete", [EDITORS, TEAM]),
]


def rights() -> dict[str, list[str]]:
    """Returns the rights of each group by the table, sorted."""
    codenames_by_group: dict[str, set[str]] = {}
    for model, verbs, groups in TABLE:
        app_label, _dot, name = model.partition(".")
        codenames = {f"{app_label}.{verb if '_' in verb else f'{verb}_{name}'}" for verb in verbs.split()}
        for group in groups:
            codenames_by_group.setdefault(group, set()).update(codenames)
    return {group: sorted(codenames) for group, codenames in sorted(codenames_by_group.items())}


def apply_rights(*, using: str = DEFAULT_DB_ALIAS, plan: list[Any] | None = None, **kwargs: Any) -> None:
    """Receiver of `post_migrate`: gives and takes the rights that the table changed since it was applied last.

    Skipped for a partial migration, whose permissions are not all there, and after a `flush`, which has no plan.
    """
    if plan is None or missing_migrations(using):
        return
    current_rights = rights()
    with transaction.atomic(using):
        rows = AppliedRights.objects.using(using).select_for_update()
        applied, _is_new = rows.get_or_create(defaults={"rights": current_rights})
        if applied.rights == current_rights:
            return
        for group in Group.objects.using(using).filter(name__in={*current_rights, *applied.rights}):
            before, after = ({*table.get(group.name, ())} for table in (applied.rights, current_rights))
            if applied.rights:
                group.permissions.add(*named(after - before))
                group.permissions.remove(*named(before - after))
                logger.info(
                    "Rights of %s: given %s, taken %s", group.name, sorted(after - before), sorted(before - after)
                )
            else:
                _give_first(group, named(after))
        applied.rights = current_rights
        applied.save(update_fields=["rights"])


def _give_first(group: Group, permissions: list[Permission]) -> None:
    """Gives the rights of a new site, without the signals that the audit log records: nobody has acted yet."""
    links = Group.permissions.through.objects
    links.bulk_create(links.model(group=group, permission=permission) for permission in permissions)


def named(codenames: set[str]) -> list[Permission]:
    """Returns the permissions called `app.codename`; one whose model is gone is left out."""
    condition = Q(pk=None)
    for app_label, _dot, codename in (name.partition(".") for name in codenames):
        condition |= Q(content_type__app_label=app_label, codename=codename)
    return list(Permission.objects.filter(condition))
