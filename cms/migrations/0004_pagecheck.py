import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0003_declaration_and_related"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]
    operations = [
        migrations.CreateModel(
            name="PageCheck",
            fields=[
                (
                    "page",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="check_row",
                        serialize=False,
                        to="wagtailcore.page",
                        verbose_name="page",
                    ),
                ),
                ("lix", models.PositiveSmallIntegerField(verbose_name="LIX")),
                ("longest_sentence", models.PositiveSmallIntegerField(verbose_name="words of the longest sentence")),
                ("pictures_without_text", models.PositiveSmallIntegerField(verbose_name="pictures without text")),
                ("checked_at", models.DateTimeField(verbose_name="checked at")),
            ],
            options={"verbose_name": "check of a page", "verbose_name_plural": "checks of pages"},
        ),
    ]
