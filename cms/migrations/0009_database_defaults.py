"""Database defaults for columns that the previous code does not set, so that it can insert rows in the new schema."""

import cms.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cms', '0008_places_to_fill_in'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accessibilitypage',
            name='tests_with_people',
            field=cms.fields.BodyField([], blank=True, db_default=[], default=list, help_text='When, with whom (how many, which devices, no names), and what was found. Empty: none took place.', verbose_name='tests with people'),
        ),
    ]
