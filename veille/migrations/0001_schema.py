import cms.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('veille', '0001_initial'),
        ('veille', '0002_year_bounds_and_help'),
        ('veille', '0003_effects_and_language'),
        ('veille', '0004_discussion_open'),
    ]

    initial = True

    dependencies = [
        ('committee', '0001_schema'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address')),
            ],
            options={
                'verbose_name': 'theme',
                'verbose_name_plural': 'themes',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='VeilleIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
            ],
            options={
                'verbose_name': 'inspiring watch',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='VeilleEntryPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='wagtailcore.page')),
                ('discussion_open', models.BooleanField(default=False, help_text='Readers may write comments under the page. Without the tick, those already there stay readable.', verbose_name='discussion open')),
                ('introduction', models.TextField(blank=True, help_text='One or two short sentences. They are shown under the title, in lists, in feeds and in e-mails.', max_length=400, verbose_name='introduction')),
                ('place', models.CharField(help_text='Example: Barcelona (Spain)', max_length=80, verbose_name='place')),
                ('year', models.PositiveSmallIntegerField(help_text='The year in which it started. Example: 2019', validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2100)], verbose_name='year')),
                ('source_url', models.URLField(verbose_name='source address')),
                ('source_title', models.CharField(blank=True, help_text='The words of the link. Example: The city of Ghent opens its data (in English)', max_length=200, verbose_name='title of the source')),
                ('source_language', models.CharField(choices=[('fr', 'in French'), ('en', 'in English'), ('de', 'in German'), ('es', 'in Spanish'), ('it', 'in Italian'), ('nl', 'in Dutch')], default='fr', max_length=2, verbose_name='language of the source')),
                ('source_seen_on', models.DateField(blank=True, null=True, verbose_name='source seen on')),
                ('body', cms.fields.BodyField([], blank=True, verbose_name='what was done')),
                ('effects', cms.fields.BodyField([], blank=True, help_text='What became better, with numbers and where they come from.', verbose_name='what it changes')),
                ('lesson', models.TextField(help_text="The committee's own view, in a few sentences.", max_length=1500, verbose_name='what we can learn from it')),
                ('limits', models.TextField(blank=True, max_length=800, verbose_name='limits')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='veille.theme', verbose_name='theme')),
                ('topic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='veille_entries', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'watch entry',
                'verbose_name_plural': 'watch entries',
            },
            bases=('wagtailcore.page', models.Model),
        ),
    ]
