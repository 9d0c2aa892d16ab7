"""Adds votes and dissents to decisions, and extends the guard of the register to these fields."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from committee.migrations import _register_guard as former
from committee.migrations import _register_guard_votes as guard_of_register


def unguard_former(apps: Any, schema_editor: Any) -> None:
    for statement in former.unguard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def guard_former(apps: Any, schema_editor: Any) -> None:
    for statement in former.guard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def guard(apps: Any, schema_editor: Any) -> None:
    for statement in guard_of_register.guard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unguard(apps: Any, schema_editor: Any) -> None:
    for statement in guard_of_register.unguard(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):

    dependencies = [
        ('committee', '0015_correction_applied_at'),
    ]

    operations = [
        migrations.RunPython(unguard_former, guard_former),
        migrations.CreateModel(
            name='Dissent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_by_name', models.BooleanField(default=False, verbose_name='by name')),
                ('text', models.CharField(blank=True, max_length=600, verbose_name='dissent')),
                ('written_at', models.DateTimeField(verbose_name='written at')),
            ],
            options={
                'verbose_name': 'dissent',
                'verbose_name_plural': 'dissents',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='minutesdecision',
            name='abstentions',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstained'),
        ),
        migrations.AddField(
            model_name='minutesdecision',
            name='majority',
            field=models.CharField(blank=True, choices=[('simple', 'more than half of those present'), ('deux-tiers', 'two thirds of those present, to change the rules of the committee')], db_default='', default='', max_length=10, verbose_name='majority that it needs'),
        ),
        migrations.AddField(
            model_name='minutesdecision',
            name='manner',
            field=models.CharField(blank=True, choices=[('accord', 'By agreement'), ('main-levee', 'By show of hands'), ('bulletin', 'By ballot')], db_default='', default='', max_length=10, verbose_name='how it was taken'),
        ),
        migrations.AddField(
            model_name='minutesdecision',
            name='votes_against',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='against'),
        ),
        migrations.AddField(
            model_name='minutesdecision',
            name='votes_for',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='for'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='abstentions',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstained'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='dissents',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='dissents'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='majority',
            field=models.CharField(blank=True, choices=[('simple', 'more than half of those present'), ('deux-tiers', 'two thirds of those present, to change the rules of the committee')], db_default='', default='', max_length=10, verbose_name='majority that it needs'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='manner',
            field=models.CharField(blank=True, choices=[('accord', 'By agreement'), ('main-levee', 'By show of hands'), ('bulletin', 'By ballot')], db_default='', default='', max_length=10, verbose_name='how it was taken'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='votes_against',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='against'),
        ),
        migrations.AddField(
            model_name='registerentry',
            name='votes_for',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='for'),
        ),
        migrations.AddField(
            model_name='sessiondecision',
            name='abstentions',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='abstained'),
        ),
        migrations.AddField(
            model_name='sessiondecision',
            name='majority',
            field=models.CharField(blank=True, choices=[('simple', 'more than half of those present'), ('deux-tiers', 'two thirds of those present, to change the rules of the committee')], db_default='', default='', max_length=10, verbose_name='majority that it needs'),
        ),
        migrations.AddField(
            model_name='sessiondecision',
            name='manner',
            field=models.CharField(blank=True, choices=[('accord', 'By agreement'), ('main-levee', 'By show of hands'), ('bulletin', 'By ballot')], db_default='', default='', max_length=10, verbose_name='how it was taken'),
        ),
        migrations.AddField(
            model_name='sessiondecision',
            name='votes_against',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='against'),
        ),
        migrations.AddField(
            model_name='sessiondecision',
            name='votes_for',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='for'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('manner__in', ['main-levee', 'bulletin']), _negated=True), ('votes_for__isnull', True), ('votes_against__isnull', True), ('abstentions__isnull', True), ('majority', '')), models.Q(('manner__in', ['main-levee', 'bulletin']), ('votes_for__isnull', False), ('votes_against__isnull', False), ('abstentions__isnull', False), models.Q(('majority', ''), _negated=True)), _connector='OR'), name='committee_register_vote_is_whole'),
        ),
        migrations.AddField(
            model_name='dissent',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dissents', to='committee.minutesdecision'),
        ),
        migrations.AddField(
            model_name='dissent',
            name='entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committee.registerentry'),
        ),
        migrations.AddField(
            model_name='dissent',
            name='member',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='dissents', to='committee.member', verbose_name='member'),
        ),
        migrations.AddConstraint(
            model_name='dissent',
            constraint=models.UniqueConstraint(fields=('decision', 'member'), name='committee_one_dissent_of_a_member'),
        ),
        migrations.RunPython(guard, unguard),
    ]
