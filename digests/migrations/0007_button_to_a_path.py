import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("digests", "0006_sending_asked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="newsletter",
            name="body",
            field=wagtail.fields.StreamField(
                [("heading", 0), ("text", 1), ("points", 3), ("button", 7)],
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {"help_text": "Example: The new room", "icon": "title", "label": "Heading", "max_length": 80},
                    ),
                    1: (
                        "wagtail.blocks.TextBlock",
                        (),
                        {
                            "help_text": "One idea per sentence. Leave an empty line between two paragraphs.",
                            "icon": "pilcrow",
                            "label": "Text",
                            "max_length": 2000,
                        },
                    ),
                    2: ("wagtail.blocks.CharBlock", (), {"label": "Line", "max_length": 300}),
                    3: ("wagtail.blocks.ListBlock", (2,), {"icon": "list-ul", "label": "List"}),
                    4: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "help_text": "Start with a verb. Example: Register for a workshop",
                            "label": "Words on the button",
                            "max_length": 60,
                        },
                    ),
                    5: (
                        "wagtail.blocks.PageChooserBlock",
                        (),
                        {
                            "help_text": "Where the button leads. Example: the page of a call for proposals.",
                            "label": "Page of the site",
                            "required": False,
                        },
                    ),
                    6: ("cms.fields.AddressBlock", (), {"label": "Or an address", "required": False}),
                    7: ("wagtail.blocks.StructBlock", [[("label", 4), ("page", 5), ("url", 6)]], {}),
                },
                verbose_name="text",
            ),
        ),
    ]
