"""Check of `make check` that refuses migrations incompatible with the previous release."""

import pytest
from django.db import migrations, models

from scripts.migrations import TWO_STEPS, faults

CHANGELOG = "## Unreleased\n\n## 1.2.0\n"


def migration(name, *steps, **attributes):
    return type("Migration", (migrations.Migration,), {"operations": list(steps), **attributes})(name, "polls")


FIRST = migration(
    "0001_schema",
    migrations.CreateModel(
        "Ballot", [("id", models.BigAutoField(primary_key=True)), ("note", models.TextField(null=True))]
    ),
    migrations.AddField("Ballot", "title", models.CharField(max_length=20)),
)
BAD = {
    "column": migrations.AddField("Ballot", "voice", models.CharField(max_length=9, default="")),
    "key": migrations.AddField("Ballot", "other", models.ForeignKey("polls.Ballot", models.CASCADE)),
    "removed": migrations.RemoveField("Ballot", "title"),
    "renamed": migrations.RenameField("Ballot", "title", "name"),
    "shorter": migrations.AlterField("Ballot", "title", models.CharField(max_length=10)),
    "not_null": migrations.AlterField("Ballot", "note", models.TextField(default="", db_default="")),
    "other_column": migrations.AlterField("Ballot", "title", models.CharField(max_length=20, db_column="heading")),
    "table_removed": migrations.DeleteModel("Ballot"),
    "table_renamed": migrations.RenameModel("Ballot", "Vote"),
    "other_table": migrations.AlterModelTable("Ballot", "votes"),
    "sql": migrations.RunSQL("ALTER TABLE polls_ballot DROP COLUMN title"),
    "nested": migrations.SeparateDatabaseAndState([migrations.RunSQL("DROP TABLE polls_ballot")]),
}
GOOD = {
    "nullable": migrations.AddField("Ballot", "voice", models.CharField(max_length=9, null=True)),
    "default": migrations.AddField("Ballot", "voice", models.CharField(max_length=9, default="", db_default="")),
    "many": migrations.AddField("Ballot", "others", models.ManyToManyField("polls.Ballot")),
    "table": migrations.CreateModel("Vote", [("id", models.BigAutoField(primary_key=True))]),
    "longer": migrations.AlterField("Ballot", "title", models.CharField(max_length=30)),
    "index": migrations.RunSQL("CREATE INDEX of_titles ON polls_ballot (title)"),
    "out_of_the_code": migrations.SeparateDatabaseAndState([], [migrations.RemoveField("Ballot", "note")]),
}


def faults_with(*later):
    return faults([FIRST, *later], {"polls"}, CHANGELOG)


@pytest.mark.parametrize("name", BAD)
def test_migration_incompatible_with_the_previous_release_is_refused(name):
    (sentence,) = faults_with(migration("0002_bad", BAD[name]))
    assert sentence.startswith("polls.0002_bad: ")


@pytest.mark.parametrize("name", GOOD)
def test_compatible_migration_is_accepted(name):
    assert faults_with(migration("0002_good", GOOD[name])) == []


def test_default_added_by_a_later_migration_is_accepted():
    given = migrations.AlterField("Ballot", "voice", models.CharField(max_length=9, default="", db_default=""))
    assert faults_with(migration("0002_bad", BAD["column"]), migration("0003_mended", given)) == []


def test_column_unused_since_a_release_can_be_removed():
    out_of_the_code = migration("0002_state", GOOD["out_of_the_code"])
    gone = migrations.RunSQL("ALTER TABLE polls_ballot DROP COLUMN note")
    assert faults_with(out_of_the_code, migration("0003_gone", gone, unused_since="1.2.0")) == []
    (sentence,) = faults_with(out_of_the_code, migration("0003_gone", gone))
    assert sentence.endswith(f"{TWO_STEPS}.")


def test_unused_since_must_name_a_known_release():
    gone = migration("0002_gone", BAD["sql"], unused_since="9.0.0")
    assert faults_with(gone) == ["polls.0002_gone: `unused_since` names 9.0.0, no known release."]


def test_unused_since_does_not_excuse_a_column_without_default():
    assert len(faults_with(migration("0002_bad", BAD["column"], unused_since="1.2.0"))) == 1


def test_other_apps_and_squashed_migrations_are_not_checked():
    assert faults([FIRST, migration("0002_bad", BAD["removed"])], {"digests"}, CHANGELOG) == []
    assert faults_with(migration("0002_bad", BAD["removed"], replaces=[("polls", "0001_old")])) == []
