"""First content of a site: pages, groups of the team, configuration, and the French search of PostgreSQL.

Titles are in French: they are content, which editors may change. URLs are those of docs/architecture.md. The groups get
their rights after `migrate` (`home.services.group_rights`); only those on pages and collections are given here.

Replaces the data migrations of 1.1.0, like 0001 its tables.
"""

import uuid

from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations
from django.utils import timezone

from common.city import CITY

STEPLEN = 4
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Model, slug, title, introduction, fields of its own, children.
STANDARD = ("cms", "StandardPage")
PARTNER = ("committee", "PartnerBodyPage")
HOME = (
    ("home", "HomePage"),
    "home",
    f"Améliorons ensemble le numérique {CITY.in_city}",
    "Le comité réunit des habitantes et des habitants. Il donne son avis sur les sites, les démarches en ligne et l’aide "
    "au numérique.",
    {},
    [
        (("cms", "NewsIndexPage"), "actualites", "Actualités", "Ce que fait le comité, au fil des semaines.", {}, []),
        (
            ("veille", "VeilleIndexPage"),
            "veille",
            "Veille inspirante",
            "Ce que d’autres villes font bien, et ce que nous pouvons en retenir.",
            {},
            [],
        ),
        (
            ("participation", "ProposalIndexPage"),
            "propositions",
            "Propositions",
            f"Vos idées pour améliorer le numérique {CITY.in_city}, et les réponses qu’elles reçoivent.",
            {},
            [
                (
                    ("participation", "CallIndexPage"),
                    "appels",
                    "Appels à propositions",
                    "Les questions sur lesquelles le comité vous demande votre avis.",
                    {},
                    [],
                )
            ],
        ),
        (
            ("committee", "CommitteePage"),
            "le-comite",
            "Le comité",
            "Des habitantes et des habitants qui donnent leur avis sur les services numériques.",
            {},
            [
                (
                    ("committee", "MembersPage"),
                    "membres",
                    "Les membres",
                    "Qui siège au comité, et avec quel rôle.",
                    {},
                    [],
                ),
                (
                    ("committee", "SessionIndexPage"),
                    "seances",
                    "Les séances",
                    "Le comité se réunit environ une fois par mois.",
                    {},
                    [],
                ),
                (
                    ("committee", "ProgrammePage"),
                    "programme",
                    "Programme de travail",
                    "Les sujets sur lesquels le comité travaille, et où ils en sont.",
                    {},
                    [],
                ),
                (STANDARD, "reglement", "Règlement intérieur", "Comment le comité s’organise et décide.", {}, []),
                (
                    PARTNER,
                    "conseil-de-developpement",
                    "Conseil de développement",
                    "Une assemblée de la société civile, qui donne son avis sur les projets du territoire.",
                    {"office": "development-council"},
                    [],
                ),
                (
                    PARTNER,
                    "comite-partenarial",
                    "Comité stratégique partenarial",
                    "Une instance où une personne du comité parle au nom des usagers.",
                    {"office": "partnership"},
                    [],
                ),
            ],
        ),
        (STANDARD, "aide", "Aide", "Comment utiliser ce site, et qui peut vous aider.", {}, []),
        (STANDARD, "contact", "Contact", "Écrire au comité ou lui téléphoner.", {}, []),
        (
            STANDARD,
            "regles",
            "Règles de participation",
            "Ce que vous pouvez écrire ici, et ce que nous en faisons.",
            {},
            [],
        ),
        (STANDARD, "facile-a-lire", "Facile à lire", "Le comité expliqué avec des phrases courtes.", {}, []),
        (
            ("cms", "AccessibilityPage"),
            "accessibilite",
            "Accessibilité",
            "Où en est ce site, et comment signaler une difficulté.",
            {},
            [],
        ),
        (STANDARD, "ecoconception", "Écoconception", "Comment ce site reste léger.", {}, []),
        (STANDARD, "donnees-personnelles", "Données personnelles", "Ce que nous gardons de vous, et pourquoi.", {}, []),
        (STANDARD, "mentions-legales", "Mentions légales", "Qui publie ce site.", {}, []),
        (
            ("fieldwork", "TrialIndexPage"),
            "essais",
            "Essais",
            "Vous essayez un service de la ville. Vous dites ce qui bloque. Nous suivons les réparations.",
            {},
            [],
        ),
        (
            ("fieldwork", "SurveyIndexPage"),
            "enquetes",
            "Enquêtes",
            "Le comité va à la rencontre des gens et leur pose quelques questions. Les résultats sont ici.",
            {},
            [],
        ),
    ],
)

# Group: URLs below which it may add, change and publish pages.
GROUPS = {
    "Rédaction": ["/home/actualites/", "/home/veille/"],
    "Secrétariat": ["/home/le-comite/"],
    "Modération": [],
    "Services": [],
    "Accueil": [],
    "Animation": ["/home/"],
}
PAGE_RIGHTS = [("wagtailcore", "page", verb) for verb in ("add", "change", "publish")]
# Wagtail checks these on its own models, whatever model the site uses.
COLLECTION_RIGHTS = [
    (app_label, model, verb)
    for app_label, model in (("wagtailimages", "image"), ("wagtaildocs", "document"))
    for verb in ("add", "change", "choose")
]

