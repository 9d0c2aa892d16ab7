"""Stores all lines of deliveries: rows of `Delivery.items` that differ only in their primary key are merged."""

from django.db import migrations


def pack(apps, schema_editor):
    delivery = apps.get_model("digests", "Delivery")
    for one in delivery.objects.exclude(items=[]).only("items").iterator():
        one.items = [[section, source, why, "", [key]] for section, source, key, why in one.items]
        one.save(update_fields=["items"])


def unpack(apps, schema_editor):
    delivery = apps.get_model("digests", "Delivery")
    for one in delivery.objects.exclude(items=[]).only("items").iterator():
        one.items = [[section, source, key, why] for section, source, why, _since, keys in one.items for key in keys]
        one.save(update_fields=["items"])


class Migration(migrations.Migration):
    dependencies = [("digests", "0001_schema")]
    operations = [
        migrations.RunPython(pack, unpack),
        migrations.RemoveField(model_name="delivery", name="more"),
    ]
