"""The fault matrix: each way in which a party errs, on each way on which money passes through the outside."""

from bench.drills.faults.drill import FAULTS, faults_drill
from bench.drills.faults.flows import FLOWS

__all__ = ["FAULTS", "FLOWS", "faults_drill"]
