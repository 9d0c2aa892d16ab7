"""Reduces open sessions to network and device name, as new sessions are stored (`accounts.services.sessions`)."""

import re
from ipaddress import ip_address, ip_network

from django.db import migrations

BROWSERS = {"Edg": "Edge", "OPR|Opera": "Opera", "Firefox": "Firefox", "Chrom": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac": "Mac",
    "CrOS|ChromeOS": "ChromeOS",
    "Linux": "Linux",
}


def keep_less(apps, schema_editor):
    sessions = apps.get_model("usersessions", "UserSession")
    for session in sessions.objects.all():
        session.ip = _network(session.ip)
        session.user_agent = _device(session.user_agent)
        session.save(update_fields=["ip", "user_agent"])


def _network(ip):
    address = ip_address(ip)
    address = getattr(address, "ipv4_mapped", None) or address
    network = ip_network((address, 24 if address.version == 4 else 48), strict=False)
    return str(network.network_address)


def _device(user_agent):
    names = (
        next((name for sign, name in known.items() if re.search(sign, user_agent)), "") for known in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, names))


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0007_names_of_the_city"),
        ("usersessions", "0001_initial"),
    ]

    operations = [migrations.RunPython(keep_less, migrations.RunPython.noop)]
