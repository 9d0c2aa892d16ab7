"""Adds a postal address and telephone of a member, for the secretariat only."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("committee", "0019_office_rights"),
    ]

    operations = [
        migrations.AddField(
            model_name='member',
            name='private_address',
            field=models.TextField(blank=True, db_default='', default='', help_text='Printed on what is posted, under the name.', max_length=300, verbose_name='postal address'),
        ),
        migrations.AddField(
            model_name='member',
            name='private_phone',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='telephone for the secretariat'),
        ),
    ]
