"""How many layers a spec unfolds to, counted without unfolding it."""

from collections.abc import Sequence
from typing import Final

from spec_lang.arguments import Environment, bind
from spec_lang.check.blocks import Blocks, bind_use
from spec_lang.check.findings import Findings
from spec_lang.parser import DEEPEST
from spec_lang.rules import structure as rules
from spec_lang.structure import REPEAT
from spec_lang.syntax import Statement

MOST_LAYERS: Final = 20_000
"""More than any published network has; the check of so many takes seconds."""


def check_size(statements: Sequence[Statement], blocks: Blocks, environment: Environment, findings: Findings) -> bool:
    """Whether the layers can be unfolded; reports the statement that holds most of them where they cannot."""
    counter = _Counter(blocks)
    counts = [counter.count((statement,), environment, ()) for statement in statements]
    total = sum(counts)
    if total <= MOST_LAYERS:
        return True
    largest = max(range(len(counts)), key=counts.__getitem__)
    place = statements[largest].head
    about = "at least " if counter.full else ""
    amount, part = (f"{about}{count:,}" for count in (total, counts[largest]))
    findings.add(rules.TOO_MANY_LAYERS.at(place, amount=amount, part=part, limit=f"{MOST_LAYERS:,}"))
    return False


class _Counter:
    """Counts with a memory of what each block comes to with given arguments, so that doubling costs nothing."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.known: dict[object, int] = {}

    @property
    def full(self) -> bool:
        """Whether the different uses of blocks alone are too many layers. Further ones are not counted."""
        return len(self.known) > MOST_LAYERS

    def count(
        self, statements: Sequence[Statement], environment: Environment, chain: tuple[str, ...], depth: int = 0
    ) -> int:
        """The layers of statements that stand `depth` deep; deeper than is allowed, which is reported, none count."""
        if depth > DEEPEST:
            return 0
        return sum(self._count(statement, environment, chain, depth + 1) for statement in statements)

    def _count(self, statement: Statement, environment: Environment, chain: tuple[str, ...], depth: int) -> int:
        name = statement.keyword.name
        body = statement.block.statements if statement.block else ()
        if name == REPEAT.keyword:
            times = bind(statement, REPEAT, environment)[0].values["times"]
            return 1 + (times if isinstance(times, int) else 1) * (1 + self.count(body, environment, chain, depth))
        definition = self.blocks.definitions.get(name)
        if definition is None or name in chain:
            return 1 + self.count(body, environment, chain, depth)
        inner = {**environment, **bind_use(statement, definition, environment, Findings())}
        key = (name, tuple(getattr(inner[each], "value", repr(type(inner[each]))) for each in definition.parameters))
        if key not in self.known:
            if self.full:
                return 0
            self.known[key] = 1 + self.count(definition.body, inner, (*chain, name), depth)
        return self.known[key]
