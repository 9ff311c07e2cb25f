"""A seeded market in one process: virtual clock, seeded ids, one hand after another, parties that err by a plan.

What happens is an event, one function marked `@event`; put those of a new way to trade into a module of their own and
import it in `drill.py`. One seed is one run of events, and always the same one.
"""

from bench.drills.simulation.drill import simulate_drill

__all__ = ["simulate_drill"]
