"""Feeds for tests: valid ones, and hostile ones that cost much time or contain something other than text."""

import gzip

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
ENTITY = '<!DOCTYPE rss [<!ENTITY lol "lol">]>'
ATTRIBUTES = " ".join(f'a{n}="1"' for n in range(60_000))
SIGNS = " ".join(f'a{n}=">"' for n in range(60_000))


def rss(channel, head=HEAD):
    """Returns an RSS feed around `channel`, as bytes."""
    return f'{head}<rss version="2.0"><channel><title>Flux</title>{channel}</channel></rss>'.encode()


def item(number, more=""):
    """Returns an item with its own identifier and link."""
    link = f"<link>https://exemple.example/{number}</link>"
    return f'<item><guid isPermaLink="false">{number}</guid><title>Titre {number}</title>{link}{more}</item>'


def described(markup):
    """Returns an item whose text is `markup`."""
    return item(1, f"<description><![CDATA[{markup}]]></description>")


def in_encoding(name, codec=None):
    """Returns a feed that declares an entity, in an encoding whose bytes hide the declaration."""
    return rss(item(1), f'<?xml version="1.0" encoding="{name}"?>{ENTITY}').decode().encode(codec or name)


# name → (bytes, word of the refusal)
REFUSED = {
    "entities": (rss(item(1, "&lol;"), HEAD + ENTITY), "entities"),
    "entities in small letters": (rss(item(1), HEAD + ENTITY.lower()), "entities"),
    "entities in UTF-16": (in_encoding("utf-16"), "entities"),
    "entities in EBCDIC": (in_encoding("cp037"), "entities"),
    "entities in UTF-7": (
        rss(item(1), '<?xml version="1.0" encoding="utf-7"?>').replace(b"<rss", b'+ADw-!ENTITY l "lol"+AD4-<rss'),
        "entities",
    ),
    "attributes": (rss(f"<item {ATTRIBUTES}/>"), "tag"),
    "attributes with signs": (rss(f"<item {SIGNS}/>"), "tag"),
    "attributes behind a false comment": (rss(f"<!-- <![CDATA[ --><item {ATTRIBUTES}/><!-- ]]> -->"), "tag"),
    "a bomb of gzip": (gzip.compress(b"a" * 50_000_000), "1 MB"),
    "more than 1 MB": (rss("a" * 1_000_000), "1 MB"),
    "what only looks like gzip": (b"\x1f\x8bnothing", "unpacked"),
    "nothing": (b"", "no feed"),
    "zeros": (b"\0" * 900_000, "no feed"),
    "any bytes": (bytes(range(256)) * 3_500, "no feed"),
    "JSON": (b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1"}]}', "no feed"),
    "a page": (b"<!doctype html><html><body>Bonjour", "page"),
    "a page with a feed that is none": (
        b'<html><link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        "names none",
    ),
    "another encoding than it says": (rss("a-" * 300_000, '<?xml version="1.0" encoding="punycode"?>'), "not written"),
}
# name → (bytes, number of items read)
READ = {
    "attributes in a text": (rss(described(f"<p {ATTRIBUTES}>Bonjour")), 1),
    "attributes in an escaped text": (rss(item(1, f"<description>&lt;p {ATTRIBUTES}&gt;Bonjour</description>")), 1),
    "depth in a text": (rss(described("<div>" * 150_000)), 1),
    "depth in many texts": (
        rss("".join(item(n, f"<description><![CDATA[{'<div>' * 300}]]></description>") for n in range(190))),
        190,
    ),
    "tags without end in many texts": (
        rss("".join(item(n, f"<description><![CDATA[{'<br ' * 4_800}]]></description>") for n in range(49))),
        49,
    ),
    "comments without end": (rss(item(1) + "<!--" * 200_000), 1),
    "literals without end": (rss(item(1) + "<![CDATA[" * 100_000), 1),
    "an instruction without end": (rss(item(1) + "<?x " + "a" * 900_000), 1),
    "a long text": (rss(described("a" * 900_000)), 1),
    "a long title": (rss(f"<item><guid>1</guid><title>{'é' * 400_000}</title></item>"), 1),
    "a long identifier": (rss(f"<item><guid>{'é' * 400_000}</guid><title>Titre</title></item>"), 1),
    "one identifier for all": (rss("<item><guid>1</guid><title>Titre</title></item>" * 150), 1),
    "empty items": (rss("<item/>" * 150), 0),
    "cut": (rss(item(1) + item(2))[:-60], 2),
    "cut gzip": (gzip.compress(rss(item(1) + item(2)))[:-8], 2),
    "windows-1251": (rss(item(1), '<?xml version="1.0" encoding="windows-1251"?>'), 1),
    "an unknown encoding": (rss(item(1), '<?xml version="1.0" encoding="zlib_codec"?>'), 1),
}
# Feeds that take seconds: name → (bytes, number of items read; None if the alarm may ring first on a slow machine).
SLOW = {
    "40,000 items": (rss("<item><title/></item>" * 40_000), 0),
    "30,000 items with titles": (rss("".join(f"<item><title>{n}</title></item>" for n in range(30_000))), 200),
    "120,000 empty items": (rss("<item/>" * 120_000), 0),
    "signs of a tag": (rss("<" * 900_000), None),
    "quotes without end": (rss('<a "' * 220_000), None),
    "signs of an entity": (rss("&" * 900_000), None),
    "depth": (rss("<a>" * 140_000 + "</a>" * 140_000), None),
    "name spaces": (rss("".join(f'<x{n}:a xmlns:x{n}="u{n}"/>' for n in range(25_000))), None),
}
LINKS = {
    "javascript:alert(1)": "",
    "data:text/html,x": "",
    "file:///etc/passwd": "",
    "ftp://exemple.example/": "",
    "http://nom:mot@exemple.example/": "",
    "https://[::1": "",
    "http://exemple.example:99999/": "",
    "https://exemple.example/ a": "",
    "https://exemple.example/" + "a" * 1_000: "",
    "//autre.example/a": "https://autre.example/a",
    "/relatif": "https://source.example/relatif",
    "https://exemple.example/a?b=1&amp;c=2": "https://exemple.example/a?b=1&c=2",
}
