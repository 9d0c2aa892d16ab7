"""Fragments under `{% cache %}` are pure functions of their key, cached for a minute at most.

So no stale fragment and no fragment of another user can be shown: a user with other permissions has another key.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from django.template import Context, Template, engines
from django.template.base import FilterExpression, Node, NodeList, TextNode, TokenType, Variable, VariableNode
from django.template.defaulttags import CommentNode, ForNode, IfNode, LoadNode, URLNode, WithNode
from django.template.library import SimpleNode
from django.template.loader import get_template
from django.template.loader_tags import IncludeNode
from django.template.smartif import TokenBase
from django.templatetags.cache import CacheNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode

from tests.architecture.faults import faults
from tests.architecture.test_templates import HTML, source

LONGEST_SECONDS = 60
# Filters and tags that depend only on their arguments: no clock, no database, no user.
PURE_FILTERS = {
    "breakable",
    "capfirst",
    "date",
    "default",
    "place_in_menu",
    "short_day",
    "truncatewords",
    "typo",
    "yesno",
}
PURE_TAGS = {"current_if_under", "doors", "tiles_of"}
PURE_NODES = (CommentNode, LoadNode, StaticNode, TextNode, TranslateNode, URLNode, VariableNode)
# Values that determine a whole rendered form (its choices and the selected ones), or an empty one.
SAY_ALL = {"filters.shown": "filters", "filter_form.shown": "filter_form", "form.shown": "form"}
LITERALS = {"True", "False", "None"}
# Template → names that it may use without having them in a key: a change of them clears the local cache
# (`cms.signals.forget_local`).
FORGOTTEN_AT_ONCE = {"components/footer.html": {"{% pages_in_foot %}"}}


@dataclass(frozen=True)
class Names:
    """Names defined by the fragment so far, and whether they have a value. `closed`: there are no others (`only`)."""

    given: dict[str, bool]
    closed: bool = False

    def and_also(self, *names: str | None) -> "Names":
        return Names(self.given | {name: True for name in names if name}, self.closed)

    def and_those_of(self, node: IncludeNode) -> "Names":
        handed = {name: not self.is_nothing(value.token) for name, value in node.extra_context.items()}
        return Names(handed, closed=True) if node.isolated_context else Names(self.given | handed, self.closed)

    def has(self, name: str) -> bool:
        return self.closed or name in self.given

    def is_nothing(self, name: str) -> bool:
        return name == "None" or (self.has(name) and not self.given.get(name, False))


class Kept:
    """Names used by a fragment under `{% cache %}` that are missing from its key."""

    def __init__(self, node: CacheNode) -> None:
        self.key = {str(value.token) for value in node.vary_on}
        self.missing: set[str] = set()
        self.read(node.nodelist, Names({SAY_ALL[name]: True for name in self.key & set(SAY_ALL)}))

    def read(self, thing: object, names: Names) -> Names:
        """Analyses `thing`, a part of a template. Returns the names defined for what follows."""
        if isinstance(thing, list | tuple):
            for one in thing:
                names = self.read(one, names)
        elif isinstance(thing, dict):
            self.read(list(thing.values()), names)
        elif isinstance(thing, FilterExpression):
            self.read_expression(thing, names)
        elif isinstance(thing, Variable) and thing.lookups is not None:
            self.read_name(str(thing.var), names)
        elif isinstance(thing, TokenBase):
            self.read([thing.first, thing.second, getattr(thing, "value", None)], names)
        elif isinstance(thing, Node):
            self.read_node(thing, names)
            return names.and_also(
                *(getattr(thing, attribute, None) for attribute in ("asvar", "target_var", "varname"))
            )
        return names

    def read_name(self, name: str, names: Names) -> None:
        if name not in self.key | LITERALS and not names.has(name.partition(".")[0]):
            self.missing.add(name)

    def read_expression(self, expression: FilterExpression, names: Names) -> None:
        if str(expression.token) in self.key and not names.has(str(expression.var).partition(".")[0]):
            return
        self.read(expression.var, names)
        for function, arguments in expression.filters:
            if getattr(function, "_filter_name", function.__name__) not in PURE_FILTERS:
                self.missing.add(str(expression.token))
            self.read([value for is_looked_up, value in arguments if is_looked_up], names)

    def read_node(self, node: Node, names: Names) -> None:
        if isinstance(node, IncludeNode):
            self.read(node.extra_context, names)
            if isinstance(node.template.var, str):
                self.read(get_template(node.template.var).template.nodelist, names.and_those_of(node))
            else:
                self.missing.add(f"{{% include {node.template.token} %}}")
        elif isinstance(node, IfNode):
            for condition, nodes in node.conditions_nodelists:
                asked = getattr(getattr(condition, "value", None), "token", "")
                if not (asked and names.is_nothing(asked)):
                    self.read([condition, nodes], names)
        elif isinstance(node, ForNode):
            self.read(node.sequence, names)
            self.read([node.nodelist_loop, node.nodelist_empty], names.and_also("forloop", *node.loopvars))
        elif isinstance(node, WithNode):
            self.read(node.extra_context, names)
            self.read(node.nodelist, names.and_also(*node.extra_context))
        elif isinstance(node, BlockTranslateNode):
            self.read([node.extra_context, node.counter, node.message_context], names)
            names = names.and_also(node.countervar, *node.extra_context)
            for token in [*node.singular, *(node.plural or [])]:
                if token.token_type == TokenType.VAR:
                    self.read_name(token.contents.partition("|")[0], names)
        elif isinstance(node, SimpleNode) and not node.takes_context:
            if node.func.__name__ not in PURE_TAGS:
                self.missing.add(f"{{% {node.func.__name__} %}}")
            self.read([node.args, node.kwargs], names)
        elif isinstance(node, PURE_NODES):
            self.read([value for name, value in vars(node).items() if name not in ("origin", "token")], names)
        else:
            self.missing.add(f"{{% {type(node).__name__} %}}")


def parts(nodes: NodeList) -> Iterator[CacheNode]:
    yield from nodes.get_nodes_by_type(CacheNode)


def wrong(template: Template, forgotten: Set[str] = frozenset()) -> list[str]:
    """Returns the faults of the cached fragments of `template`."""
    found = []
    for node in parts(template.nodelist):
        found += sorted(Kept(node).missing - forgotten)
        if node.cache_name is None or node.cache_name.resolve(Context()) != "local":
            found.append("not using local")
        seconds = node.expire_time_var.resolve(Context(), ignore_failures=True)
        if not isinstance(seconds, int) or not 0 < seconds <= LONGEST_SECONDS:
            found.append(f"for {node.expire_time_var.token} seconds")
    return found


def test_what_a_part_that_is_kept_shows_stands_in_its_key():
    keeping = [name for name in HTML if "{% cache " in source(name)]

    assert len(keeping) >= 4
    assert faults(keeping, lambda name: wrong(get_template(name).template, FORGOTTEN_AT_ONCE.get(name, set()))) == {}


def test_no_two_kinds_of_parts_have_the_same_name():
    names = [node.fragment_name for name in HTML for node in parts(get_template(name).template.nodelist)]

    assert sorted(names) == sorted(set(names))


def looked_at(inside: str, key: str = "a") -> list[str]:
    text = (
        f'{{% load cache dates i18n participation %}}{{% cache 60 one {key} using="local" %}}{inside}{{% endcache %}}'
    )
    return wrong(engines["django"].from_string(text).template)


def test_each_rule_finds_what_breaks_it():
    """Control."""
    assert looked_at("{% if a %}{{ a|typo }}{% translate 'b' as c %}{{ c }}{% endif %}") == []
    assert looked_at("{% with b=a %}{% for c in b %}{{ c.d }}{{ forloop.counter }}{% endfor %}{% endwith %}") == []
    assert looked_at("{{ a.b|deadline }}{{ a.b|deadline }}", key="a.b|deadline") == []
    assert looked_at("{{ a|default:b }}{{ c }}") == ["b", "c"]
    assert looked_at("{{ a.b }}") == ["a.b"]
    assert looked_at("{% if a and not b.c %}{% endif %}{% for d in e %}{% endfor %}{{ d }}") == ["b.c", "d", "e"]
    assert looked_at("{% blocktranslate with b=c %}{{ b }} {{ d }}{% endblocktranslate %}") == ["c", "d"]
    assert looked_at("{{ a|coming }}") == ["a|coming"]
    assert looked_at("{% csrf_token %}{% now 'Y' %}") == ["{% CsrfTokenNode %}", "{% NowNode %}"]
    assert looked_at("{% calls_by_phase as b %}{{ b }}") == ["{% calls_by_phase %}"]
    assert looked_at("{% include 'components/badge.html' with kind=a label=b only %}") == ["b"]
    assert looked_at("{% include 'components/badge.html' with kind=a %}") == ["label"]
    assert looked_at("{% include 'components/cover.html' with pictogram=a only %}") == []
    assert looked_at("{% include 'components/cover.html' with pictogram=a image=None %}") == []
    assert looked_at("{% include 'components/cover.html' with image=a only %}") == ["{% PictureNode %}"]
    assert looked_at("{% include a %}") == ["{% include a %}"]

    for_long = "{% load cache %}{% cache 61 one %}{% endcache %}"
    assert wrong(engines["django"].from_string(for_long).template) == ["not using local", "for 61 seconds"]
