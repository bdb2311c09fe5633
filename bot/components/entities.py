"""The entities of a message: numbers and amounts by rules, days by spaCy's matcher."""

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.dates import DateFinder, today
from components.recognise import MASKED_ONLY, Found, recognise

LONGEST = 2000
"""Characters that are read."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityRules(GraphComponent):
    """Sets the entities of a message, from left to right."""

    def __init__(self) -> None:
        self._dates = DateFinder()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EntityRules":
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            message.set(ENTITIES, self._entities((message.get(TEXT) or "")[:LONGEST]), add_to_output=True)
        return messages

    def _entities(self, text: Text) -> List[Dict[Text, Any]]:
        found = [one for one in recognise(text) if one.kind not in MASKED_ONLY]
        days = [day for day in self._dates.find(text, today()) if not any(_overlap(day, one) for one in found)]
        ordered = sorted(found + days, key=lambda one: one.start)
        return [_entity(one) for one in ordered]


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _entity(found: Found) -> Dict[Text, Any]:
    return {
        "entity": found.kind,
        "value": found.value,
        "start": found.start,
        "end": found.end,
        "extractor": EntityRules.__name__,
    }
