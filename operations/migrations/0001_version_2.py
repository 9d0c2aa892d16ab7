"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("operations", "0001_faults"),
        ("operations", "0002_media_mark"),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(max_length=120, verbose_name='kind')),
                ('place', models.CharField(max_length=200, verbose_name='place')),
                ('asked', models.CharField(blank=True, max_length=120, verbose_name='asked by')),
                ('request_id', models.CharField(blank=True, max_length=64, verbose_name='number in the log')),
                ('first_at', models.DateTimeField(verbose_name='first time')),
                ('last_at', models.DateTimeField(db_index=True, verbose_name='last time')),
                ('count', models.PositiveIntegerField(verbose_name='times')),
                ('told_count', models.PositiveIntegerField(default=0)),
                ('told_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'error of the site',
                'verbose_name_plural': 'errors of the site',
                'ordering': ['-last_at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='MediaMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, verbose_name='mark')),
            ],
            options={
                'verbose_name': 'mark of the files',
                'verbose_name_plural': 'marks of the files',
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='operations_mediamark_is_one_row')],
            },
        ),
    ]
