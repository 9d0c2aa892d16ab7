"""Task model of second readings. Wagtail's default workflow for the whole site was never in use: it stays inactive."""

import django.db.models.deletion
from django.db import migrations, models


def switch_off_what_wagtail_made(apps, schema_editor):
    for name in ("Workflow", "Task"):
        apps.get_model("wagtailcore", name).objects.update(active=False)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("cms", "0004_missing_addresses"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondReadingTask",
            fields=[
                (
                    "task_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.task",
                    ),
                ),
                ("groups", models.ManyToManyField(to="auth.group", verbose_name="second readers")),
            ],
            options={"verbose_name": "second reading", "verbose_name_plural": "second readings"},
            bases=("wagtailcore.task",),
        ),
        migrations.RunPython(switch_off_what_wagtail_made, migrations.RunPython.noop),
    ]
