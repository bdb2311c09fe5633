"""What the visitor means, and with what confidence; and which concerns, if the message holds several."""

from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.intent_model import IntentModel
from components.sentences import LONGEST, PARTS

CONCERNS = "concerns"
"""Key of the parse data: two or more of {text, intent, confidence, entities}, in the order of the message."""
IN_SCOPE = "in_scope"
"""Key of the parse data: the share of all intents but those of `OUTSIDE`, between 0 and 1."""
OUTSIDE = ("out_of_scope", "small_talk", "noise", "other_language")
RANKED = 10
AROUND = {
    "greet",
    "goodbye",
    "thanks",
    "affirm",
    "deny",
    "bot_challenge",
    "insult",
    "dissatisfied",
    "small_talk",
    "noise",
    "other_language",
    "out_of_scope",
    "inform",
    "correct",
    "repeat",
    "undo",
    "complaint",
    "talk_to_human",
    "what_can_you_do",
}
"""No concern of their own beside another one."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):
    """Ranks the intents. Below `threshold` the message counts as not understood; each concern needs `concern_threshold`."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"threshold": 0.4, "concern_threshold": 0.7}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._model: Any = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "IntentClassifier":
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = IntentModel.open(folder)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Raises RasaException if no featurizer of ours stands before this component."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        vectors = np.concatenate([sentence_vector(message) for message in examples])
        texts, intents = ([message.get(key) for message in examples] for key in (TEXT, INTENT))
        self._model = IntentModel.learn(texts, vectors, intents)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            parts = message.get(PARTS) or []
            texts = [(message.get(TEXT) or "")[:LONGEST], *(text for text, _ in parts)]
            vectors = np.concatenate([sentence_vector(message), *(vector[None] for _, vector in parts)])
            whole, *others = self._model.probabilities(texts, vectors)
            ranking = self._ranking(whole)
            if ranking[0]["confidence"] < self._config["threshold"]:
                confidence = 1 - ranking[0]["confidence"]
                ranking.insert(0, {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": confidence})
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(IN_SCOPE, self._in_scope(whole), add_to_output=True)
            concerns = self._concerns(texts[1:], others)
            message.set(CONCERNS, [with_entities(concern, message) for concern in concerns], add_to_output=True)
        return messages

    def _in_scope(self, probabilities: Any) -> float:
        outside = [share for intent, share in zip(self._model.intents, probabilities, strict=True) if intent in OUTSIDE]
        return float(1 - sum(outside))

    def _ranking(self, probabilities: Any) -> List[Dict[Text, Any]]:
        best = np.argsort(-probabilities)[:RANKED]
        return [{"name": self._model.intents[at], "confidence": float(probabilities[at])} for at in best]

    def _concerns(self, texts: List[Text], probabilities: List[Any]) -> List[Dict[Text, Any]]:
        """Empty unless there are two or more clear and different ones: what is one wish must not be torn apart."""
        found: Dict[Text, Dict[Text, Any]] = {}
        for text, row in zip(texts, probabilities, strict=True):
            intent, confidence = self._model.intents[int(row.argmax())], float(row.max())
            if intent in AROUND:
                continue
            if confidence < self._config["concern_threshold"] or intent == DEFAULT_NLU_FALLBACK_INTENT_NAME:
                return []
            found.setdefault(intent, {"text": text, "intent": intent, "confidence": confidence})
        return list(found.values()) if len(found) > 1 else []


def with_entities(concern: Dict[Text, Any], message: Message) -> Dict[Text, Any]:
    """The entities that stand in the concern's part of the message, placed as in the message."""
    start = message.get(TEXT).find(concern["text"])
    end = start + len(concern["text"])
    inside = [entity for entity in message.get(ENTITIES) or [] if start <= entity["start"] < end]
    return {**concern, "entities": inside}


def sentence_vector(message: Message) -> Any:
    """One row. Raises RasaException if nothing made it."""
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise RasaException("IntentClassifier needs SentenceFeaturizer before it in config.yml.")
    return sentence.features
