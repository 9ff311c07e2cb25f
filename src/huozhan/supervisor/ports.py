"""Ports on this machine: one to listen on for people, others kept from start to start."""

import contextlib
import errno
import socket
from pathlib import Path

from huozhan.supervisor.trouble import CannotServe

LOOPBACK = "127.0.0.1"


def bind(host: str, port: int) -> socket.socket:
    """Takes the address people will call, without answering yet."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except (OSError, OverflowError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CannotServe(f"Port {port} on {host} is taken: choose another with --port.") from error
        if getattr(error, "errno", None) == errno.EACCES:
            raise CannotServe(f"Port {port} on {host} may not be used: choose one above 1023.") from error
        raise CannotServe(f"The address {host}:{port} cannot be used: {error}.") from error
    return listener


def kept_port(file: Path) -> int:
    """A free port of the loopback: the one of the last time if nobody took it, so that addresses stay."""
    wanted = int(file.read_text()) if file.exists() else 0
    for number in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((LOOPBACK, number))
                port = int(probe.getsockname()[1])
                if port != wanted:
                    file.write_text(str(port))
                return port
    raise CannotServe(f"No free port was found on {LOOPBACK}.")
