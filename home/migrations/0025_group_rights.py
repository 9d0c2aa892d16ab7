"""Stores the rights that the groups got from the migrations before: later ones come from `home.services.group_rights`."""

from typing import Any

from django.db import migrations, models

EDITORS, OFFICE, MODERATORS = "Rédaction", "Secrétariat", "Modération"
SERVICES, DESK, TEAM = "Services", "Accueil", "Animation"

# As given by 0002 to 0017.
GIVEN = [
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


def store(apps: Any, schema_editor: Any) -> None:
    rights: dict[str, set[str]] = {}
    for model, verbs, groups in GIVEN:
        app_label, _dot, name = model.partition(".")
        for group in groups:
            rights.setdefault(group, set()).update(
                f"{app_label}.{verb if '_' in verb else f'{verb}_{name}'}" for verb in verbs.split()
            )
    apps.get_model("home", "AppliedRights").objects.create(
        rights={group: sorted(codenames) for group, codenames in sorted(rights.items())}
    )


class Migration(migrations.Migration):
    dependencies = [("home", "0024_empty_searches")]

    operations = [
        migrations.CreateModel(
            name="AppliedRights",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rights", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "applied rights of the groups",
                "verbose_name_plural": "applied rights of the groups",
                "default_permissions": (),
            },
        ),
        migrations.RunPython(store, migrations.RunPython.noop),
    ]
