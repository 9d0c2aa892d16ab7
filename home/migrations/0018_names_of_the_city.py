"""The first pages and the configuration of a new site name its own city (docs/another-city.md)."""

from typing import Any

from django.db import migrations

from common.city import CITY

# What 0002 wrote, and the default of the institution then.
IN_CITY = "à Strasbourg"
INSTITUTION = "Ville et Eurométropole de Strasbourg"


def name_the_city(apps: Any, schema_editor: Any) -> None:
    """Replaces the name that 0002 wrote, on a site for another city; what an editor wrote since has no such words."""
    if CITY.in_city == IN_CITY:
        return
    for app_label, model, fields in (
        ("home", "HomePage", ("title", "draft_title", "introduction")),
        ("participation", "ProposalIndexPage", ("introduction",)),
    ):
        for page in apps.get_model(app_label, model).objects.all():
            for field in fields:
                setattr(page, field, getattr(page, field).replace(IN_CITY, CITY.in_city))
            page.save(update_fields=fields)
    configurations = apps.get_model("cms", "SiteConfiguration").objects
    configurations.filter(institution=INSTITUTION).update(institution=CITY.institution)


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0017_coding_rights"),
        ("participation", "0008_longer_imports"),
    ]

    operations = [migrations.RunPython(name_the_city, migrations.RunPython.noop, elidable=True)]
