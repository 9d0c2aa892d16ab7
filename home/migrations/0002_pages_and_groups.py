"""Creates the pages of a new site, the groups of its team with their permissions, and the configuration row.

Titles are in French: they are content, which editors may change. URLs are those of docs/architecture.md.
"""

import uuid

from django.db import migrations
from django.utils import timezone

STEPLEN = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# (model, slug, title, introduction, children)
STANDARD = ("cms", "StandardPage")
HOME = (
    ("home", "HomePage"),
    "home",
    "Améliorons ensemble le numérique à Strasbourg",
    "Le comité réunit des habitantes, des habitants et des agents. Il donne son avis sur les sites, les démarches "
    "en ligne et l’aide au numérique.",
    [
        (("cms", "NewsIndexPage"), "actualites", "Actualités", "Ce que fait le comité, au fil des semaines.", []),
        (
            ("veille", "VeilleIndexPage"),
            "veille",
            "Veille inspirante",
            "Ce que d’autres villes font bien, et ce que nous pouvons en retenir.",
            [],
        ),
        (
            ("participation", "ProposalIndexPage"),
            "propositions",
            "Propositions",
            "Vos idées pour améliorer le numérique à Strasbourg, et les réponses qu’elles reçoivent.",
            [
                (
                    ("participation", "CallIndexPage"),
                    "appels",
                    "Appels à propositions",
                    "Les questions sur lesquelles le comité vous demande votre avis.",
                    [],
                )
            ],
        ),
        (
            ("committee", "CommitteePage"),
            "le-comite",
            "Le comité",
            "Des habitantes et des habitants qui donnent leur avis sur les services numériques.",
            [
                (("committee", "MembersPage"), "membres", "Les membres", "Qui siège au comité, et avec quel rôle.", []),
                (
                    ("committee", "SessionIndexPage"),
                    "seances",
                    "Les séances",
                    "Le comité se réunit environ une fois par mois.",
                    [],
                ),
                (
                    ("committee", "ProgrammePage"),
                    "programme",
                    "Programme de travail",
                    "Les sujets sur lesquels le comité travaille, et où ils en sont.",
                    [],
                ),
                (STANDARD, "reglement", "Règlement intérieur", "Comment le comité s’organise et décide.", []),
            ],
        ),
        (STANDARD, "aide", "Aide", "Comment utiliser ce site, et qui peut vous aider.", []),
        (STANDARD, "contact", "Contact", "Écrire au comité ou lui téléphoner.", []),
        (STANDARD, "regles", "Règles de participation", "Ce que vous pouvez écrire ici, et ce que nous en faisons.", []),
        (STANDARD, "facile-a-lire", "Facile à lire", "Le comité expliqué avec des phrases courtes.", []),
        (("cms", "AccessibilityPage"), "accessibilite", "Accessibilité", "Où en est ce site, et comment signaler une difficulté.", []),
        (STANDARD, "ecoconception", "Écoconception", "Comment ce site reste léger.", []),
        (STANDARD, "donnees-personnelles", "Données personnelles", "Ce que nous gardons de vous, et pourquoi.", []),
        (STANDARD, "mentions-legales", "Mentions légales", "Qui publie ce site.", []),
    ],
)

# Permissions, as (application, model, codename, name). Names are Django's English ones, shown in French.


def can(verbs, app_label, model, name=""):
    return [(app_label, model, f"{verb}_{model}", f"Can {verb} {name or model}") for verb in verbs.split()]


ENTER_ADMIN = [("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")]
THEMES = can("add change view", "veille", "theme")
COMMITTEE = [
    *can("add change view delete", "committee", "member"),
    *can("add change view delete", "committee", "seat"),
    *can("add change view", "committee", "workprogramme", "work programme of a year"),
    *can("add change view delete", "committee", "memberdocument", "document of the members"),
]
YEARS = [
    *can("add change view", "indicators", "restitution"),
    *can("add change view", "indicators", "survey", "survey of who takes part"),
]
MODERATE = [*can("view change moderate", "participation", "proposal"), *can("view change moderate", "participation", "comment")]
ANSWER = [("participation", "proposal", "answer_proposal", "Can answer proposals officially")]
ENTER_FOR_OTHERS = [
    ("participation", "deskentry", "enter_for_others", "Can enter proposals and comments for other people"),
    ("polls", "agententry", "enter_for_others", "Can answer nominative polls for other people"),
]
POLLS = [*can("add change view delete", "polls", "poll"), *can("add change view delete", "polls", "question")]
CONFIGURE = can("change", "cms", "siteconfiguration")
DELIVERIES = [
    *can("view", "mailing", "message"),
    *can("view change", "mailing", "batch"),
    *can("view delete", "mailing", "suppression"),
    *can("view", "digests", "edition"),
]
WRITE_TO_READERS = [
    *can("add change view delete publish", "digests", "editorialword", "words at the top of the letter"),
    *can("add change view delete", "digests", "newsletter", "message to the readers"),
]
SEND_TO_READERS = [
    ("digests", "newsletter", "send_newsletter", "Can send a message to the readers"),
    ("digests", "editorialword", "preview_for_reader", "Can see the letter of one reader before it leaves"),
]

