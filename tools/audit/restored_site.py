"""Code that the restore drill runs through `manage.py shell`: before the backup, after it, and after the restore."""

# Before the backup: a signed-in user, a user to be erased, a suppressed address, three queued mails, and a session.
BEFORE = """
import datetime as dt
from django.core.mail import send_mail
from django.test import Client
from accounts.services.accounts import create_verified_user
from mailing.models import Suppression
from mailing.services import suppress
now = dt.datetime.now(dt.UTC)
stays = create_verified_user(email="stays@courriel.example", public_name="Odile T.", password="a long password")
create_verified_user(email="goes@courriel.example", public_name="Zoe Partie")
suppress(email="refuses@courriel.example", reason=Suppression.Reason.HARD_BOUNCE, now=now)
for number in range(3):
    send_mail("Bonjour", "Un texte", None, [f"waits{number}@courriel.example"])
Client(SERVER_NAME="localhost").force_login(stays)
"""
# After the backup: the mails are sent, and the user is erased.
SINCE = """
from accounts.models import User
from mailing.models import Message
Message.objects.filter(to_email__startswith="waits").update(state="sent")
User.objects.get(email="goes@courriel.example").delete()
"""
# Output lines: checked condition, a tab, "yes" or the value found instead.
AFTERWARDS = """
import datetime as dt
import re
from django.contrib.sessions.models import Session
from django.db import Error, transaction
from django.test import Client
from accounts.models import User
from cms.models import NewsPage
from committee.models import RegisterEntry
from committee.register.exports import export
from committee.verify_register import verify
from mailing import restored
from mailing.models import Message
from mailing.services import suppressed_among
from mailing.ticking import tick

def say(what, is_so, found=""):
    print(what, "yes" if is_so else f"no {found}", sep=chr(9))

now = dt.datetime.now(dt.UTC)
waiting = Message.objects.filter(to_email__startswith="waits")
say("mails that waited are held", [one.state for one in waiting] == ["restored"] * 3, list(waiting))
tick(now=now)
waiting = Message.objects.filter(to_email__startswith="waits")
say("a tick sends none of them", [one.state for one in waiting] == ["restored"] * 3, list(waiting))
held, planned = restored.restored_from(), Message.objects.filter(state__in=("pending", "claimed", "sending"))
say("what the tick plans is held too", held is not None and not planned.exists(), list(planned[:3]))
say("who was erased since is erased again", not User.objects.filter(email="goes@courriel.example").exists())
gone = Client(SERVER_NAME="localhost").get("/recherche/", {"q": "Zoe Partie"})
say("the search does not find who was erased", gone.status_code == 200 and "<mark>Zoe" not in gone.content.decode())
known = suppressed_among(["refuses@courriel.example", "stays@courriel.example"])
say("an address that refuses mail is known, with another SECRET_KEY", known == {"refuses@courriel.example"}, known)
say("nobody is signed in", not Session.objects.exists(), Session.objects.count())
client = Client(SERVER_NAME="localhost")
answer = client.post("/compte/connexion/", {"login": "stays@courriel.example", "password": "a long password"})
stays = User.objects.get(email="stays@courriel.example")
say("a password opens the account", client.session.get("_auth_user_id") == str(stays.pk), answer.status_code)
client = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.9")
answer = client.post("/compte/connexion/code/", {"email": stays.email})
mail = Message.objects.filter(to_email=stays.email, state="pending").order_by("-pk").first()
code = re.search(r"\\b(\\d{3})[ \\u00a0\\u202f]?(\\d{3})\\b", str(mail and mail.payload))
client.post(answer.url, {"code": "".join(code.groups()) if code else ""})
opened = client.session.get("_auth_user_id") == str(stays.pk)
say("a code that is asked for now leaves, and opens the account", bool(mail) and opened, mail and mail.state)
page = NewsPage.objects.live().public().order_by("pk").first()
found = Client(SERVER_NAME="localhost").get("/recherche/", {"q": page.title}).content.decode()
say("the search finds a page by its title", page.url in found, page.title)
wrong = [
    (path, status)
    for path in ("/", "/propositions/", "/actualites/", "/le-comite/decisions/", "/readyz", page.url)
    if (status := Client(SERVER_NAME="localhost").get(path).status_code) != 200
]
say("pages answer", not wrong, wrong)
verify(export())
say("the register is whole", RegisterEntry.objects.exists())
try:
    with transaction.atomic():
        RegisterEntry.objects.update(text="changed")
except Error:
    say("the database still refuses to change an entry of it", True)
else:
    say("the database still refuses to change an entry of it", False)
"""
# Row count and digest of each table, one table per line.
CONTENTS = """
import hashlib
from django.db import connection
from operations.services.databases import table_names
with connection.cursor() as cursor:
    for name in table_names():
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
        rows = sorted(repr(row) for row in cursor.fetchall())
        print(name, len(rows), hashlib.sha256(chr(10).join(rows).encode()).hexdigest())
"""
