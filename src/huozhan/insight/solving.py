"""Solving: which quantities of which candidates earn most within all that was wished (OR-tools CP-SAT, an optional part)."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from huozhan.catalogue import Reckoning
from huozhan.insight.assortment import SELLER_PAYS, Candidate, Chosen, Option, Problem
from huozhan.kernel.money import BASIS_POINTS
from huozhan.kernel.refusals import Refusal

LIBRARY = "ortools"
WITHOUT = ("margin", "bands", "categories", "offers_least", "suppliers")
"""Wishes that are left out one at a time to see which of them stands in the way."""
RELAXED_SECONDS = 1


class NoSolver(Refusal):
    """The part that solves assortments is not installed in this market."""

    code = "insight.no_solver"


class NothingFits(Refusal):
    """No purchase meets all wishes; `without` names those of which leaving out one would help."""

    code = "insight.nothing_fits"


def has_solver() -> bool:
    """Tells whether assortments can be solved here."""
    return importlib.util.find_spec(LIBRARY) is not None


def solve(problem: Problem) -> Chosen:
    """The assortment that earns most; refuses where nothing fits. Takes up to the problem's seconds of one core."""
    if not has_solver():
        raise NoSolver
    if not problem.candidates:
        raise NothingFits(without="")
    found = _Model(problem).best(problem.seconds)
    if found is None:
        helps = [
            wish for wish in WITHOUT if _Model(problem, without=wish).best(RELAXED_SECONDS, any_will_do=True)
        ]
        raise NothingFits(without=",".join(helps))
    return found


