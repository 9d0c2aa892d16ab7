from django.db import migrations, models


def check_again(apps, schema_editor):
    """Deletes the checks, so that the tick measures all published pages again, in batches, for placeholders."""
    apps.get_model("cms", "PageCheck").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0007_cited_addresses")]

    operations = [
        migrations.AddField(
            model_name="pagecheck",
            name="placeholders",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="places to fill in"),
        ),
        migrations.RunPython(check_again, migrations.RunPython.noop),
    ]
