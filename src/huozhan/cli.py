"""The `huozhan` command: serve a market, or work on one from the console.

`huozhan.main` is imported by the commands themselves: metrics choose how they are counted when they are
imported, so `serve` must first say that there are several processes.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from huozhan.bars import Bars
from huozhan.supervisor import CannotServe, HomeInUse, PostgresServer, running_dsn
from huozhan.supervisor.backup import back_up, restore
from huozhan.supervisor.children import Child, start_child
from huozhan.supervisor.home import hold, make_channel_secrets, prepare_home
from huozhan.supervisor.ports import LOOPBACK, bind, kept_port
from huozhan.supervisor.serving import Part, TellReady, forked, keep_running, run_once, stoppable

if TYPE_CHECKING:
    from huozhan.doors.hall import Hall
    from huozhan.doors.settings import Settings
    from huozhan.kernel.clock import Clock


class _Commands(click.Group):
    """Says what stands in the way in one sentence, and never shows a traceback for it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CannotServe as trouble:
            click.echo(f"huozhan: {trouble}", err=True)
            sys.exit(1)


home_option = click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of the market. [HUOZHAN_HOME]"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="huozhan", message="%(version)s")
def main() -> None:
    """Huozhan 货栈: an open wholesale market."""


# ── serving ──────────────────────────────────────────────────────────────────────────────────────────


