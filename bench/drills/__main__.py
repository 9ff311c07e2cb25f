"""bin/drill: each command prints what it saw; exit code 1 where something happened that must not."""

import sys
from pathlib import Path
from typing import Any

import click

from bench.drills.faults import faults_drill
from bench.drills.guards import guards_drill
from bench.drills.indexer import indexer_drill
from bench.drills.kill import kill_drill
from bench.drills.ledger import ledger_drill
from bench.drills.limits import limits_drill
from bench.drills.mutation import keep_modules, mutate_drill
from bench.drills.patient import DrillFailed
from bench.drills.reconcile import reconcile_drill
from bench.drills.reconcile_bank import reconcile_bank_drill
from bench.drills.reconcile_carrier import reconcile_carrier_drill
from bench.drills.reconcile_funder import reconcile_funder_drill
from bench.drills.reconcile_lender import reconcile_lender_drill
from bench.drills.reconciled import keep_source
from bench.drills.repeats import repeats_drill
from bench.drills.simulation import simulate_drill
from bench.drills.stock import stock_drill
from bench.drills.timers import timers_drill
from bench.figures import keep, show, tell
from bench.spans import add_span

RECONCILED = {
    "channel": reconcile_drill,
    "bank": reconcile_bank_drill,
    "carrier": reconcile_carrier_drill,
    "lender": reconcile_lender_drill,
    "funder": reconcile_funder_drill,
}
seed_option = click.option("--seed", default=1, show_default=True, help="Decides everything that is chosen.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
keep_option = click.option(
    "--keep",
    "kept_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the figures in this file, with date and machine.",
)


class _Drills(click.Group):
    """Says what happened and how to play it again."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DrillFailed as failed:
            click.echo(str(failed), err=True)
            sys.exit(1)


@click.group(cls=_Drills, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The long proofs: what must never happen is tried many times over."""


@main.command()
@click.option("--seeds", default=50, show_default=True, help="Runs of each fault on each flow.")
@click.option("--from-seed", default=1, show_default=True, help="The first seed.")
@click.option("--only", default="", help="Only cells whose name contains this, as 'duplicate refund'.")
@json_option
@keep_option
def faults(seeds: int, from_seed: int, only: str, *, as_json: bool, kept_in: Path | None) -> None:
    """Eight faults of outside parties on six ways of money: both sides say the same, and all has ended within a day."""
    figures = faults_drill(seeds=seeds, only=only, first=from_seed)
    _report(figures, as_json=as_json, kept_in=kept_in)


@main.command()
@click.option("--only", default="", help="Only guards of code and triggers whose name contains this.")
@json_option
@click.option(
    "--keep",
    "kept_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep each answer in this file with its date and commit, and ask only what does not stand there yet.",
)
def guards(only: str, *, as_json: bool, kept_in: Path | None) -> None:
    """Every guard of money and stock is taken out once, and a test must notice."""
    figures = guards_drill(only=only, kept_in=kept_in)
    _report(figures, as_json=as_json, kept_in=None)
    if figures["unnoticed"]:
        raise DrillFailed("Taken out, and no test failed:\n" + "\n".join(figures["unnoticed"]))


@main.command()
@click.option("--points", default=200, show_default=True, help="How many times something is killed.")
@click.option("--seed", default=1, show_default=True, help="Decides what is killed and when.")
@json_option
@keep_option
def kill(points: int, seed: int, *, as_json: bool, kept_in: Path | None) -> None:
    """kill -9 of web, worker and PostgreSQL while orders are placed, paid, shipped, received and withdrawn."""
    _report(kill_drill(points=points, seed=seed), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option("--kills", default=100, show_default=True, help="How many times the indexer is killed.")
@seed_option
@json_option
@keep_option
def indexer(kills: int, seed: int, *, as_json: bool, kept_in: Path | None) -> None:
    """kill -9 of the indexer while it makes builds and follows changes; nobody who asks meanwhile is answered wrong, or not at all."""
    _report(indexer_drill(kills=kills, seed=seed), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option("--pure", default=2_000_000, show_default=True, help="Deeds in the pure model.")
@click.option("--stored", default=200_000, show_default=True, help="Deeds through PostgreSQL.")
@seed_option
@json_option
@keep_option
def ledger(pure: int, stored: int, seed: int, *, as_json: bool, kept_in: Path | None) -> None:
    """Random deeds on the ledger against its oracle, sixteen hands at once; a trial balance every thousand."""
    _report(ledger_drill(pure=pure, stored=stored, seed=seed), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option("--times", default=50, show_default=True, help="How often each operation is asked for at once.")
@json_option
@keep_option
def repeats(times: int, *, as_json: bool, kept_in: Path | None) -> None:
    """Every operation that needs a key is asked for many times at once: one effect, equal answers."""
    _report(repeats_drill(times=times), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option(
    "--attempts", default=1_000, show_default=True, help="Attempts on each limit, all at one moment."
)
@click.option("--only", default="", help="Only limits whose name contains this.")
@json_option
@keep_option
def limits(attempts: int, only: str, *, as_json: bool, kept_in: Path | None) -> None:
    """Every limit of the trade is attacked by a thousand attempts at once."""
    _report(limits_drill(attempts=attempts, only=only), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option(
    "--sample", default=0, show_default=True, help="So many mistakes, chosen by the seed; 0 is all."
)
@click.option(
    "--only",
    multiple=True,
    help="Only parts (ledger, pricing, machines) and modules whose name contains this.",
)
@click.option(
    "--patience",
    default=60.0,
    show_default=True,
    help="Seconds of computing that tests may take for one mistake.",
)
@seed_option
@json_option
@click.option(
    "--keep",
    "kept_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add every module to the figures in this file, with its date and commit.",
)
def mutate(
    sample: int, only: tuple[str, ...], patience: float, seed: int, *, as_json: bool, kept_in: Path | None
) -> None:
    """Ledger, pricing and state machines are made wrong in one place at a time, and their tests must notice.

    What was learnt is kept in the folder .drill: a run that was stopped goes on, and one after a change tries again
    only what the change touches.
    """

    def tell_module(figures: dict[str, Any]) -> None:
        if kept_in is not None and not sample:
            keep_modules(figures, kept_in)
        name, score = list(figures["score_by_module"].items())[-1]
        click.echo("\n  ".join([f"{name}: {score}", *figures["modules"][name]["survivors"]]), err=True)

    figures = mutate_drill(
        sample=sample, seed=seed, only=only, patience=patience, work=Path(".drill"), tell=tell_module
    )
    figures.pop("modules")
    _report(figures, as_json=as_json, kept_in=None)


@main.command()
@click.option("--days", default=30, show_default=True, help="How many days are compared.")
@click.option("--lines", default=10_000, show_default=True, help="Lines of a day's file.")
@seed_option
@json_option
@click.option(
    "--keep",
    "kept_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the source's figures in this file, with date and machine, beside those of the others.",
)
@click.option(
    "--source", type=click.Choice(list(RECONCILED)), default="channel", show_default=True, help="Whose files."
)
def reconcile(days: int, lines: int, seed: int, source: str, *, as_json: bool, kept_in: Path | None) -> None:
    """A party's files of many days, two lines in a hundred spoilt in every way it can be: all found, none made up."""
    figures = RECONCILED[source](days=days, lines=lines, seed=seed)
    if kept_in is not None:
        keep_source(source, figures, kept_in)
    _report(figures, as_json=as_json, kept_in=None)


@main.command()
@click.option("--attempts", default=10_000, show_default=True, help="How many orders are tried.")
@click.option("--units", default=100, show_default=True, help="How many units there are.")
@json_option
@keep_option
def stock(attempts: int, units: int, *, as_json: bool, kept_in: Path | None) -> None:
    """A crowd orders one unit each of one SKU: exactly what there is gets sold."""
    _report(stock_drill(attempts=attempts, units=units), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option("--timers", default=100_000, show_default=True, help="How many timers are set.")
@seed_option
@json_option
@keep_option
def timers(timers: int, seed: int, *, as_json: bool, kept_in: Path | None) -> None:
    """Timers under clock jumps, killed hands and double delivery: each effect exactly once, none early."""
    _report(timers_drill(timers=timers, seed=seed), as_json=as_json, kept_in=kept_in)


@main.command()
@click.option("--seeds", default=10_000, show_default=True, help="How many seeds are played.")
@click.option("--from-seed", default=1, show_default=True, help="The first seed.")
@click.option("--events", default=200, show_default=True, help="Events of a seed.")
@click.option("--replays", default=10, show_default=True, help="So many of them are played twice.")
@json_option
@click.option(
    "--keep",
    "kept_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Add every span of seeds to the figures in this file, with date, commit and machine.",
)
def simulate(
    seeds: int, from_seed: int, events: int, replays: int, *, as_json: bool, kept_in: Path | None
) -> None:
    """Seeded lives of a market in one process, with faults: invariants hold, and a seed always plays the same.

    A run that was cut short goes on with --from-seed; what it has played is kept.
    """

    def tell_span(figures: dict[str, Any]) -> None:
        if kept_in is not None:
            add_span(figures, kept_in)
        last = figures["first_seed"] + figures["seeds"] - 1
        click.echo(f"seeds {figures['first_seed']}-{last}: {figures['seconds']} s", err=True)

    figures = simulate_drill(seeds=seeds, first=from_seed, events=events, replays=replays, tell=tell_span)
    _report(figures, as_json=as_json, kept_in=None)


def _report(figures: dict[str, Any], *, as_json: bool, kept_in: Path | None) -> None:
    if kept_in is not None:
        keep(figures, kept_in)
    click.echo(show(figures) if as_json else tell(figures))


if __name__ == "__main__":
    main(prog_name="bin/drill")
