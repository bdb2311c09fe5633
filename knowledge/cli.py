"""Articles: check them, ask them, publish them, take a step back.

Exit codes: 0 all is well (there may be warnings), 1 there is a problem, 2 the command was used wrongly.
"""

# Nothing heavy is imported here: a rollback must be there within a second, and `kulanz` shows this command to all.
from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from knowledge.articles import KINDS, LANGUAGES, Kind, Language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from knowledge.problems import Problem
    from knowledge.publish import Publisher

ROOT = Path(__file__).resolve().parent.parent
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

ArticlesDir = Annotated[Path, typer.Option("--articles", envvar="KULANZ_ARTICLES_DIR", help="Editors' files.")]
DataDir = Annotated[Path, typer.Option("--data", envvar="KULANZ_DATA_DIR", help="Where builds are kept.")]
Model = Annotated[str, typer.Option("--model", envvar="KULANZ_EMBEDDING_MODEL", help="`kulanz`, `minilm` or a folder.")]
QuestionsDir = Annotated[
    Path, typer.Option("--questions", envvar="KULANZ_KNOWLEDGE_QUESTIONS", help="The regression questions.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings fail too.")]
ARTICLES, DATA, QUESTIONS = ROOT / "knowledge" / "articles", ROOT / "data" / "var", ROOT / "data" / "evaluation"
MODEL = ""
_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@app.command("check")
def check_articles(
    *,
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
    questions: QuestionsDir = QUESTIONS,
    strict: Strict = False,
    files_only: Annotated[bool, typer.Option("--files-only", help="Without the index: quicker, finds less.")] = False,
) -> None:
    """Say what is wrong with the articles: each file, all together, and the index made of them."""
    from knowledge.check import check
    from knowledge.doubts import doubts_in_words
    from knowledge.problems import errors, in_order

    found, problems = check(articles)
    if not errors(problems):
        if files_only:
            problems = in_order([*problems, *doubts_in_words(found, articles)])
        else:
            problems = _publisher(articles, data, model, questions).verify().problems
    _finish(problems, f"{len(found)} articles are fine", strict=strict)


@app.command()
def build(
    *,
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
    questions: QuestionsDir = QUESTIONS,
    strict: Strict = False,
) -> None:
    """Make the index of the articles and check it, but let the one that serves go on serving."""
    from knowledge.problems import errors

    publisher = _publisher(articles, data, model, questions)
    verified = publisher.verify()
    version = ""
    if verified.build and not errors(verified.problems):
        publisher.builds.save(verified.build)
        version = verified.build.version
    _finish(verified.problems, f"version {version} is ready; `kulanz knowledge publish` lets it serve", strict=strict)


@app.command()
def publish(
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
    questions: QuestionsDir = QUESTIONS,
) -> None:
    """Build, check, and let the articles as they are serve; running servers follow."""
    publisher = _publisher(articles, data, model, questions)
    problems = publisher.refresh(force=True)
    _finish(problems, f"version {publisher.search.version} serves")


@app.command()
def ask(
    *,
    question: Annotated[
        str, typer.Argument(help="Left out with --json: one question a line from standard input.")
    ] = "",
    language: Annotated[Language, typer.Option(help="The language of the conversation.")] = "de",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
    questions: QuestionsDir = QUESTIONS,
) -> None:
    """Ask as a visitor would. Needs no running server; builds the index first if there is none of these articles."""
    if not (question or as_json):
        raise typer.BadParameter("ask something, or use --json and write questions to standard input")
    publisher = _ready(_publisher(articles, data, model, questions))
    if as_json:
        _quietly(_records(publisher, language, [question] if question else _lines()))
        return
    from knowledge.report import show_result

    before = time.perf_counter()
    result = publisher.search.search(question, language)
    show_result(result, (time.perf_counter() - before) * 1000)


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(help="Left out: the one before the version that serves.")] = "",
    data: DataDir = DATA,
) -> None:
    """Let an earlier version serve again; what it replaces is held back until an article changes."""
    from knowledge import builds

    kept = builds.Builds(data / "knowledge")
    try:
        typer.echo(f"version {kept.roll_back(version)} serves")
    except builds.BuildRefused as refusal:
        typer.echo(f"{refusal}; kept are: {', '.join(kept.history()) or 'none'}", err=True)
        raise typer.Exit(1) from None


@app.command()
def history(data: DataDir = DATA) -> None:
    """List the builds that are kept, newest first: which is live, which is held back."""
    from knowledge import builds
    from knowledge.report import show_history

    kept = builds.Builds(data / "knowledge")
    show_history(kept.kept(), kept.current())


