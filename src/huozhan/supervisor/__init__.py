"""Keeps the parts of a market running on one machine."""

from huozhan.supervisor.postgres import PostgresServer, running_dsn
from huozhan.supervisor.trouble import CannotServe, HomeInUse

__all__ = ["CannotServe", "HomeInUse", "PostgresServer", "running_dsn"]
