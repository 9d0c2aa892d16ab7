"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("common", "0001_initial"),
        ("common", "0002_retention_runs"),
        ("common", "0003_turns"),
        ("common", "0004_undeleted_files"),
    ]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Count',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='hash')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='count')),
                ('ends_at', models.DateTimeField(db_index=True, verbose_name='ends at')),
            ],
            options={
                'verbose_name': 'count of a limit',
                'verbose_name_plural': 'counts of limits',
            },
        ),
        migrations.CreateModel(
            name='RetentionRun',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name='name')),
                ('ran_at', models.DateTimeField(null=True, verbose_name='last run')),
                ('erased_at', models.DateTimeField(null=True, verbose_name='last erasure')),
                ('erased', models.PositiveIntegerField(default=0, verbose_name='erased')),
                ('failed_at', models.DateTimeField(null=True, verbose_name='failed at')),
            ],
            options={
                'verbose_name': 'run of an erasure',
                'verbose_name_plural': 'runs of erasures',
            },
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('key', models.CharField(max_length=300, primary_key=True, serialize=False, verbose_name='what')),
                ('free_at', models.DateTimeField(db_index=True, verbose_name='free at')),
            ],
            options={
                'verbose_name': 'turn',
                'verbose_name_plural': 'turns',
            },
        ),
        migrations.CreateModel(
            name='UndeletedFile',
            fields=[
                ('name', models.CharField(max_length=1024, primary_key=True, serialize=False, verbose_name='name')),
                ('since', models.DateTimeField(db_index=True, verbose_name='since')),
            ],
            options={
                'verbose_name': 'file to delete',
                'verbose_name_plural': 'files to delete',
                'default_permissions': (),
            },
        ),
    ]
