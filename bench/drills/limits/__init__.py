"""Every limit of the trade is attacked by a thousand attempts at once; the database says whether it held.

A limit is one function marked `@limit`: it prepares its scene and returns the attack. Put new ones beside their like.
"""

from bench.drills.limits.attacking import LIMITS, Attack, Stage, limit
from bench.drills.limits.drill import limits_drill

__all__ = ["LIMITS", "Attack", "Stage", "limit", "limits_drill"]