class _Model:
    """The problem in the solver's words: one yes-or-no for each option, and the rules of the trade over them."""

    def __init__(self, problem: Problem, without: str = "") -> None:
        self.cp: Any = importlib.import_module(f"{LIBRARY}.sat.python.cp_model")
        self.model: Any = self.cp.CpModel()
        self.problem = problem
        self.without = without
        self.takes: list[list[Any]] = [
            [self.model.new_bool_var("") for _ in one.options] for one in problem.candidates
        ]
        for options in self.takes:
            self.model.add_at_most_one(options)
        self.goods_minor = self._sum(lambda option: option.amount_minor)
        self.retail_minor = self._sum(lambda option: option.retail_minor)
        self.freight_minor = self._freight()
        self._few_suppliers()
        self._mixed_batches()
        self._money()
        self._choice()

    def _sum(
        self, worth: Callable[[Option], int], among: Callable[[Candidate], bool] = lambda _: True
    ) -> Any:
        """What is taken comes to, of all candidates or some."""
        parts = [
            (take, worth(option))
            for candidate, takes in zip(self.problem.candidates, self.takes, strict=True)
            if among(candidate)
            for option, take in zip(candidate.options, takes, strict=True)
        ]
        return self.cp.LinearExpr.weighted_sum([take for take, _ in parts], [worth for _, worth in parts])

    def _few_suppliers(self) -> None:
        sellers = sorted({one.goods.seller_id for one in self.problem.candidates})
        buys = {seller_id: self.model.new_bool_var("") for seller_id in sellers}
        for candidate, takes in zip(self.problem.candidates, self.takes, strict=True):
            for take in takes:
                self.model.add_implication(take, buys[candidate.goods.seller_id])
        if self.without != "suppliers":
            self.model.add(sum(buys.values()) <= self.problem.ask.suppliers_most)

    def _mixed_batches(self) -> None:
        """Goods below their minimum need their shop's mixed batch: its amount or its number of pieces."""
        for seller_id in {one.goods.seller_id for one in self.problem.candidates}:
            mixable = [
                (candidate, takes)
                for candidate, takes in zip(self.problem.candidates, self.takes, strict=True)
                if candidate.goods.seller_id == seller_id and candidate.goods.mixable
            ]
            rule = mixable[0][0].goods.shop_mix if mixable else None
            if rule is None:
                continue
            met = self.model.new_bool_var("")
            ways = []
            for least, worth in ((rule.amount_minor, _amount_of), (rule.pieces, _pieces_of)):
                if least is not None:
                    way = self.model.new_bool_var("")
                    self.model.add(
                        sum(
                            worth(option) * take
                            for candidate, takes in mixable
                            for option, take in zip(candidate.options, takes, strict=True)
                        )
                        >= least
                    ).only_enforce_if(way)
                    ways.append(way)
            self.model.add_bool_or(ways).only_enforce_if(met)
            for candidate, takes in mixable:
                for option, take in zip(candidate.options, takes, strict=True):
                    if option.needs_mix:
                        self.model.add_implication(take, met)

    def _freight(self) -> Any:
        """What freight comes to, template by template, as the catalogue's reckoning says."""
        fees = [
            self._fee(how, template_id)
            for template_id, how in self.problem.freight.items()
            if template_id != SELLER_PAYS
            and any(one.goods.freight_template_id == template_id for one in self.problem.candidates)
        ]
        return sum(fees)

    def _fee(self, how: Reckoning, template_id: int) -> Any:
        def is_charged(candidate: Candidate) -> bool:
            return candidate.goods.freight_template_id == template_id

        takes = [
            take
            for candidate, some in zip(self.problem.candidates, self.takes, strict=True)
            if is_charged(candidate)
            for take in some
        ]
        most = sum(max(o.billable for o in one.options) for one in self.problem.candidates if is_charged(one))
        tariff = how.tariff
        steps_most = -(-max(0, most - tariff.first_unit) // tariff.next_unit)
        fee_most = max(tariff.least_minor, tariff.first_fee_minor + steps_most * tariff.next_fee_minor)
        used, free = self.model.new_bool_var(""), self.model.new_bool_var("")
        steps = self.model.new_int_var(0, steps_most, "")
        fee = self.model.new_int_var(0, fee_most, "")
        self.model.add_max_equality(used, takes)
        billable = self._sum(lambda option: option.billable, is_charged)
        self.model.add(tariff.first_unit + steps * tariff.next_unit >= billable)
        charged = tariff.first_fee_minor + steps * tariff.next_fee_minor
        self.model.add(fee >= charged).only_enforce_if(used, free.negated())
        self.model.add(fee >= tariff.least_minor).only_enforce_if(used, free.negated())
        ways = []
        for least, worth in ((how.free_over_minor, _amount_of), (how.free_over_pieces, _pieces_of)):
            if least is not None:
                way = self.model.new_bool_var("")
                self.model.add(self._sum(worth, is_charged) >= least).only_enforce_if(way)
                ways.append(way)
        if ways:
            self.model.add_bool_or(ways).only_enforce_if(free)
        else:
            self.model.add(free == 0)
        return fee

    def _money(self) -> None:
        ask, cost_minor = self.problem.ask, self.goods_minor + self.freight_minor
        self.model.add(cost_minor <= ask.budget_minor)
        if self.without != "margin":
            kept_bp = BASIS_POINTS - ask.margin_bp
            self.model.add(self.retail_minor * kept_bp >= cost_minor * BASIS_POINTS)

    def _choice(self) -> None:
        """How many offers, of which categories, in which bands of what a piece costs."""
        ask, everything = self.problem.ask, [take for takes in self.takes for take in takes]
        self.model.add(sum(everything) <= ask.offers_most)
        self.model.add(sum(everything) >= (1 if self.without == "offers_least" else ask.offers_least))
        if self.without != "categories":
            for place, wish in enumerate(ask.categories):
                chosen = sum(
                    take
                    for candidate, takes in zip(self.problem.candidates, self.takes, strict=True)
                    if place in candidate.wishes
                    for take in takes
                )
                self.model.add(chosen >= wish.least)
                self.model.add(chosen <= wish.most)
        if self.without != "bands":
            for band in ask.bands:
                inside = sum(
                    take
                    for candidate, takes in zip(self.problem.candidates, self.takes, strict=True)
                    for option, take in zip(candidate.options, takes, strict=True)
                    if band.from_e4 <= option.price_e4 <= band.to_e4
                )
                self.model.add(inside >= band.least)

    def best(self, seconds: int, *, any_will_do: bool = False) -> Chosen | None:
        """The best there is, or the best that was found in time; None where nothing was."""
        if not any_will_do:
            self.model.maximize(self.retail_minor - self.goods_minor - self.freight_minor)
        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        status = solver.solve(self.model)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return None
        options = {
            place: option
            for place, (candidate, takes) in enumerate(zip(self.problem.candidates, self.takes, strict=True))
            for option, take in zip(candidate.options, takes, strict=True)
            if solver.boolean_value(take)
        }
        profit_minor = 0 if any_will_do else round(solver.objective_value)
        return Chosen(options=options, is_best=status == self.cp.OPTIMAL, profit_minor=profit_minor)


def _amount_of(option: Option) -> int:
    return option.amount_minor


def _pieces_of(option: Option) -> int:
    return option.quantity
