import accounts.models.accounts
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_user_commune'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
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
                ('public_name', models.CharField(help_text='For example: Odile M.', max_length=60, validators=[accounts.models.accounts.validate_public_name], verbose_name='name shown to others')),
                ('commune', models.CharField(blank=True, choices=[('67001', 'Achenheim'), ('67043', 'Bischheim'), ('67049', 'Blaesheim'), ('67065', 'Breuschwickersheim'), ('67118', 'Eckbolsheim'), ('67119', 'Eckwersheim'), ('67124', 'Entzheim'), ('67131', 'Eschau'), ('67137', 'Fegersheim'), ('67152', 'Geispolsheim'), ('67182', 'Hangenbieten'), ('67204', 'Hœnheim'), ('67212', 'Holtzheim'), ('67218', 'Illkirch-Graffenstaden'), ('67247', 'Kolbsheim'), ('67256', 'Lampertheim'), ('67267', 'Lingolsheim'), ('67268', 'Lipsheim'), ('67296', 'Mittelhausbergen'), ('67309', 'Mundolsheim'), ('67326', 'Niederhausbergen'), ('67343', 'Oberhausbergen'), ('67350', 'Oberschaeffolsheim'), ('67363', 'Osthoffen'), ('67365', 'Ostwald'), ('67378', 'Plobsheim'), ('67389', 'Reichstett'), ('67447', 'Schiltigheim'), ('67471', 'Souffelweyersheim'), ('67482', 'Strasbourg'), ('67506', 'Vendenheim'), ('67519', 'La Wantzenau'), ('67551', 'Wolfisheim')], max_length=5, verbose_name='commune')),
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
    ]
