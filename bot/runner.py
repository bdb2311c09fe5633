"""Runs a trained graph node by node, in an order that is found once. Rasa's own plans it anew for each message."""

from typing import Any, Dict, List, Optional, Tuple

from rasa.core import processor
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


class InOrderRunner(DaskGraphRunner):
    """Loads as Rasa's does; only the running is ours. Errors are those of the nodes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._orders: Dict[Tuple[str, ...], List[str]] = {}

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        wanted = tuple(targets or self._graph_schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = in_order(self._graph_schema.minimal_graph_schema(list(wanted)))
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name in self._orders[wanted]:
            needed = self._graph_schema.nodes[name].needs.values()
            done[name] = self._instantiated_nodes[name](*(done[need] for need in needed))
        return dict(done[name] for name in wanted)


def in_order(schema: GraphSchema) -> List[str]:
    """Each node after those it needs. What is no node is an input of the run."""
    found: List[str] = []

    def visit(name: str) -> None:
        if name in schema.nodes and name not in found:
            for need in schema.nodes[name].needs.values():
                visit(need)
            found.append(name)

    for name in schema.nodes:
        visit(name)
    return found


def run_in_order() -> None:
    """Models loaded from now on are run by `InOrderRunner`."""
    processor.DaskGraphRunner = InOrderRunner
