"""Empties the index of models whose searched text changes; it is rebuilt after `migrate`.

Sessions are no longer indexed with their room, nor pages with text that is not shown to readers.
"""

from django.db import migrations

KINDS = ["committeepage", "sessionpage", "standardpage", "partnerbodypage", "place", "workshop", "indicator"]


def leave_the_index(apps, schema_editor):
    apps.get_model("modelsearch", "IndexEntry").objects.filter(content_type__model__in=KINDS).delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0022_search_words")]
    operations = [migrations.RunPython(leave_the_index, migrations.RunPython.noop, elidable=True)]
