from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_version_2'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='browser_nonce',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=16),
        ),
    ]
