"""Gives French names to Wagtail's root objects, which are shown in lists and choosers."""

from django.db import migrations

ENGLISH, FRENCH = "Root", "Racine"


def rename(before, after):
    def run(apps, schema_editor):
        pages = apps.get_model("wagtailcore", "Page").objects.filter(depth=1, title=before)
        pages.update(title=after, draft_title=after)
        apps.get_model("wagtailcore", "Collection").objects.filter(depth=1, name=before).update(name=after)

    return run


class Migration(migrations.Migration):
    dependencies = [("home", "0004_index_of_places")]

    operations = [migrations.RunPython(rename(ENGLISH, FRENCH), rename(FRENCH, ENGLISH))]
