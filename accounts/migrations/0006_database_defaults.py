"""Database defaults for new columns, so that the previous release can still insert rows in the new schema."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_provider_link'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='removes_texts',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='erased with the texts'),
        ),
    ]
