"""The sentence model of the knowledge room as a featurizer: what a message means, in either language.

Without torch and TensorFlow. Always our own model, whatever KULANZ_EMBEDDING_MODEL says of the search: the weights of
the classifier are learned with it.
"""

from pathlib import Path
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import concerns
from knowledge.bert import BertEncoder, ModelMissing

MODEL = Path(__file__).resolve().parents[2] / "knowledge" / "model"
PARTS = "parts_of_text"
"""Key of a message: its parts that may be concerns of their own, each with its vector."""
LONGEST = 2000
"""Characters that are read. The model takes some hundred words; a visitor may send ten thousand characters."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(GraphComponent):
    """Adds one dense vector a message, of unit length, and one for each part that may be a concern of its own."""

    def __init__(self, encoder: BertEncoder, name: Text) -> None:
        self._encoder, self._name = encoder, name

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceFeaturizer":
        return cls(open_encoder(), execution_context.node_name)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        messages = [message for message in training_data.training_examples if message.get(TEXT)]
        vectors = self._encoder.encode([message.get(TEXT) for message in messages])
        for message, vector in zip(messages, vectors, strict=True):
            self._add(message, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = (message.get(TEXT) or "")[:LONGEST]
            parts = concerns.parts(text)
            vector, *others = self._encoder.encode([text, *parts])
            self._add(message, vector)
            message.set(PARTS, list(zip(parts, others, strict=True)))
        return messages

    def _add(self, message: Message, vector: Any) -> None:
        message.add_features(Features(vector[None], FEATURE_TYPE_SENTENCE, TEXT, self._name))


def open_encoder() -> BertEncoder:
    """Raises RasaException if the model is missing or damaged."""
    try:
        return BertEncoder(MODEL)
    except ModelMissing as error:
        raise RasaException(f"The bot cannot read sentences: {error}.") from error
