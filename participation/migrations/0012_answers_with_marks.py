from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('participation', '0011_corrected_details'),
    ]

    operations = [
        # Existing answers keep their look: the column is False for them.
        migrations.AddField(
            model_name='officialanswer',
            name='has_marks',
            field=models.BooleanField(db_default=False, default=True, editable=False, verbose_name='has marks'),
        ),
        migrations.AlterField(
            model_name='officialanswer',
            name='reasons',
            field=models.TextField(help_text='Say why, in short sentences. Residents, not specialists, read this. A line that begins with “- ” is an item of a list, **two stars** make words bold, and an address becomes a link: https://… or [words](https://…).', max_length=5000, verbose_name='reasons'),
        ),
        migrations.AlterField(
            model_name='officialanswer',
            name='service',
            field=models.ForeignKey(blank=True, help_text='A draft may wait for its signature. A published answer has one.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='participation.cityservice', verbose_name='service that signs'),
        ),
        migrations.AlterField(
            model_name='officialanswer',
            name='signed_as',
            field=models.CharField(blank=True, help_text='For example: head of the service. Do not write a name.', max_length=120, verbose_name='position of the person who signs'),
        ),
    ]
