"""Reads data/training/utterances: pairs of a German and an English utterance, one file an intent.

They teach the sentence model too, so they stand in one place for both.
"""

import csv
from pathlib import Path
from typing import Iterator, List, Optional, Text, Tuple, Union

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

LANGUAGES = ("de", "en")


class UtteranceImporter(TrainingDataImporter):
    """NLU data from `<folder>/<intent>.tsv`; the files that Rasa knows are read by its own importer beside this one."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
        folder: Text = "",
    ) -> None:
        """`folder` as in config.yml, relative to it. Raises RasaException if it holds no utterances."""
        self._files = sorted((Path(config_file or ".").resolve().parent / folder).glob("*.tsv"))
        if not self._files:
            raise RasaException(f"UtteranceImporter: no utterances in {folder!r}.")

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        return TrainingData(
            [Message.build(text, intent) for file in self._files for text, intent in read_utterances(file)]
        )

    def get_domain(self) -> Domain:
        return Domain.empty()

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        return StoryGraph([])

    def get_conversation_tests(self) -> StoryGraph:
        return StoryGraph([])

    def get_config(self) -> dict:
        return {}

    def get_config_file_for_auto_config(self) -> Optional[Text]:
        return None


def read_utterances(file: Path) -> Iterator[Tuple[str, str]]:
    """Text and intent. The file's name is the intent; where there is a column `intent`, that is it."""
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            for language in LANGUAGES:
                yield row[language].strip(), (row.get("intent") or file.stem).strip()