# Accents are ignored on both sides: `unaccent` is a trusted extension, which the owner of the database may create.
SEARCH = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'french_unaccent') THEN
        CREATE TEXT SEARCH CONFIGURATION french_unaccent (COPY = french);
        ALTER TEXT SEARCH CONFIGURATION french_unaccent
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'simple_unaccent') THEN
        CREATE TEXT SEARCH CONFIGURATION simple_unaccent (COPY = simple);
        ALTER TEXT SEARCH CONFIGURATION simple_unaccent
            ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
    END IF;
END
$$
"""
# Reads the latest rows of a kind backwards, for words that occur in many texts.
LATEST = "CREATE INDEX IF NOT EXISTS home_search_latest ON modelsearch_indexentry (content_type_id, (object_id::bigint))"


def configure_search(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SEARCH)
        schema_editor.execute(LATEST)


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
    (app_label, model_name), slug, title, introduction, fields, children = entry
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
        **fields,
    )
    for child_number, child in enumerate(children, 1):
        make_page(apps, path, url_path, child_number, child, locale, now)
    return page


def create_pages(apps, schema_editor):
    """Creates the page tree, replacing Wagtail's welcome page, and gives Wagtail's root objects French names."""
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Site.objects.all().delete()
    Page.objects.filter(depth__gt=1).delete()
    root = Page.objects.get(depth=1)
    home = make_page(apps, root.path, "/", 1, HOME, apps.get_model("wagtailcore", "Locale").objects.get(), timezone.now())
    Page.objects.filter(pk=root.pk).update(numchild=1, title="Racine", draft_title="Racine")
    apps.get_model("wagtailcore", "Collection").objects.filter(depth=1).update(name="Racine")
    Site.objects.create(
        hostname="localhost", site_name="Comité des usagers du numérique", root_page_id=home.pk, is_default_site=True
    )


def permission(apps, app_label, model, verb):
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type_of(apps, app_label, model),
        codename=f"{verb}_{model}",
        defaults={"name": f"Can {verb} {model}"},
    )
    return found


def create_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Page = apps.get_model("wagtailcore", "Page")
    page_rights = apps.get_model("wagtailcore", "GroupPagePermission").objects
    collection_rights = apps.get_model("wagtailcore", "GroupCollectionPermission").objects
    collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    Group.objects.filter(name__in=["Moderators", "Editors"]).delete()
    for name, addresses in GROUPS.items():
        group = Group.objects.create(name=name)
        for address in addresses:
            page = Page.objects.get(url_path=address)
            for right in PAGE_RIGHTS:
                page_rights.create(group=group, page=page, permission=permission(apps, *right))
        for right in COLLECTION_RIGHTS if addresses else []:
            collection_rights.create(group=group, collection=collection, permission=permission(apps, *right))
    # No right of the table is applied yet.
    apps.get_model("home", "AppliedRights").objects.create(rights={})


def configure(apps, schema_editor):
    """Creates the rows that the first request would create, and switches off Wagtail's workflow for the whole site."""
    apps.get_model("cms", "SiteConfiguration").objects.create()
    apps.get_model("cms", "Spotlight").objects.create()
    for name in ("Workflow", "Task"):
        apps.get_model("wagtailcore", name).objects.update(active=False)


class Migration(migrations.Migration):
    replaces = [
        ("home", "0002_pages_and_groups"),
        ("home", "0003_search"),
        ("home", "0004_index_of_places"),
        ("home", "0005_french_roots"),
        ("home", "0006_partner_bodies"),
        ("home", "0007_spotlight_rights"),
        ("home", "0008_redirect_rights"),
        ("home", "0009_beginnings_without_accents"),
        ("home", "0010_sources_and_items"),
        ("home", "0011_benchmark_rights"),
        ("home", "0012_indicator_rights"),
        ("home", "0013_test_campaigns"),
        ("home", "0014_resource_rights"),
        ("home", "0015_field_surveys"),
        ("home", "0016_place_rights"),
        ("home", "0017_coding_rights"),
        ("home", "0018_names_of_the_city"),
        ("home", "0019_latest_of_a_kind"),
        ("home", "0020_one_index_less"),
        ("home", "0021_who_sits"),
        ("home", "0023_index_of_words"),
        ("home", "0025_group_rights"),
    ]
    dependencies = [
        ("home", "0001_version_2"),
        ("cms", "0001_version_2"),
        ("committee", "0001_version_2"),
        ("fieldwork", "0001_version_2"),
        ("participation", "0001_version_2"),
        ("veille", "0001_version_2"),
        ("modelsearch", "0004_rename_modelsear_autocom_476c89_gin_modelsearch_autocom_ea8581_gin_and_more"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]
    operations = [
        UnaccentExtension(),
        migrations.RunPython(configure_search, migrations.RunPython.noop),
        migrations.RunPython(create_pages, migrations.RunPython.noop),
        migrations.RunPython(create_groups, migrations.RunPython.noop),
        migrations.RunPython(configure, migrations.RunPython.noop),
    ]
