"""Table of the states that may follow each state."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar


class HasTransitions:
    """Mixin of a model whose `state`, one of its class `State`, changes by the table `TRANSITIONS`."""

    # States allowed after each state.
    TRANSITIONS: ClassVar[Mapping[Any, Collection[Any]]]
    State: ClassVar[Any]
    state: Any

    def can_become(self, state: str) -> bool:
        """Returns whether the transition table allows `state` next."""
        return state in self.TRANSITIONS[self.State(self.state)]
