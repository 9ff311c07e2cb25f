"""What stops a market from being served, said in one sentence to the person at the console."""


class CannotServe(Exception):
    """A reason not to start, already worded for the console; nothing has been damaged."""


class HomeInUse(CannotServe):
    """Another instance holds this home."""
