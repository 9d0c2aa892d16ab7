"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import common.communes
import django.core.validators
import django.db.models.deletion
import inclusion.models.fields
import inclusion.models.places
import modelsearch.index
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("inclusion", "0001_places"),
        ("inclusion", "0002_learning"),
        ("inclusion", "0003_workshop_place"),
        ("inclusion", "0004_names_of_the_city"),
        ("inclusion", "0005_exceptional_closures"),
        ("inclusion", "0006_places_of_workshops"),
    ]

    initial = True

    dependencies = [
        ('committee', '0001_version_2'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(default=inclusion.models.places.new_identifier, editable=False, max_length=150, unique=True, verbose_name='identifier')),
                ('pivot', models.CharField(blank=True, max_length=14, validators=[django.core.validators.RegexValidator('^(\\d{14}|W[0-9A-Z]{9})\\Z', 'Write the 14 figures of the SIRET, or the RNA.')], verbose_name='SIRET or RNA number')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('commune', models.CharField(max_length=100, verbose_name='commune')),
                ('postal_code', models.CharField(max_length=5, validators=[django.core.validators.RegexValidator('^\\d{5}\\Z', 'Write five figures.')], verbose_name='postal code')),
                ('insee_code', models.CharField(blank=True, db_index=True, help_text='It is by this code that a place is found in its commune.', max_length=5, validators=[django.core.validators.RegexValidator('^(\\d{2}|2[AB])\\d{3}\\Z', 'Write the five signs of the INSEE code.')], verbose_name='INSEE code of the commune')),
                ('address', models.CharField(blank=True, max_length=250, verbose_name='street and number')),
                ('address_extra', models.CharField(blank=True, max_length=250, verbose_name='more about the address')),
                ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                ('kinds', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='kinds of body')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone of the counter')),
                ('emails', inclusion.models.fields.PipedField(blank=True, default=tuple, help_text='One on each line. Nobody’s own address.', verbose_name='e-mail addresses of the counter')),
                ('websites', inclusion.models.fields.PipedField(blank=True, default=tuple, help_text='One on each line.', verbose_name='web sites')),
                ('hours', models.CharField(blank=True, help_text='As OpenStreetMap writes them. Example: Mo-Fr 09:00-12:00,14:00-17:00; Sa 09:00-12:00', max_length=500, verbose_name='opening hours')),
                ('closed_from', models.DateField(blank=True, null=True, verbose_name='closed from')),
                ('closed_until', models.DateField(blank=True, help_text='The last day. Leave it empty for a single day.', null=True, verbose_name='closed until')),
                ('closed_because', models.CharField(blank=True, db_default='', default='', help_text='Example: works in the room.', max_length=200, verbose_name='why it is closed')),
                ('summary', models.TextField(blank=True, max_length=500, verbose_name='in short')),
                ('details', models.TextField(blank=True, max_length=4000, verbose_name='more to know')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('itinerancy', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='fixed or moving')),
                ('parent_body', models.CharField(blank=True, max_length=200, verbose_name='parent body')),
                ('updated_on', models.DateField(blank=True, null=True, verbose_name='last change at the source')),
                ('services', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='what one is helped with')),
                ('audiences', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='for whom above all')),
                ('special_care', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='special care')),
                ('fees', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='fees')),
                ('programmes', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='national programmes')),
                ('training_labels', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='trainings and labels')),
                ('other_labels', inclusion.models.fields.PipedField(blank=True, default=tuple, help_text='One on each line.', verbose_name='other trainings and labels')),
                ('access_modes', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='how to come')),
                ('help_modes', inclusion.models.fields.PipedField(blank=True, default=tuple, verbose_name='how one is helped')),
                ('accessibility_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='page of Acceslibre')),
                ('booking_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='address to book an appointment')),
                ('listed_in', models.CharField(blank=True, db_index=True, editable=False, max_length=40, verbose_name='list')),
                ('row_hash', models.CharField(blank=True, editable=False, max_length=64, verbose_name='hash of the row')),
                ('left_on', models.DateField(editable=False, null=True, verbose_name='left the list on')),
                ('checked_on', models.DateField(editable=False, null=True, verbose_name='confirmed on')),
                ('published_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='published on')),
                ('is_invented', models.BooleanField(default=False, editable=False, verbose_name='invented for the demonstration')),
                ('checked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
            ],
            options={
                'verbose_name': 'place of help',
                'verbose_name_plural': 'places of help',
                'ordering': ['commune', 'name', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__isnull', False), ('longitude__isnull', False)), _connector='OR'), name='inclusion_place_both_coordinates', violation_error_message='Write both the latitude and the longitude, or neither.'), models.CheckConstraint(condition=models.Q(('closed_until', None), models.Q(('closed_from__isnull', False), ('closed_until__gte', models.F('closed_from'))), _connector='OR'), name='inclusion_place_closed_in_order', violation_error_message='The last day of the closure is its first day or a later one.')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='PlaceReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='key')),
                ('text', models.TextField(max_length=1000, verbose_name='what is wrong')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='sent on')),
                ('state', models.CharField(choices=[('waiting', 'To be looked at'), ('corrected', 'Corrected'), ('right', 'Nothing to correct')], db_index=True, default='waiting', max_length=10, verbose_name='state')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='answered on')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='inclusion.place', verbose_name='place of help')),
            ],
            options={
                'verbose_name': 'report of a reader',
                'verbose_name_plural': 'reports of readers',
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='inclusion_placereport_answered')],
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('learns', models.TextField(help_text='In one or two short sentences.', max_length=600, verbose_name='what one learns')),
                ('need', models.CharField(choices=[('demarches', 'Do paperwork online'), ('apprendre', 'Learn to use a computer or a phone'), ('materiel', 'Use a computer and the internet'), ('equipement', 'Get a computer at a low price'), ('emploi', 'Look for work'), ('securite', 'Protect myself from scams'), ('enfants', 'Help my children with the screen'), ('creer', 'Create, understand, try things out')], max_length=12, verbose_name='need')),
                ('published_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='published on')),
                ('level', models.CharField(choices=[('debut', 'I am starting'), ('moyen', 'I manage a little'), ('aise', 'I am at ease')], default='debut', max_length=8, verbose_name='level')),
                ('form', models.CharField(choices=[('cours', 'Course with exercises'), ('video', 'Video'), ('texte', 'Page to read'), ('fiche', 'Sheet to print'), ('outil', 'Tool to practise with')], default='cours', max_length=8, verbose_name='form')),
                ('language', models.CharField(choices=[('fr', 'French'), ('facile', 'French that is easy to read'), ('de', 'German'), ('en', 'English'), ('tr', 'Turkish'), ('ar', 'Arabic')], default='fr', max_length=8, verbose_name='language')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, help_text='How long it takes.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes')),
                ('audience', models.CharField(blank=True, help_text='Example: people who read little. Empty: everyone.', max_length=120, verbose_name='for whom')),
                ('maker', models.CharField(help_text='Example: Pix', max_length=120, verbose_name='who made it')),
                ('licence', models.CharField(blank=True, help_text='Example: Licence Ouverte 2.0. Empty: not known.', max_length=80, verbose_name='licence')),
                ('url', models.URLField(max_length=500, validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='web address')),
                ('topic', models.ForeignKey(blank=True, help_text='Empty: digital inclusion.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'resource to learn with',
                'verbose_name_plural': 'resources to learn with',
                'ordering': ['title', 'pk'],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='Workshop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('learns', models.TextField(help_text='In one or two short sentences.', max_length=600, verbose_name='what one learns')),
                ('need', models.CharField(choices=[('demarches', 'Do paperwork online'), ('apprendre', 'Learn to use a computer or a phone'), ('materiel', 'Use a computer and the internet'), ('equipement', 'Get a computer at a low price'), ('emploi', 'Look for work'), ('securite', 'Protect myself from scams'), ('enfants', 'Help my children with the screen'), ('creer', 'Create, understand, try things out')], max_length=12, verbose_name='need')),
                ('published_at', models.DateTimeField(db_index=True, editable=False, null=True, verbose_name='published on')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('starts_at', models.DateTimeField(db_index=True, verbose_name='starts at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('where', models.CharField(blank=True, help_text='Name and address. Example: Médiathèque, 1 rue des Tanneurs. Empty: those of the place.', max_length=200, verbose_name='where')),
                ('commune', models.CharField(blank=True, choices=common.communes.commune_choices, help_text='Empty: that of the place.', max_length=5, verbose_name='commune')),
                ('how_to_come', models.CharField(help_text='Example: Without an appointment. Or: call 03 88 00 00 00.', max_length=200, verbose_name='how to come')),
                ('price', models.CharField(blank=True, help_text='Empty: it is free.', max_length=80, verbose_name='price')),
                ('seats', models.CharField(blank=True, help_text='In words. Example: eight people, on registration', max_length=80, verbose_name='places')),
                ('cancelled_because', models.CharField(blank=True, help_text='Only for a workshop that does not take place. Everyone reads it.', max_length=200, verbose_name='cancelled: why')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed at')),
                ('place', models.ForeignKey(blank=True, help_text='Its page then shows this workshop. Empty: it takes place elsewhere.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='workshops', to='inclusion.place', verbose_name='place of help')),
                ('topic', models.ForeignKey(blank=True, help_text='Empty: digital inclusion.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='committee.topicpage', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'workshop',
                'verbose_name_plural': 'workshops',
                'ordering': ['-starts_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='inclusion_workshop_ends_after', violation_error_message='A workshop ends after its beginning.')],
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
    ]
