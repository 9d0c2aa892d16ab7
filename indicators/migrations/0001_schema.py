import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('indicators', '0001_initial'),
        ('indicators', '0002_for_animation'),
    ]

    initial = True

    dependencies = [
        ('accounts', '0001_schema'),
    ]

    operations = [
        migrations.CreateModel(
            name='Restitution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('introduction', models.TextField(blank=True, help_text="What this year changed, in the committee's words.", max_length=1200, verbose_name='introduction')),
                ('figures', models.JSONField(default=list, editable=False)),
                ('built_at', models.DateTimeField(editable=False, null=True, verbose_name='built at')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
            ],
            options={
                'verbose_name': 'restitution',
                'verbose_name_plural': 'restitutions',
                'ordering': ['-year'],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True, validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(verbose_name='last day')),
            ],
            options={
                'verbose_name': 'survey of who takes part',
                'verbose_name_plural': 'surveys of who takes part',
                'ordering': ['-year'],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='indicators_survey_closes_after_opening')],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswered',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answered', to='indicators.survey')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'answer to a survey of who takes part',
                'verbose_name_plural': 'answers to surveys of who takes part',
                'constraints': [models.UniqueConstraint(fields=('survey', 'user'), name='indicators_survey_answered_once')],
            },
        ),
        migrations.CreateModel(
            name='SurveyTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(choices=[('membres', 'Members of the committee'), ('participants', 'People who take part')], max_length=12)),
                ('question', models.CharField(max_length=12)),
                ('counts', models.JSONField(default=dict)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='indicators.survey')),
            ],
            options={
                'verbose_name': 'tally of who takes part',
                'verbose_name_plural': 'tallies of who takes part',
                'constraints': [models.UniqueConstraint(fields=('survey', 'who', 'question'), name='indicators_tally_one_per_question')],
            },
        ),
    ]
