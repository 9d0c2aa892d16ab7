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

MAX_SECONDS = 60
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
DETERMINED_FORMS = {"filters.shown": "filters", "filter_form.shown": "filter_form", "form.shown": "form"}
LITERALS = {"True", "False", "None"}
# Template → names that it may use without having them in a key: a change of them clears the local cache
# (`cms.signals.forget_local`).
CLEARED_NAMES = {"components/footer.html": {"{% pages_in_foot %}"}}


@dataclass(frozen=True)
class Names:
    """Names defined by the fragment so far, and whether they have a value. `closed`: there are no others (`only`)."""

    given: dict[str, bool]
    closed: bool = False

    def with_names(self, *names: str | None) -> "Names":
        return Names(self.given | {name: True for name in names if name}, self.closed)

    def with_included(self, node: IncludeNode) -> "Names":
        handed = {name: not self.is_none(value.token) for name, value in node.extra_context.items()}
        return Names(handed, closed=True) if node.isolated_context else Names(self.given | handed, self.closed)

    def has(self, name: str) -> bool:
        return self.closed or name in self.given

    def is_none(self, name: str) -> bool:
        return name == "None" or (self.has(name) and not self.given.get(name, False))


class FragmentNames:
    """Names used by a fragment under `{% cache %}` that are missing from its key."""

    def __init__(self, node: CacheNode) -> None:
        self.key = {str(value.token) for value in node.vary_on}
        self.missing: set[str] = set()
        self.read(node.nodelist, Names({DETERMINED_FORMS[name]: True for name in self.key & set(DETERMINED_FORMS)}))

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
            return names.with_names(
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
                self.read(get_template(node.template.var).template.nodelist, names.with_included(node))
            else:
                self.missing.add(f"{{% include {node.template.token} %}}")
        elif isinstance(node, IfNode):
            for condition, nodes in node.conditions_nodelists:
                asked = getattr(getattr(condition, "value", None), "token", "")
                if not (asked and names.is_none(asked)):
                    self.read([condition, nodes], names)
        elif isinstance(node, ForNode):
            self.read(node.sequence, names)
            self.read([node.nodelist_loop, node.nodelist_empty], names.with_names("forloop", *node.loopvars))
        elif isinstance(node, WithNode):
            self.read(node.extra_context, names)
            self.read(node.nodelist, names.with_names(*node.extra_context))
        elif isinstance(node, BlockTranslateNode):
            self.read([node.extra_context, node.counter, node.message_context], names)
            names = names.with_names(node.countervar, *node.extra_context)
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


def cache_nodes(nodes: NodeList) -> Iterator[CacheNode]:
    yield from nodes.get_nodes_by_type(CacheNode)


def faults_in(template: Template, forgotten: Set[str] = frozenset()) -> list[str]:
    """Returns the faults of the cached fragments of `template`."""
    found = []
    for node in cache_nodes(template.nodelist):
        found += sorted(FragmentNames(node).missing - forgotten)
        if node.cache_name is None or node.cache_name.resolve(Context()) != "local":
            found.append("not using local")
        seconds = node.expire_time_var.resolve(Context(), ignore_failures=True)
        if not isinstance(seconds, int) or not 0 < seconds <= MAX_SECONDS:
            found.append(f"for {node.expire_time_var.token} seconds")
    return found


def test_cache_key_has_every_name_that_a_fragment_uses():
    templates = [name for name in HTML if "{% cache " in source(name)]

    assert len(templates) >= 4
    assert faults(templates, lambda name: faults_in(get_template(name).template, CLEARED_NAMES.get(name, set()))) == {}


def test_fragment_names_are_unique():
    names = [node.fragment_name for name in HTML for node in cache_nodes(get_template(name).template.nodelist)]

    assert sorted(names) == sorted(set(names))


def faults_of(inside: str, key: str = "a") -> list[str]:
    text = (
        f'{{% load cache dates i18n participation %}}{{% cache 60 one {key} using="local" %}}{inside}{{% endcache %}}'
    )
    return faults_in(engines["django"].from_string(text).template)


def test_each_rule_finds_violations():
    """Control."""
    assert faults_of("{% if a %}{{ a|typo }}{% translate 'b' as c %}{{ c }}{% endif %}") == []
    assert faults_of("{% with b=a %}{% for c in b %}{{ c.d }}{{ forloop.counter }}{% endfor %}{% endwith %}") == []
    assert faults_of("{{ a.b|deadline }}{{ a.b|deadline }}", key="a.b|deadline") == []
    assert faults_of("{{ a|default:b }}{{ c }}") == ["b", "c"]
    assert faults_of("{{ a.b }}") == ["a.b"]
    assert faults_of("{% if a and not b.c %}{% endif %}{% for d in e %}{% endfor %}{{ d }}") == ["b.c", "d", "e"]
    assert faults_of("{% blocktranslate with b=c %}{{ b }} {{ d }}{% endblocktranslate %}") == ["c", "d"]
    assert faults_of("{{ a|coming }}") == ["a|coming"]
    assert faults_of("{% csrf_token %}{% now 'Y' %}") == ["{% CsrfTokenNode %}", "{% NowNode %}"]
    assert faults_of("{% has_proposals a as b %}{{ b }}") == ["{% has_proposals %}"]
    assert faults_of("{% include 'components/badge.html' with kind=a label=b only %}") == ["b"]
    assert faults_of("{% include 'components/badge.html' with kind=a %}") == ["label"]
    assert faults_of("{% include 'components/cover.html' with pictogram=a only %}") == []
    assert faults_of("{% include 'components/cover.html' with pictogram=a image=None %}") == []
    assert faults_of("{% include 'components/cover.html' with image=a only %}") == ["{% PictureNode %}"]
    assert faults_of("{% include a %}") == ["{% include a %}"]

    too_long = "{% load cache %}{% cache 61 one %}{% endcache %}"
    assert faults_in(engines["django"].from_string(too_long).template) == ["not using local", "for 61 seconds"]
