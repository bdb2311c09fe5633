"""`python -m knowledge.training make --corpus FOLDER`: from sentence pairs to the model in `knowledge/model`.

The corpus folder holds `de-en.tsv.gz` (gzip, UTF-8, header line, columns de, en, source). Its texts are not part of the
repository. What took long is kept below `--work` and used again; delete that folder to begin anew.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from tokenizers import Tokenizer

from knowledge.articles import read_folder
from knowledge.embeddings import model_folder
from knowledge.training import corpus, lessons, teacher, vocabulary

ROOT = Path(__file__).resolve().parents[2]
TEACHER = "minilm"
app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
_log = logging.getLogger("knowledge.training")

CorpusDir = Annotated[Path, typer.Option("--corpus", help="Folder with de-en.tsv.gz.")]
WorkDir = Annotated[Path, typer.Option("--work", help="Where vectors and the vocabulary are kept between runs.")]
ModelDir = Annotated[Path, typer.Option("--model", help="Where the model goes.")]
UTTERANCES, ARTICLES = ROOT / "data" / "training" / "utterances", ROOT / "knowledge" / "articles"
WORK, MODEL = ROOT / "data" / "var" / "training", ROOT / "knowledge" / "model"


@app.callback()
def prepare() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


@app.command()
def make(corpus_dir: CorpusDir, work: WorkDir = WORK, model: ModelDir = MODEL) -> None:
    """Read, encode with the teacher, build the vocabulary, teach the student, write the model. Takes hours of CPU."""
    import torch

    from knowledge.training import export, student

    torch.manual_seed(7)
    work.mkdir(parents=True, exist_ok=True)
    pairs = corpus.read(corpus_dir, UTTERANCES)
    _log.info("%d pairs, %d of them our own", len(pairs), sum(bool(pair.topic) for pair in pairs))
    targets, rows = _targets(pairs, work)
    pupil = student.begin(pairs, _tokenizer(pairs, work), model_folder(TEACHER))
    articles, problems = read_folder(ARTICLES)
    if problems:
        raise typer.BadParameter(f"{problems[0].file}: {problems[0].message}", param_hint="articles")
    for stage in lessons.stages(pairs, articles, rows, targets):
        student.teach(pupil, stage)
    export.write(pupil, model)
    _log.info("%s is written; now `kulanz knowledge evaluate`", model)


def _targets(pairs: list[corpus.Pair], work: Path) -> tuple[teacher.Vectors, dict[str, int]]:
    """The teacher's vectors of all English texts, and which row is whose. New texts are added to those kept."""
    names, vectors = work / "teacher.json", work / "teacher.npy"
    texts: list[str] = json.loads(names.read_text(encoding="utf-8")) if names.exists() else []
    known = set(texts)
    new = sorted({pair.en for pair in pairs if pair.en not in known})
    if new:
        before = [np.load(vectors)] if texts else []
        texts += new
        np.save(vectors, np.concatenate([*before, teacher.encode(new, model_folder(TEACHER))]))
        names.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    return np.load(vectors, mmap_mode="r"), {text: row for row, text in enumerate(texts)}


def _tokenizer(pairs: list[corpus.Pair], work: Path) -> Tokenizer:
    file = work / "tokenizer.json"
    if not file.exists():
        weighted = [pair for pair in pairs for _ in range(corpus.weight(pair))]
        english = vocabulary.read(model_folder(TEACHER) / "tokenizer.json")
        made = vocabulary.make([pair.de for pair in weighted], [pair.en for pair in weighted], english)
        made.save(str(file), pretty=False)
    return vocabulary.read(file)


if __name__ == "__main__":
    app()
