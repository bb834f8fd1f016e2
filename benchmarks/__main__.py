"""``python -m benchmarks``: everything that is measured as a ratio, in one run and one table."""

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks import against_naive, companies, per_page, per_question, report
from benchmarks.companies import company

QUICK_SIZES = (500,)


@click.group(invoke_without_command=True)
@click.option("--quick", is_flag=True, help="A look of a few minutes at the small company alone.")
@click.option("--accounts", type=int, multiple=True, help="Sizes other than the usual three.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=companies.FOLDER,
    help="Where companies are kept once they are built.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="A page to write the tables into, between its markers.",
)
@click.pass_context
def main(
    ctx: click.Context, *, quick: bool, accounts: tuple[int, ...], data: Path, out: Path | None
) -> None:
    """Measure questions, pages and the naive app, in turns, and print the ratios."""
    sizes = accounts or (QUICK_SIZES if quick else companies.SIZES)
    ctx.obj = {"quick": quick, "sizes": sizes, "data": data}
    if ctx.invoked_subcommand is None:
        parts = [f"{report.machine()}\n"]
        parts += [part(ctx) for part in (_questions, _pages, _naive)]
        content = "\n".join(parts)
        click.echo(content)
        if out:
            report.written(out, content)


def _questions(ctx: click.Context) -> str:
    rounds, seconds = (3, 1.0) if ctx.obj["quick"] else (7, 2.0)
    return report.of_questions(
        [
            per_question.measured(
                company(size, ctx.obj["data"]), size, rounds=rounds, seconds=seconds
            )
            for size in ctx.obj["sizes"]
        ]
    )


def _pages(ctx: click.Context) -> str:
    quick, sizes = ctx.obj["quick"], ctx.obj["sizes"]
    # The smallest and the largest: what lies between says nothing more.
    ends = dict.fromkeys((sizes[0], sizes[-1]))
    first = per_page.cold(company(sizes[0], ctx.obj["data"]), rounds=2 if quick else 5)
    found = [
        per_page.measured(
            company(size, ctx.obj["data"]),
            size,
            rounds=1 if quick else 2,
            few=3 if quick else None,
        )
        for size in ends
    ]
    return report.of_pages(found, first)


def _naive(ctx: click.Context) -> str:
    quick, sizes = ctx.obj["quick"], ctx.obj["sizes"]
    return report.of_naive(
        [
            against_naive.measured(company(size, ctx.obj["data"]), size, rounds=1 if quick else 3)
            for size in (sizes[1:] or sizes)
        ]
    )


def _command(name: str, what: str, part: Callable[[click.Context], str]) -> None:
    @main.command(name, help=what)
    @click.pass_context
    def command(ctx: click.Context) -> None:
        click.echo(f"{report.machine()}\n\n{part(ctx)}")


_command("questions", "Each question beside DuckDB alone.", _questions)
_command("pages", "Each page in Chromium beside the floor.", _pages)
_command("naive", "A filter change beside the naive app.", _naive)

if importlib.util.find_spec("benchmarks.load"):

    @main.command("load", context_settings={"ignore_unknown_options": True})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def load(arguments: tuple[str, ...]) -> None:
        """Many viewers at once; everything after the name is its own."""
        sys.argv[1:] = arguments
        importlib.import_module("benchmarks.load").main()


if __name__ == "__main__":
    main()
