"""`python -m knowledge.cli check | build | search | rollback | evaluate`. Exit code 1: there is a problem."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from knowledge import builds, evaluate
from knowledge.articles import LANGUAGES, Language, Problem
from knowledge.check import check
from knowledge.embeddings import ModelMissing, SentenceEncoder
from knowledge.publish import Publisher

ROOT = Path(__file__).resolve().parent.parent
app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

ArticlesDir = Annotated[Path, typer.Option("--articles", envvar="KULANZ_ARTICLES_DIR", help="Editors' files.")]
DataDir = Annotated[Path, typer.Option("--data", envvar="KULANZ_DATA_DIR", help="Where builds are kept.")]
Model = Annotated[str, typer.Option("--model", envvar="KULANZ_EMBEDDING_MODEL", help="`minilm` or a model's folder.")]
ARTICLES, DATA, MODEL = ROOT / "knowledge" / "articles", ROOT / "data" / "var", "minilm"


@app.command("check")
def check_articles(articles: ArticlesDir = ARTICLES) -> None:
    """Read all articles and say what is wrong with them."""
    found, problems = check(articles)
    _finish(problems, f"{len(found)} articles are fine")


@app.command()
def build(articles: ArticlesDir = ARTICLES, data: DataDir = DATA, model: Model = MODEL) -> None:
    """Build the index of the articles as they are and let it serve; running servers follow."""
    publisher = _publisher(articles, data, model)
    problems = publisher.refresh(force=True)
    _finish(problems, f"version {publisher.search.version} serves")


@app.command()
def search(
    question: str,
    language: Annotated[str, typer.Option(help="de or en")] = "de",
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
) -> None:
    """Ask the version that serves."""
    publisher = _publisher(articles, data, model)
    publisher.follow()
    result = publisher.search.search(question, _language(language))
    typer.echo(f"{result.verdict}, confidence {result.confidence:.2f}")
    for tried in result.tried:
        typer.echo(f"{'*' if tried.used else ' '} {tried.score:.2f}  {tried.article_id}  {tried.title}")
    if result.answer:
        typer.echo(f"\n{result.answer.text}")


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="Empty: the one before the version that serves.")] = "",
    data: DataDir = DATA,
) -> None:
    """Let an earlier version serve again; what it replaces is held back until an article changes."""
    kept = builds.Builds(data / "knowledge")
    try:
        typer.echo(f"version {kept.roll_back(version)} serves")
    except builds.BuildRefused as refusal:
        typer.echo(f"{refusal}; kept are: {', '.join(kept.history()) or 'none'}", err=True)
        raise typer.Exit(1) from None


@app.command("evaluate")
def evaluate_search(
    questions: Annotated[Path, typer.Option(help="Folder of questions.{de,en}.jsonl")] = ROOT / "data" / "evaluation",
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
) -> None:
    """Measure the version that serves on questions that are not in the articles."""
    publisher = _publisher(articles, data, model)
    publisher.follow()
    for language in LANGUAGES:
        asked = evaluate.read(questions / f"questions.{language}.jsonl")
        for split in ("development", "test"):
            figures = evaluate.measure(publisher.search, [one for one in asked if one.split == split], language)
            values = "  ".join(f"{name} {value:.3g}" for name, value in asdict(figures).items())
            typer.echo(f"{language} {split:12} {values}")


def _publisher(articles: Path, data: Path, model: str) -> Publisher:
    try:
        return Publisher(articles, data, SentenceEncoder(model))
    except ModelMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None


def _language(name: str) -> Language:
    for language in LANGUAGES:
        if language == name:
            return language
    raise typer.BadParameter(f"{name} is not one of {', '.join(LANGUAGES)}")


def _finish(problems: list[Problem], good_news: str) -> None:
    for problem in problems:
        typer.echo(f"{problem.file}:{problem.line}: {problem.message} ({problem.hint})", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(good_news)


if __name__ == "__main__":
    app()
