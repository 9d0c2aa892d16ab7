"""The page tree of a new site, and the groups of its editors.

Titles are in French: this is content, which editors may change. Addresses are those of docs/architecture.md.
"""

import uuid

from django.db import migrations
from django.utils import timezone

STEPLEN = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# (model, slug, title, introduction, children)
STANDARD = ("cms", "StandardPage")
TREE = [
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
    (STANDARD, "accessibilite", "Accessibilité", "Où en est ce site, et comment signaler une difficulté.", []),
    (STANDARD, "ecoconception", "Écoconception", "Comment ce site reste léger.", []),
    (STANDARD, "donnees-personnelles", "Données personnelles", "Ce que nous gardons de vous, et pourquoi.", []),
    (STANDARD, "mentions-legales", "Mentions légales", "Qui publie ce site.", []),
]

PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
COLLECTION_RIGHTS = [
    ("cms", "customimage", ("add_customimage", "change_customimage", "choose_customimage")),
    ("cms", "customdocument", ("add_customdocument", "change_customdocument", "choose_customdocument")),
]
# group: (addresses whose pages it may add, change and publish, model rights)
MODERATION = [
    ("participation", "proposal", ("view_proposal", "change_proposal", "moderate_proposal")),
    ("participation", "comment", ("view_comment", "change_comment", "moderate_comment")),
]
GROUPS = {
    "Rédaction": (
        ["/home/actualites/", "/home/veille/"],
        [("veille", "theme", ("add_theme", "change_theme", "view_theme"))],
    ),
    "Secrétariat": (
        ["/home/le-comite/"],
        [("committee", "member", ("add_member", "change_member", "view_member", "delete_member"))],
    ),
    "Modération": ([], MODERATION),
    "Animation": (
        ["/home/"],
        [
            *MODERATION,
            ("veille", "theme", ("add_theme", "change_theme", "view_theme", "delete_theme")),
            ("committee", "member", ("add_member", "change_member", "view_member", "delete_member")),
            ("polls", "poll", ("add_poll", "change_poll", "view_poll", "delete_poll")),
            ("polls", "question", ("add_question", "change_question", "view_question", "delete_question")),
            ("cms", "siteconfiguration", ("change_siteconfiguration",)),
        ],
    ),
}


def step(number):
    """The path step of treebeard's materialised path for the child at `number` (1 for the first)."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = ALPHABET[rest] + digits
    return digits.rjust(STEPLEN, "0")


def make_page(apps, parent_path, parent_url, number, entry, locale, now):
    (app_label, model_name), slug, title, introduction, children = entry
    model = apps.get_model(app_label, model_name)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model_name.lower()
    )
    path, url_path = parent_path + step(number), f"{parent_url}{slug}/"
    page = model.objects.create(
        path=path,
        depth=len(path) // STEPLEN,
        numchild=len(children),
        slug=slug,
        title=title,
        draft_title=title,
        introduction=introduction,
        url_path=url_path,
        content_type=content_type,
        live=True,
        first_published_at=now,
        last_published_at=now,
        locale=locale,
        translation_key=uuid.uuid4(),
    )
    for child_number, child in enumerate(children, 1):
        make_page(apps, path, url_path, child_number, child, locale, now)
    return page


def create_tree(apps, schema_editor):
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    Site.objects.all().delete()
    Page.objects.filter(depth__gt=1).delete()
    root = Page.objects.get(depth=1)
    home = make_page(
        apps,
        root.path,
        "/",
        1,
        (
            ("home", "HomePage"),
            "home",
            "Améliorons ensemble le numérique à Strasbourg",
            "Le comité réunit des habitantes, des habitants et des agents. Il donne son avis sur les sites, les démarches "
            "en ligne et l’aide au numérique.",
            TREE,
        ),
        Locale.objects.get(),
        timezone.now(),
    )
    Page.objects.filter(pk=root.pk).update(numchild=1)
    Site.objects.create(
        hostname="localhost",
        site_name="Comité des usagers du numérique",
        root_page_id=home.pk,
        is_default_site=True,
    )


def permission(apps, app_label, model, codename):
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()
    for name, (addresses, rights) in GROUPS.items():
        group = Group.objects.create(name=name)
        group.permissions.add(permission(apps, "wagtailadmin", "admin", "access_admin"))
        for app_label, model, codenames in rights:
            group.permissions.add(*[permission(apps, app_label, model, codename) for codename in codenames])
        for address in addresses:
            page = Page.objects.get(url_path=address)
            for codename in PAGE_RIGHTS:
                apps.get_model("wagtailcore", "GroupPagePermission").objects.create(
                    group=group, page=page, permission=permission(apps, "wagtailcore", "page", codename)
                )
        if addresses:
            for app_label, model, codenames in COLLECTION_RIGHTS:
                for codename in codenames:
                    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.create(
                        group=group, collection=collection, permission=permission(apps, app_label, model, codename)
                    )


def nothing(apps, schema_editor):
    """The tree stays: it holds what editors wrote."""


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("cms", "0001_initial"),
        ("committee", "0001_initial"),
        ("participation", "0001_initial"),
        ("polls", "0001_initial"),
        ("veille", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]
    operations = [
        migrations.RunPython(create_tree, nothing),
        migrations.RunPython(create_groups, nothing),
    ]
