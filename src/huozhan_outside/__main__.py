"""Start the outside parties: one process on the loopback, one line when it serves."""

import argparse
import asyncio
import signal
import socket
import sqlite3
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec
import uvicorn
import uvloop

from huozhan_outside import signing
from huozhan_outside.agenda import Agenda
from huozhan_outside.bank import Bank
from huozhan_outside.calling import Market
from huozhan_outside.carrier import Carrier
from huozhan_outside.channel import Channel
from huozhan_outside.clock import Clock
from huozhan_outside.faults import PlanFile
from huozhan_outside.funder import Funder
from huozhan_outside.insurer import Insurer
from huozhan_outside.lender import Lender
from huozhan_outside.mail import Mail
from huozhan_outside.party import Keys, Party, World
from huozhan_outside.signer import Signer
from huozhan_outside.tax import TaxParty
from huozhan_outside.web import Door

HOST = "127.0.0.1"

KEEP_ALIVE_S = 75  # longer than a caller keeps an idle connection, so that the caller closes first
PATIENCE_S = 2

Kind = TypeVar("Kind")


class PartySecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secrets a party shares with the market; one with a `url` is played by nobody here, but called there."""

    request_secret: str
    callback_secret: str
    url: str = ""

    def keys(self) -> Keys:
        """The keys inside."""
        return Keys(signing.request_key(self.request_secret), signing.callback_key(self.callback_secret))


class ChannelSecrets(PartySecrets, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The channel also knows the market by a name."""

    merchant: str


class BankSecrets(PartySecrets, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The names by which the market's account is known to customers; only the market shows them."""

    account_name: str = ""
    bank_name: str = ""


class QuietSecrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mail, the signer and the insurer call nobody back."""

    request_secret: str
    url: str = ""

    def keys(self) -> Keys:
        """The keys inside."""
        return Keys(signing.request_key(self.request_secret), b"")


class SecretFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret file."""

    channel: ChannelSecrets
    bank: BankSecrets
    carrier: PartySecrets
    mail: QuietSecrets
    tax: PartySecrets | None = None
    signer: QuietSecrets | None = None
    """Absent where the market was made before it had one: nobody signs then."""
    lender: PartySecrets | None = None
    """A market that was founded before there was a lender has no secrets for one."""
    funder: PartySecrets | None = None
    """The same with the funder of fast arrival."""
    insurer: QuietSecrets | None = None
    """The same with the insurer of return freight."""


class _Server(uvicorn.Server):
    """Leaves quietly on a signal, so that the stores are closed after the last answer."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def leave(self) -> None:
        self.should_exit = True


def main() -> None:
    """Read the command line and serve until told to stop."""
    args = _arguments()
    kept = _toml(args.secret_file, SecretFile)
    plan = PlanFile() if args.faults is None else _toml(args.faults, PlanFile)
    listener = _listen(args.port)
    own_url = f"http://{HOST}:{listener.getsockname()[1]}"
    clock = Clock(args.clock_file)
    agenda = Agenda(clock)
    try:
        args.home.mkdir(parents=True, exist_ok=True)
        world = World(
            args.home, clock, agenda, Market(args.market_url), args.seed, args.public_url or own_url
        )
        parties = _parties(world, kept, plan, args)
    except OSError as problem:
        _stop(f"the folder {args.home} cannot be used: {problem.strerror}")
    except sqlite3.Error as problem:
        _stop(f"the stores in {args.home} cannot be used: {problem}")
    except signing.BadSecret as problem:
        _stop(f"{args.secret_file}: {problem}")
    uvloop.run(_serve(parties, agenda, listener, own_url))


async def _serve(parties: list[Party], agenda: Agenda, listener: socket.socket, own_url: str) -> None:
    for party in parties:
        party.resume()
    working = asyncio.create_task(agenda.run())
    config = uvicorn.Config(
        Door(parties),
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=PATIENCE_S,
    )
    server = _Server(config)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.leave)
    sys.stdout.write(f"ready {own_url}\n")
    sys.stdout.flush()
    await server.serve(sockets=[listener])
    working.cancel()
    for party in parties:
        await party.callbacks.finish(PATIENCE_S)
    for party in parties:
        party.store.close()


def _parties(world: World, kept: SecretFile, plan: PlanFile, args: argparse.Namespace) -> list[Party]:
    channel = Channel(
        world, kept.channel.keys(), plan.channel, kept.channel.merchant, _milliseconds(args.refund_delay)
    )
    settlements = {"settlement": channel.settlement_totals}
    parties: list[Party] = [
        channel,
        Bank(world, kept.bank.keys(), plan.bank, _milliseconds(args.bank_delay), settlements),
        Carrier(world, kept.carrier.keys(), plan.carrier, _milliseconds(args.parcel_speed)),
        Mail(world, kept.mail.keys(), plan.mail),
    ]
    if kept.tax is not None:
        parties.append(TaxParty(world, kept.tax.keys(), plan.tax, _milliseconds(args.tax_delay)))
    if kept.signer is not None:
        parties.append(Signer(world, kept.signer.keys(), plan.signer))
    if kept.lender:
        lender = Lender(world, kept.lender.keys(), plan.lender, kept.channel.merchant)
        settlements["lender"] = lender.settlement_totals
        parties.append(lender)
    if kept.funder:
        funder = Funder(world, kept.funder.keys(), plan.funder)
        settlements["funder"] = funder.settlement_totals
        parties.append(funder)
    if kept.insurer:
        insurer = Insurer(world, kept.insurer.keys(), plan.insurer)
        settlements["insurer"] = insurer.settlement_totals
        parties.append(insurer)
    return parties


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m huozhan_outside", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder of the stores")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1, 0 for any")
    parser.add_argument("--market-url", required=True, help="the only origin callbacks go to")
    parser.add_argument("--secret-file", type=Path, required=True, help="TOML with the secrets of each party")
    parser.add_argument("--seed", type=int, default=1, help="seed of faults and journeys (default 1)")
    parser.add_argument("--faults", type=Path, help="TOML fault plan")
    parser.add_argument("--clock-file", type=Path, help="file with seconds to add to the machine's time")
    parser.add_argument("--public-url", help="how a browser reaches this process")
    parser.add_argument(
        "--parcel-speed", type=float, default=3, help="seconds per hour of a journey (default 3)"
    )
    parser.add_argument("--refund-delay", type=float, default=1, help="seconds a refund takes (default 1)")
    parser.add_argument("--bank-delay", type=float, default=2, help="seconds a transfer takes (default 2)")
    parser.add_argument("--tax-delay", type=float, default=2, help="seconds an invoice takes (default 2)")
    return parser.parse_args()


def _milliseconds(seconds: float) -> int:
    return max(round(seconds * 1000), 0)


def _toml(path: Path, kind: type[Kind]) -> Kind:
    try:
        with path.open("rb") as file:
            return msgspec.convert(tomllib.load(file), kind)
    except OSError as problem:
        _stop(f"{path} cannot be read: {problem.strerror}")
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        _stop(f"{path}: {problem}")


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except (OSError, OverflowError) as problem:
        _stop(f"port {port} cannot be used: {problem}")
    listener.listen(256)
    return listener


def _stop(sentence: str) -> NoReturn:
    sys.exit(f"huozhan_outside: {sentence}")


if __name__ == "__main__":
    main()