# group: (URLs whose pages it may add, change and publish, permissions)
GROUPS = {
    "Rédaction": (["/home/actualites/", "/home/veille/"], [*THEMES, *WRITE_TO_READERS]),
    "Secrétariat": (["/home/le-comite/"], [*COMMITTEE, *YEARS]),
    "Modération": ([], MODERATE),
    "Services": ([], ANSWER),
    "Accueil": ([], ENTER_FOR_OTHERS),
    "Animation": (
        ["/home/"],
        [
            *(*THEMES, *can("delete", "veille", "theme"), *COMMITTEE, *YEARS, *MODERATE, *ANSWER, *ENTER_FOR_OTHERS),
            *(*POLLS, *CONFIGURE, *DELIVERIES, *WRITE_TO_READERS, *SEND_TO_READERS),
        ],
    ),
}
PAGE_RIGHTS = can("add change publish", "wagtailcore", "page")
# Wagtail checks these on its own models, whatever model the site uses.
COLLECTION_RIGHTS = [
    *can("add change choose", "wagtailimages", "image"),
    *can("add change choose", "wagtaildocs", "document"),
]


def step(number):
    """Returns the step of treebeard's materialised path for the child at `number` (1 for the first)."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits.rjust(STEPLEN, "0")


def content_type_of(apps, app_label, model):
    return apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)[0]


def make_page(apps, parent_path, parent_url, number, entry, locale, now):
    (app_label, model_name), slug, title, introduction, children = entry
    path, url_path = parent_path + step(number), f"{parent_url}{slug}/"
    page = apps.get_model(app_label, model_name).objects.create(
        path=path,
        depth=len(path) // STEPLEN,
        numchild=len(children),
        slug=slug,
        title=title,
        draft_title=title,
        introduction=introduction,
        url_path=url_path,
        content_type=content_type_of(apps, app_label, model_name.lower()),
        live=True,
        first_published_at=now,
        last_published_at=now,
        locale=locale,
        translation_key=uuid.uuid4(),
    )
    for child_number, child in enumerate(children, 1):
        make_page(apps, path, url_path, child_number, child, locale, now)
    return page


def create_pages(apps, schema_editor):
    """Creates the page tree, replacing Wagtail's welcome page."""
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Site.objects.all().delete()
    Page.objects.filter(depth__gt=1).delete()
    root = Page.objects.get(depth=1)
    home = make_page(apps, root.path, "/", 1, HOME, apps.get_model("wagtailcore", "Locale").objects.get(), timezone.now())
    Page.objects.filter(pk=root.pk).update(numchild=1)
    Site.objects.create(
        hostname="localhost", site_name="Comité des usagers du numérique", root_page_id=home.pk, is_default_site=True
    )


def permission(apps, right):
    app_label, model, codename, name = right
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type_of(apps, app_label, model), codename=codename, defaults={"name": name}
    )
    return found


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    page_rights = apps.get_model("wagtailcore", "GroupPagePermission").objects
    collection_rights = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()
    for name, (addresses, rights) in GROUPS.items():
        group = Group.objects.create(name=name)
        group.permissions.add(*[permission(apps, right) for right in [*ENTER_ADMIN, *rights]])
        for address in addresses:
            page = Page.objects.get(url_path=address)
            for right in PAGE_RIGHTS:
                page_rights.create(group=group, page=page, permission=permission(apps, right))
        for right in COLLECTION_RIGHTS if addresses else []:
            collection_rights.create(group=group, collection=collection, permission=permission(apps, right))


def configure(apps, schema_editor):
    """Creates the configuration row, which would otherwise be created at the first request."""
    apps.get_model("cms", "SiteConfiguration").objects.create()


def nothing(apps, schema_editor):
    """Keeps the pages, because they contain editors' texts."""


class Migration(migrations.Migration):
    replaces = [
        ("home", "0002_site_structure"),
        ("home", "0004_picture_rights"),
        ("home", "0005_declaration_of_accessibility"),
    ]
    dependencies = [
        ("home", "0001_schema"),
        ("cms", "0001_schema"),
        ("committee", "0002_register_guard"),
        ("digests", "0001_schema"),
        ("indicators", "0001_schema"),
        ("mailing", "0001_schema"),
        ("participation", "0001_schema"),
        ("polls", "0001_schema"),
        ("veille", "0001_schema"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [
        migrations.RunPython(create_pages, nothing),
        migrations.RunPython(create_groups, nothing),
        migrations.RunPython(configure, nothing),
    ]
