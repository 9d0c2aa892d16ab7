"""Whoever proposed, commented or supported before follows from now on, as those who will."""

from django.db import migrations

BATCH = 1_000


def follow(apps, schema_editor):
    model = {name: apps.get_model("participation", name) for name in ("Discussion", "Comment", "Support", "Follow")}
    own = model["Discussion"].objects.filter(proposal__author__isnull=False).values_list("proposal__author", "pk")
    commented = model["Comment"].objects.filter(author__isnull=False).exclude(state="refuse").order_by()
    supported = model["Support"].objects.filter(proposal__discussion__isnull=False)
    for source, rows in (
        ("own", own),
        ("commented", commented.values_list("author", "discussion").distinct()),
        ("supported", supported.values_list("user", "proposal__discussion")),
    ):
        follows = [model["Follow"](user_id=user, discussion_id=discussion, source=source) for user, discussion in rows]
        # The stronger reason came first and stays.
        model["Follow"].objects.bulk_create(follows, batch_size=BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("participation", "0009_changes_mentions_and_follows")]
    operations = [migrations.RunPython(follow, migrations.RunPython.noop)]
