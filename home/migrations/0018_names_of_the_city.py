"""Replaces the name of the city in the first pages and the configuration of a new site (docs/another-city.md)."""

from typing import Any

from django.db import migrations

from common.city import CITY

# Text written by 0002, and the default of the institution at that time.
IN_CITY = "à Strasbourg"
INSTITUTION = "Ville et Eurométropole de Strasbourg"


def name_the_city(apps: Any, schema_editor: Any) -> None:
    """Replaces the name written by 0002, on a site for another city; edited texts do not contain it and are kept."""
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
