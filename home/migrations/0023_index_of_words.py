"""Empties the index of what is searched by other words from now on; it is made again after `migrate`.

Sessions no longer have their room there, pages no text that readers do not see.
"""

from django.db import migrations

KINDS = ["committeepage", "sessionpage", "standardpage", "partnerbodypage", "place", "workshop", "indicator"]


def leave_the_index(apps, schema_editor):
    apps.get_model("modelsearch", "IndexEntry").objects.filter(content_type__model__in=KINDS).delete()


class Migration(migrations.Migration):
    dependencies = [("home", "0022_search_words")]
    operations = [migrations.RunPython(leave_the_index, migrations.RunPython.noop, elidable=True)]
