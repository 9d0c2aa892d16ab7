"""Tables of version 2.0.0, in place of the migrations of 1.1.0 (docs/releases.md)."""

import accounts.models.accounts
import accounts.models.names
import common.communes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("accounts", "0001_schema"),
        ("accounts", "0002_own_account"),
        ("accounts", "0003_identity_codes"),
        ("accounts", "0004_inactivity_warnings"),
        ("accounts", "0005_provider_link"),
        ("accounts", "0006_database_defaults"),
        ("accounts", "0007_names_of_the_city"),
        ("accounts", "0008_less_of_sessions"),
        ("accounts", "0009_names_allowed"),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('mailing', '0001_version_2'),
    ]

    operations = [
        migrations.CreateModel(
            name='ErasedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_hash', models.CharField(max_length=64, unique=True, verbose_name='hash of the account')),
                ('removes_texts', models.BooleanField(default=False, verbose_name='with the texts')),
                ('erased_at', models.DateTimeField(verbose_name='erased at')),
            ],
            options={
                'verbose_name': 'erased account',
                'verbose_name_plural': 'erased accounts',
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('public_name', models.CharField(help_text='For example: Odile M.', max_length=60, validators=[accounts.models.names.validate_written_name], verbose_name='name shown to others')),
                ('public_name_allowed', models.BooleanField(db_default=False, default=False, help_text='For a person whose name is read as an office, or as the name of somebody of the team.', verbose_name='name allowed by the team')),
                ('commune', models.CharField(blank=True, choices=common.communes.commune_choices, max_length=5, verbose_name='commune')),
                ('deletion_due_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='to be erased at')),
                ('removes_texts', models.BooleanField(db_default=False, default=False, editable=False, verbose_name='erased with the texts')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
            },
            managers=[
                ('objects', accounts.models.accounts.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='AccountCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('email', 'Change the e-mail address'), ('export', 'Receive my data'), ('deletion', 'Delete my account'), ('identity', 'Confirm that it is you')], max_length=8, verbose_name='action')),
                ('email', models.EmailField(max_length=254, verbose_name='sent to')),
                ('code_hash', models.CharField(blank=True, max_length=64, verbose_name='hash of the code')),
                ('choices', models.JSONField(blank=True, default=dict, verbose_name='choices')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'code of an account',
                'verbose_name_plural': 'codes of accounts',
                'constraints': [models.UniqueConstraint(fields=('user', 'action'), name='accounts_code_one_for_each_action')],
            },
        ),
        migrations.CreateModel(
            name='DataExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('ready_at', models.DateTimeField(blank=True, null=True, verbose_name='ready at')),
                ('archive', models.BinaryField(blank=True, null=True, verbose_name='file')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='data_export', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'copy of personal data',
                'verbose_name_plural': 'copies of personal data',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('archive', None), ('ready_at', None)), models.Q(('archive__isnull', False), ('ready_at__isnull', False)), _connector='OR'), name='accounts_export_ready_has_a_file')],
            },
        ),
        migrations.CreateModel(
            name='InactivityWarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mailing.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inactivity_warnings', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'warning before an erasure',
                'verbose_name_plural': 'warnings before an erasure',
                'constraints': [models.UniqueConstraint(fields=('user', 'number'), name='accounts_inactivity_warned_once')],
            },
        ),
        migrations.CreateModel(
            name='ProviderLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=200, verbose_name='provider')),
                ('subject', models.CharField(max_length=255, verbose_name='number at the provider')),
                ('linked_at', models.DateTimeField(verbose_name='linked at')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='provider_links', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'link to a provider of identities',
                'verbose_name_plural': 'links to providers of identities',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='accounts_link_one_account_for_an_identity'), models.UniqueConstraint(fields=('user', 'issuer'), name='accounts_link_one_identity_for_an_account')],
            },
        ),
    ]
