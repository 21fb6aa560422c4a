"""``./lodge bench [NAME] [--json]``: measure, print, and fail when a bar is not met."""

import sys
from collections.abc import Callable, Iterator
from functools import partial

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks import check_in, cloud, ingest, kiosk, printing, sync
from benchmarks.rows import Row

BENCHES: dict[str, Callable[[], Iterator[Row]]] = {
    "check-in": check_in.rows,
    "cloud": cloud.rows,
    "ingest": ingest.rows,
    "kiosk": kiosk.rows,
    "printing": printing.rows,
    "sync": sync.rows,
}


@click.command()
@click.argument("name", required=False, type=click.Choice(sorted(BENCHES)))
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@click.option("--events", type=click.IntRange(min=10_000), default=sync.EVENTS, show_default=True, help="For sync.")
@click.option(
    "--slow", is_flag=True, help="For sync: a log of 10^7 events, an hour and 30 GB of disk. For kiosk: 2,000 visits."
)
@click.option("--quick", is_flag=True, help="For cloud: on a small scale, to see that every row can be measured.")
def main(name: str | None, *, events: int, as_json: bool, slow: bool, quick: bool) -> None:
    """Measure speed beside limits and peers, as ratios in one run."""
    benches: dict[str, Callable[[], Iterator[Row]]] = {
        **BENCHES,
        "cloud": partial(cloud.rows, cloud.QUICK if quick else cloud.FULL),
        "kiosk": partial(kiosk.rows, slow=slow),
        "sync": partial(sync.rows, events, slow=slow),
    }
    # "sync" has the rows of "ingest" among its own.
    chosen = [name] if name else [known for known in benches if known != "ingest"]
    rows = [row for known in chosen for row in benches[known]()]
    if as_json:
        click.echo(msgspec.json.encode({"rows": rows}))
    else:
        _print_table(rows)
    if any(row.ok is False for row in rows):
        sys.exit(1)


def _print_table(rows: list[Row]) -> None:
    table = Table("what", "value", "beside", "ratio", "bar", "")
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        bar = "" if row.bar is None else f"{_sign(row)} {row.bar:g}"
        verdict = {True: "ok", False: "MISSED", None: "skipped" if row.ratio is None else ""}[row.ok]
        table.add_row(row.name, f"{row.value:g} {row.unit}", row.beside, ratio, bar, verdict)
    Console().print(table)


def _sign(row: Row) -> str:
    """Whether a bar is a ceiling or a floor shows in how a figure beside it was judged."""
    below = row.ratio is not None and row.bar is not None and row.ratio <= row.bar
    return "<=" if below == row.ok else ">="


if __name__ == "__main__":
    main(prog_name="lodge bench")
