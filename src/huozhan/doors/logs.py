"""Logs: one JSON line per event on stderr, ours and the libraries' alike."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import asyncpg
import structlog


def leave_rows_out(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes from PostgreSQL's errors what they quote of a refused row, which may name people."""
    error = event.get("exc_info")
    error = error[1] if isinstance(error, tuple) else sys.exc_info()[1] if error is True else error
    while isinstance(error, BaseException):
        if isinstance(error, asyncpg.PostgresError):
            error.detail = None
        error = error.__cause__ or error.__context__
    return event


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    leave_rows_out,
]


def log_to_stderr(level: str) -> None:
    """Sends every event at or above `level` to stderr; libraries are heard from warnings on."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            *_SHARED,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_SHARED, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    # Its pool tells at length, once a second for each connection, what our own loops say in a line.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)
