from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inclusion', '0005_exceptional_closures'),
    ]

    operations = [
        migrations.AlterField(
            model_name='workshop',
            name='seats',
            field=models.CharField(blank=True, help_text='In words. Example: eight people, on registration', max_length=80, verbose_name='places'),
        ),
    ]