@main.command()
@home_option
@click.option("--port", type=click.IntRange(0, 65535), help="Port to answer on, 0 for any. [HUOZHAN_PORT]")
@click.option("--host", help="Address to answer on (default 127.0.0.1).")
@click.option("--public-url", help="How people reach the market, such as https://market.example.")
@click.option(
    "--trusted-proxy", "trusted_proxies", multiple=True, help="Proxy whose X-Forwarded-* is believed."
)
@click.option("--processes", type=click.IntRange(1, 64), help="Web processes (default: one per core).")
@click.option("--empty", is_flag=True, help="Open an empty market instead of the demo.")
def serve(*, empty: bool, **given: Any) -> None:
    """Serve a market: PostgreSQL, web processes and worker, until Ctrl-C."""
    metrics = tempfile.mkdtemp(prefix="huozhan-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = metrics
    try:
        with stoppable():
            _serve(_settings(**given), empty=empty)
    finally:
        shutil.rmtree(metrics, ignore_errors=True)


def _serve(settings: "Settings", *, empty: bool) -> None:
    # What is read before the parts are forked lies in memory once, not once for each.
    import huozhan.doors.listening  # noqa: F401
    from huozhan import search
    from huozhan.main import names_outside

    search.load_dictionaries()

    prepare_home(settings.home)
    with contextlib.ExitStack() as closing:
        closing.enter_context(hold(settings.home, str(settings.home)))
        listener = closing.enter_context(bind(settings.host, settings.port))
        settings = msgspec.structs.replace(settings, port=int(listener.getsockname()[1]))
        server = None if settings.database_url else PostgresServer(settings.home)
        if server is not None:
            closing.enter_context(server)

        def current() -> "Settings":
            # PostgreSQL may come back at another port: a part reads the address whenever it starts.
            return settings if server is None else msgspec.structs.replace(settings, database_url=server.dsn)

        parts: list[Part] = [
            forked(f"web-{number}", lambda tell: _run_web(current(), listener, tell))
            for number in range(1, settings.processes + 1)
        ]
        parts.append(forked("worker", lambda tell: _run_worker(current(), tell)))
        if not (settings.outside_url or names_outside(settings)):
            outside, settings = _outside_part(settings)
            parts.append(outside)
        if not run_once(lambda: _prepare_market(current(), empty=empty)):
            sys.exit(1)
        keep_running(server, parts, lambda: click.echo(f"ready {settings.local_url}"))


def _run_web(settings: "Settings", listener: Any, tell_ready: TellReady) -> None:
    from huozhan.doors.listening import serve_hall
    from huozhan.doors.logs import log_to_stderr
    from huozhan.main import open_hall

    log_to_stderr(settings.log_level)

    async def answer() -> None:
        async with open_hall(settings) as hall:
            await serve_hall(hall, listener, tell_ready)

    _run(answer())


def _run_worker(settings: "Settings", tell_ready: TellReady) -> None:
    from huozhan.doors.logs import log_to_stderr
    from huozhan.main import run_worker

    log_to_stderr(settings.log_level)

    async def work() -> None:
        stop = asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        await run_worker(settings, stop, tell_ready)

    _run(work())


def _prepare_market(settings: "Settings", *, empty: bool) -> None:
    """Brings the database up to date and, on the first day, opens a demo or an empty market."""
    from huozhan.doors.jobs.search import index_first
    from huozhan.doors.logs import log_to_stderr
    from huozhan.doors.market.load import load_demo
    from huozhan.main import first_operator_link, open_hall

    log_to_stderr(settings.log_level)

    async def prepare(progress: Bars) -> str | None:
        await _open_market(settings, is_demo=not empty)
        async with open_hall(settings) as hall:
            if hall.terms.is_demo and empty:
                raise CannotServe(
                    f"{settings.home} holds the demo market: choose another --home for an empty one."
                )
            if hall.terms.is_demo:
                # It goes on where a killed start left it, and has nothing to do once all goods are there.
                await load_demo(hall, progress)
                # Whoever reads "ready" and looks for goods at once finds them.
                await index_first(hall, progress)
        return None if hall.terms.is_demo else await first_operator_link(settings)

    with Bars() as bars:
        link = _run(prepare(bars))
    if link is not None:
        click.echo(f"The first operator signs up here, once: {link}", err=True)


async def _open_market(settings: "Settings", *, is_demo: bool) -> None:
    from huozhan.kernel.work import Terms
    from huozhan.main import found_market, migrate

    terms = Terms(
        market_id=1,
        name_zh="货栈",
        name_en="Huozhan",
        currency="CNY",
        timezone="Asia/Shanghai",
        is_demo=is_demo,
    )
    await migrate(settings)
    await found_market(settings, terms)


def _outside_part(settings: "Settings") -> tuple[Part, "Settings"]:
    """The stand-ins of channel, bank, carrier and mail: a program of its own that knows nothing of the market."""
    folder = settings.home / "outside"
    prepare_home(folder)
    make_channel_secrets(settings.secrets_file)
    port = kept_port(folder / "port")
    command: list[str | Path] = [
        sys.executable, "-m", "huozhan_outside", "--home", folder, "--port", str(port),
        "--market-url", settings.local_url, "--secret-file", settings.secrets_file,
    ]  # fmt: skip
    if settings.clock_file is not None:
        command += ["--clock-file", settings.clock_file]

    def start(pipe: int) -> Child:
        return start_child(command, orphan_sign=signal.SIGKILL, stdout=pipe)

    return Part("stand-ins", start), msgspec.structs.replace(
        settings, outside_url=f"http://{LOOPBACK}:{port}"
    )


@main.command()
@home_option
@click.option("--port", type=click.IntRange(0, 65535), help="Port to answer on, 0 for any. [HUOZHAN_PORT]")
@click.option("--host", help="Address to answer on (default 127.0.0.1).")
@click.option("--public-url", help="How people reach the market, such as https://market.example.")
@click.option(
    "--trusted-proxy", "trusted_proxies", multiple=True, help="Proxy whose X-Forwarded-* is believed."
)
def web(**given: Any) -> None:
    """Run one web process beside a database that is already served."""
    with (
        stoppable(),
        _database_of(_settings(**given)) as served,
        bind(served.host, served.port) as listener,
    ):
        settings = _beside_stand_ins(served, port=int(listener.getsockname()[1]))
        _run_web(settings, listener, lambda: click.echo(f"ready {settings.local_url}"))


@main.command()
@home_option
def worker(**given: Any) -> None:
    """Run one worker beside a database that is already served."""
    with stoppable(), _database_of(_settings(**given)) as settings:
        _run_worker(_beside_stand_ins(settings), lambda: click.echo("ready"))


def _beside_stand_ins(settings: "Settings", **changed: Any) -> "Settings":
    """Settings of a process of its own: where nobody else is named, it calls the stand-ins of the served home."""
    port = settings.home / "outside" / "port"
    if not settings.outside_url and port.exists():
        changed["outside_url"] = f"http://{LOOPBACK}:{port.read_text()}"
    return msgspec.structs.replace(settings, **changed)


# ── working on a market ──────────────────────────────────────────────────────────────────────────────


@main.group()
def market() -> None:
    """Fill a market with goods or with past trade."""


@market.command("load")
@home_option
@json_option
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--scale", type=click.IntRange(1, 10_000_000), help="Make up so many offers; a load goes on.")
@click.option(
    "--data", type=click.Path(exists=True, path_type=Path), help="Real titles for --scale: a folder."
)
def market_load(
    *, folder: Path | None, scale: int | None, data: Path | None, as_json: bool, **given: Any
) -> None:
    """Load the demo's goods, or the full data sets in FOLDER, into a demo market; a new home becomes one."""
    if folder is not None and scale is not None:
        raise click.UsageError("Goods come from FOLDER or are made up, not both.")
    if data is not None and scale is None:
        raise click.UsageError("--data lends titles to goods that are made up: say --scale.")
    from huozhan.doors.logs import log_to_stderr
    from huozhan.doors.market.load import load_demo, load_folder, load_plenty
    from huozhan.main import open_hall

    async def load(settings: "Settings", bars: Bars) -> Any:
        await _open_market(settings, is_demo=True)
        async with open_hall(settings) as hall:
            if not hall.terms.is_demo:
                # Its shops are kept by a demo account, whose password everybody knows.
                raise CannotServe(f"{settings.home} holds a real market, and these goods are for a demo.")
            if scale is not None:
                return await load_plenty(hall, scale, bars, data=data)
            return await (load_demo(hall, bars) if folder is None else load_folder(hall, folder, bars))

    log_to_stderr("warning")
    settings = _settings(**given)
    prepare_home(settings.home)
    with _database_of(settings, may_be_new=True) as served, Bars(quiet=as_json) as bars:
        _report(_run(load(served, bars)), as_json=as_json)


@market.command("replay")
@home_option
@json_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def market_replay(*, file: Path, as_json: bool, **given: Any) -> None:
    """Play the invoices in FILE through a market of their own and compare the totals with the file.

    The market trades in GBP and has a home beside the usual one, unless --home names another. Begun again, a
    replay goes on where it stopped. Exit code 1 where anything differs.
    """
    from huozhan.doors.logs import log_to_stderr
    from huozhan.doors.market.replay import REPLAY_TERMS, WrongMarket, hurried, replay
    from huozhan.main import found_market, migrate, open_hall

    async def play(settings: "Settings", bars: Bars) -> Any:
        await migrate(settings)
        await found_market(settings, REPLAY_TERMS)
        quick = msgspec.structs.replace(settings, database_url=hurried(settings.database_url))
        async with open_hall(quick) as hall:
            return await replay(hall, file, bars)

    log_to_stderr("warning")
    settings = _settings(**given)
    if given.get("home") is None:
        settings = msgspec.structs.replace(
            settings, home=settings.home.with_name(settings.home.name + "-replay")
        )
    prepare_home(settings.home)
    try:
        with _database_of(settings, may_be_new=True) as served, Bars(quiet=as_json) as bars:
            outcome = _run(play(served, bars))
    except WrongMarket as error:
        raise CannotServe(f"{settings.home} holds another market ({error}), not one for a replay.") from error
    _report(outcome, as_json=as_json)
    if not outcome.is_exact:
        sys.exit(1)


@main.command()
@home_option
@json_option
def verify(*, as_json: bool, **given: Any) -> None:
    """Prove that money, stock, timers and index agree; exit code 1 where they do not."""
    _verify(given, as_json=as_json)


def _verify(given: dict[str, Any], *, as_json: bool, clock: "Clock | None" = None) -> None:
    from huozhan.kernel.actor import system
    from huozhan.operations import Verify
    from huozhan.operations import verify as prove

    outcome = _in_hall(given, lambda hall, _: hall.run(prove, Verify(), system()), quiet=as_json, clock=clock)
    _report(outcome, as_json=as_json)
    if not outcome.is_clean:
        sys.exit(1)


@main.command()
@home_option
@json_option
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(*, file: Path, as_json: bool, **given: Any) -> None:
    """Write the whole market into FILE, also while it is served.

    Keys are locked under a passphrase: HUOZHAN_BACKUP_PASSPHRASE, or asked for.
    """
    settings = _settings(**given)
    with _database_of(settings) as served, Bars(quiet=as_json) as bars:
        done = back_up(served.home, served.database_url, file, _passphrase(confirm=True), bars)
    _report(done, as_json=as_json)


@main.command("restore")
@home_option
@json_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(*, file: Path, as_json: bool, **given: Any) -> None:
    """Make a new home from the backup in FILE, then verify it."""
    from huozhan.doors.jobs.search import index_all
    from huozhan.kernel.clock import MovableClock

    settings = _settings(**given)
    if settings.database_url:
        raise CannotServe("A backup is restored into the PostgreSQL of a home: unset HUOZHAN_DATABASE_URL.")
    with Bars(quiet=as_json) as bars:
        made_at = restore(file, settings.home, _passphrase(confirm=False), bars)
    # What was on its way when the backup was made has not waited since, so the books are compared as of then.
    as_of = MovableClock(made_at)
    # The index is not in a backup: it is built from the database it must agree with.
    _in_hall(given, lambda hall, _: index_all(hall), quiet=as_json, clock=as_of)
    _verify(given, as_json=as_json, clock=as_of)


@main.group()
def keys() -> None:
    """Work on the keys of encrypted fields."""


@keys.command("add")
@home_option
@json_option
def add_sealing_key(*, as_json: bool, **given: Any) -> None:
    """Add a key that seals from now on; fields are sealed anew while the market is served. Stop the market first."""
    from huozhan.kernel.crypto import add_key

    settings = _settings(**given)
    if not settings.key_file.exists():
        raise CannotServe(f"There is no market in {settings.home}: name its folder with --home.")
    # A process that is running has read the keys already: it could not open what the new one seals.
    with hold(settings.home, str(settings.home)):
        _report({"key": add_key(settings.key_file)}, as_json=as_json)


# ── what the commands share ──────────────────────────────────────────────────────────────────────────


def _settings(**given: Any) -> "Settings":
    from huozhan.main import BadSetting, read_settings

    named = {name: value for name, value in given.items() if value not in (None, ())}
    try:
        settings = read_settings(**named)
    except BadSetting as error:
        raise CannotServe(str(error)) from error
    return msgspec.structs.replace(settings, home=settings.home.expanduser().absolute())


def _in_hall(
    given: dict[str, Any],
    work: Callable[["Hall", Bars], Awaitable[Any]],
    *,
    quiet: bool,
    clock: "Clock | None" = None,
) -> Any:
    """Runs something in an open market, with progress on the console, and gives its outcome."""
    from huozhan.doors.logs import log_to_stderr
    from huozhan.main import open_hall

    log_to_stderr("warning")

    async def inside(settings: "Settings", bars: Bars) -> Any:
        async with open_hall(settings, clock=clock) as hall:
            return await work(hall, bars)

    with _database_of(_settings(**given)) as settings, Bars(quiet=quiet) as bars:
        return _run(inside(settings, bars))


@contextlib.contextmanager
def _database_of(settings: "Settings", *, may_be_new: bool = False) -> Iterator["Settings"]:
    """The database of a home: the named one, the one being served, or one started for this command."""
    if settings.database_url:
        yield settings
        return
    if not may_be_new and not (settings.home / "postgres" / "data").exists():
        raise CannotServe(f"There is no market in {settings.home}: name its folder with --home.")
    server = PostgresServer(settings.home)
    try:
        dsn = server.start()
    except HomeInUse:
        dsn = running_dsn(settings.home)
    try:
        yield msgspec.structs.replace(settings, database_url=dsn)
    finally:
        server.stop()


def _run(work: Any) -> Any:
    """Runs to its end what is asynchronous; a database or disk that cannot be used is a sentence, not a traceback."""
    import uvloop

    from huozhan.kernel.database import UNUSABLE, WrongDatabase

    try:
        return uvloop.run(work)
    except WrongDatabase as error:
        raise CannotServe(str(error)) from error
    except UNUSABLE as error:
        raise CannotServe(_in_a_sentence(error)) from error


def _in_a_sentence(error: Exception) -> str:
    from huozhan.kernel.database import is_disk_full

    said = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
    if is_disk_full(error):
        return f"The disk is full: {said}."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} cannot be used: {error.strerror}."
    return f"The database cannot be used: {said}."


def _passphrase(*, confirm: bool) -> str:
    given = os.environ.get("HUOZHAN_BACKUP_PASSPHRASE")
    if given:
        return given
    asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return asked


def _report(outcome: Any, *, as_json: bool) -> None:
    content = msgspec.to_builtins(outcome)
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        for name, value in content.items():
            click.echo(f"{name.replace('_', ' ')}: {value}")
