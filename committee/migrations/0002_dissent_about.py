from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0001_version_2'),
    ]

    operations = [
        migrations.AddField(
            model_name='dissent',
            name='about',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='about the words'),
        ),
    ]