@app.command()
def new(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The new article's id, also its file's name.")] = "",
    topic: Annotated[str, typer.Option(help="Folder and topic: `payment/paypal`.")] = "",
    kind: Annotated[Kind | None, typer.Option(help="Asked for if left out.")] = None,
    articles: ArticlesDir = ARTICLES,
) -> None:
    """Make the pair of twins of a new article, to be filled in. Asks for what is left out."""
    from knowledge.new import NewRefused, create

    article_id = article_id or typer.prompt("Id (small letters, digits, -)")
    topic = topic or typer.prompt("Folder and topic, like payment/paypal")
    chosen = kind or typer.prompt(f"Kind ({', '.join(KINDS)})", default="faq")
    if chosen not in KINDS:
        raise typer.BadParameter(f"the kind is one of {', '.join(KINDS)}")
    place, slash, name = topic.partition("/")
    if not slash:
        raise typer.BadParameter("--topic is a folder and a topic, like payment/paypal")
    try:
        made = create(articles, article_id, place, name, chosen)
    except (NewRefused, OSError) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
    for path in made:
        typer.echo(path)
    typer.echo("Fill in what stands between >> and <<; until then nothing new goes live.", err=True)


@app.command("evaluate")
def evaluate_search(
    questions: QuestionsDir = QUESTIONS,
    articles: ArticlesDir = ARTICLES,
    data: DataDir = DATA,
    model: Model = MODEL,
    plot: Annotated[Path | None, typer.Option(help="Where to draw the reliability plot, an SVG.")] = None,
) -> None:
    """Measure the search on questions whose topic is known; the test half was never tuned on."""
    from knowledge import evaluate
    from knowledge import questions as sets
    from knowledge.reliability import svg

    publisher = _ready(_publisher(articles, data, model, questions))
    try:
        known = sets.read(questions)
    except sets.QuestionsRefused as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
    if known is None:
        raise typer.BadParameter(f"there are no questions in {questions}")
    asked = {name: evaluate.ask(publisher.search, known.questions[name], name) for name in LANGUAGES}
    for language, results in asked.items():
        for split in ("development", "test"):
            half = [(question, result) for question, result in results if question.split == split]
            values = "  ".join(f"{name} {value:.3g}" for name, value in asdict(evaluate.figures(half)).items())
            typer.echo(f"{language} {split:12} {values}  calibration_error {evaluate.calibration_error(half):.3g}")
        for row in evaluate.coverage([one for one in results if one[0].split == "test"], _THRESHOLDS):
            typer.echo(
                "{} test from confidence {:.2f}: answered {:.3f}, precision {:.3f}, strays {:.3f}".format(
                    language, *row
                )
            )
    if plot:
        kept_out = {name: [one for one in results if one[0].split == "test"] for name, results in asked.items()}
        plot.write_text(
            svg({name: evaluate.reliability(results) for name, results in kept_out.items()}), encoding="utf-8"
        )


def _publisher(articles: Path, data: Path, model: str, questions: Path) -> Publisher:
    from knowledge.embeddings import DEFAULT_MODEL, ModelMissing
    from knowledge.publish import Publisher

    try:
        return Publisher(articles, data, model or DEFAULT_MODEL, questions)
    except ModelMissing as missing:
        typer.echo(str(missing), err=True)
        raise typer.Exit(1) from None


def _ready(publisher: Publisher) -> Publisher:
    """Let it answer from the articles as they are; if they cannot be published, from the last version that could."""
    from knowledge.problems import errors

    publisher.follow()
    before = publisher.search.version
    if before is None:
        typer.echo("building the index first", err=True)
    for one in errors(publisher.refresh()):
        typer.echo(f"{one.file}:{one.line}: {one.severity}: {one.message} ({one.hint})", err=True)
    if publisher.search.version is None:
        raise typer.Exit(1)
    if before not in (None, publisher.search.version):
        typer.echo(f"the articles had changed; version {publisher.search.version} serves now", err=True)
    return publisher


def _lines() -> Iterator[str]:
    """Questions from standard input; what is no UTF-8 is replaced, not refused."""
    for line in typer.get_binary_stream("stdin"):
        yield line.decode("utf-8", errors="replace").rstrip("\r\n")


def _records(publisher: Publisher, language: Language, questions: Iterator[str] | list[str]) -> Iterator[bytes]:
    from knowledge.report import as_record

    for question in questions:
        before = time.perf_counter()
        result = publisher.search.search(question, language)
        record = as_record(question, language, result, (time.perf_counter() - before) * 1000)
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _quietly(lines: Iterator[bytes]) -> None:
    """Write and flush each line; stop without a word when nobody reads any more."""
    out = typer.get_binary_stream("stdout")
    try:
        for line in lines:
            out.write(line)
            out.flush()
    except BrokenPipeError:
        # Python flushes once more at its end; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _finish(problems: list[Problem], good_news: str, *, strict: bool = False) -> None:
    from knowledge.problems import errors
    from knowledge.report import counted, show_problems

    show_problems(problems)
    fails = bool(errors(problems) or (strict and problems))
    summary = counted(problems)
    typer.echo(f"{good_news} ({summary})" if summary and not fails else summary if fails else good_news)
    if fails:
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
