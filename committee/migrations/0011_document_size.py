"""Stores the size of each members' document."""

from typing import Any

from django.db import migrations, models


def keep_sizes(apps: Any, schema_editor: Any) -> None:
    """Reads each size once; the size of a lost file stays empty."""
    for document in apps.get_model("committee", "MemberDocument").objects.all():
        try:
            document.size = document.file.size
        except OSError:
            continue
        document.save(update_fields=["size"])


class Migration(migrations.Migration):
    dependencies = [("committee", "0010_names_of_the_city")]

    operations = [
        migrations.AddField(
            model_name="memberdocument",
            name="size",
            field=models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(keep_sizes, migrations.RunPython.noop, elidable=True),
    ]
