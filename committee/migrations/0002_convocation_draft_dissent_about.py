import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0001_version_2'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='dissent',
            name='about',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='about the words'),
        ),
        migrations.CreateModel(
            name='ConvocationDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('words', models.TextField(blank=True, verbose_name='message')),
                ('online_link', models.URLField(blank=True, verbose_name='link to take part from afar')),
                ('only_arrived', models.BooleanField(default=False, verbose_name='only for those who arrived since')),
                ('shown', models.CharField(editable=False, max_length=64)),
                ('send_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='to be sent at')),
                ('problem', models.CharField(blank=True, max_length=200, verbose_name='problem')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent by')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='convocation_draft', to='committee.sessionpage', verbose_name='session')),
            ],
            options={
                'verbose_name': 'convocation that has not left',
                'verbose_name_plural': 'convocations that have not left',
                'ordering': ['send_at', 'pk'],
            },
        ),
    ]
