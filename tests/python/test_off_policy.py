"""What another policy would have had: against real logs, and against known truths."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dbt_runner import DbtRun
from off_policy_shop import FIRST_DAY, LAST_MONTH, judge

CAMPAIGNS = ("men", "women")
POLICIES = ("random", "bts")

# Computed outside, by campaign and target: IPS with its interval and all else, from
# the log of the other policy; the target's own rate as it is, and with its slots as
# often as the log has them.
OPEN_BANDIT = {
    ("men", "bts"): {
        "ips": (0.005656, 0.002917, 0.008396),
        "snips": 0.005740,
        "on_policy_rate": 0.0069,
        "rate_by_slot": 0.006894,
        "effective_sample": 2869,
        "effective_clicks": 16.4,
    },
    ("women", "bts"): {
        "ips": (0.005806, 0.003444, 0.008167),
        "snips": 0.005833,
        "on_policy_rate": 0.0046,
        "rate_by_slot": 0.004609,
        "effective_sample": 3492,
        "effective_clicks": 23.2,
    },
    ("men", "random"): {
        "ips": (0.003009, 0.001492, 0.004526),
        "snips": 0.003189,
        "on_policy_rate": 0.0046,
        "rate_by_slot": 0.004565,
        "effective_sample": 656,
        "effective_clicks": 15.1,
    },
    ("women", "random"): {
        "ips": (0.007438, -0.000634, 0.015510),
        "snips": 0.002373,
        "on_policy_rate": 0.0046,
        "rate_by_slot": 0.004602,
        "effective_sample": 2,
        "effective_clicks": 3.3,
    },
}


@pytest.fixture(scope="module")
def open_bandit(
    real_data: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> DbtRun:
    """Both policies of two campaigns of the Open Bandit data, 10,000 rows each."""
    logs = []
    for campaign in CAMPAIGNS:
        for policy in POLICIES:
            path = real_data(f"open_bandit_small/{policy}_{campaign}.parquet")
            log = pd.read_parquet(path)
            served_at = log["timestamp"].dt.tz_convert("UTC").dt.tz_localize(None)
            served_at = served_at - served_at.min() + pd.Timestamp(FIRST_DAY)
            logs.append(
                pd.DataFrame(
                    {
                        "impression_id": [f"{policy}-{n}" for n in range(len(log))],
                        "customer_id": None,
                        "product_id": campaign + "-" + log["item_id"].astype(str),
                        "placement": campaign,
                        "slot": log["position"],
                        "strategy": policy,
                        "variant": policy,
                        "experiment_id": campaign,
                        "propensity": log["propensity_score"],
                        "served_at": served_at,
                        "clicked_at": served_at.where(log["click"] == 1),
                    }
                )
            )
    return judge(tmp_path_factory.mktemp("open_bandit"), pd.concat(logs))


@pytest.mark.parametrize(("campaign", "target"), OPEN_BANDIT)
def test_estimates_are_those_computed_outside(
    open_bandit: DbtRun, campaign: str, target: str
) -> None:
    expected = OPEN_BANDIT[campaign, target]
    columns = (
        "ips, ips - 1.96 * ips_standard_error, ips + 1.96 * ips_standard_error, snips,"
        " int_off_policy__truths.count_clicks / int_off_policy__truths.count_rows,"
        " int_off_policy__truths.rate, effective_sample, effective_clicks"
    )
    ((*ips, snips, rate, rate_by_slot, sample, clicks),) = open_bandit.query(
        f"""
        select {columns}
        from intermediate.int_off_policy__estimates
        inner join intermediate.int_off_policy__logs using (log_key)
        inner join intermediate.int_off_policy__truths
            using (log_key, target_kind, target)
        where
            experiment_id = '{campaign}'
            and target = '{target}'
            and policy != '{target}'
        """
    )
    assert tuple(round(figure, 6) for figure in ips) == expected["ips"]
    assert round(snips, 6) == expected["snips"]
    assert round(rate, 6) == expected["on_policy_rate"]
    assert round(rate_by_slot, 6) == expected["rate_by_slot"]
    assert round(sample) == expected["effective_sample"]
    assert round(clicks, 1) == expected["effective_clicks"]


def test_supported_directions_hold_the_truth(open_bandit: DbtRun) -> None:
    rows = open_bandit.query(
        """
        select experiment_id, target, estimator, status, difference_ci_low < 0,
            difference_ci_high > 0
        from experiments.policy_values
        where
            policy != target
            and estimator in ('ips', 'snips', 'dr')
            and (experiment_id, target) != ('women', 'random')
        """
    )
    assert len(rows) == 9
    assert {tuple(row[3:]) for row in rows} == {("approximate", True, True)}


def test_one_extreme_propensity_is_refused_by_name(open_bandit: DbtRun) -> None:
    rows = open_bandit.query(
        """
        select distinct status, reason, value, ci_low, ci_high, difference
        from experiments.policy_values
        where experiment_id = 'women' and policy = 'bts' and target = 'random'
        """
    )
    assert len(rows) == 1
    status, reason, *figures = rows[0]
    assert status == "refused"
    assert (
        "impression bts-8409 with propensity 0.000001000 has 69.4 % of the weight"
        in reason
    )
    assert figures == [None] * 4


class Simulation:
    """Logs of many experiments whose target has a known value.

    Parameters
    ----------
    seed : int
        Of all draws.
    """

    products = 10
    slots = 3
    rows_each = 6

    def __init__(self, seed: int) -> None:
        self.draw = np.random.default_rng(seed)
        self.truths: dict[str, float] = {}
        self.shown: dict[str, float] = {}
        self.logs: list[pd.DataFrame] = []
        self.lists: list[pd.DataFrame] = []
        self.rows = 0

    def add(self, name: str, rows: int, gap: float | None = None) -> None:
        """Add an experiment.

        Two kinds of customers are shown products with probabilities of their own, and
        click differently. Each is shown six, and half of them click nine times as
        readily as the others: the impressions of one customer are no independent rows.
        With a gap the first product, which sells best, is shown with that probability
        only; a second variant shows what the first may not.
        """
        shape = (2, self.slots, self.products)
        shares = 0.5 + self.draw.gamma(2.0, size=shape)
        rates = self.draw.uniform(0.06, 0.16, size=shape)
        if gap is not None:
            rates[:, :, 0] = 0.4
            shares[:, :, 0] = 0
        shares /= shares.sum(axis=2, keepdims=True)
        if gap is not None:
            shares *= 1 - gap
            shares[:, :, 0] = gap
        # Half of the customers are of each kind, in expectation.
        self.truths[name] = float(rates.mean())
        self.shown[name] = float((shares * rates).sum(axis=2).mean())
        self._log(name, "a", shares, rates, rows)
        if gap is not None:
            even = np.full(shape, 1 / self.products)
            self._log(name, "b", even, rates, 300)

    def add_kinds(self, name: str, rows: int) -> None:
        """Add an experiment where each kind of customers likes a product of its own.

        Variant a draws evenly, b shows each kind what it likes, as do the lists of the
        customers of a, and c draws alike for all.
        """
        shape = (2, self.slots, self.products)
        rates = np.full(shape, 0.05)
        own = np.zeros(shape)
        for kind in (0, 1):
            rates[kind, :, kind] = 0.3
            own[kind, :, kind] = 1
        alike = np.broadcast_to(self.draw.dirichlet(np.full(self.products, 2.0)), shape)
        even = np.full(shape, 1 / self.products)
        kinds = self._log(name, "a", even, rates, rows, first_day=LAST_MONTH)
        self._log(name, "b", own, rates, rows, is_known=False)
        self._log(name, "c", alike, rates, rows, is_known=False)
        for slot in range(self.slots):
            lists = pd.DataFrame({"product_id": "p" + kinds.astype(str).astype(object)})
            lists["customer_id"] = f"{name}-a-" + lists.index.astype(str)
            self.lists.append(lists.assign(slot=slot + 1))

    def add_mix(self, name: str, rows: int) -> None:
        """Add an experiment where clicks depend on the slot alone.

        Variant a shows the second slot in one row of six, b in two; both draw alike for
        all.
        """
        shape = (2, self.slots, self.products)
        rates = np.broadcast_to(np.array([0.3, 0.06, 0.06])[None, :, None], shape)
        even = np.full(shape, 1 / self.products)
        alike = np.broadcast_to(self.draw.dirichlet(np.full(self.products, 2.0)), shape)
        self._log(name, "a", even, rates, rows, slots=(0, 0, 0, 0, 0, 1))
        self._log(name, "b", alike, rates, rows, slots=(0, 0, 0, 0, 1, 1))

    def _log(
        self,
        name: str,
        variant: str,
        shares: np.ndarray,
        rates: np.ndarray,
        rows: int,
        *,
        slots: tuple[int, ...] = (0, 1, 2),
        is_known: bool = True,
        first_day: datetime = FIRST_DAY,
    ) -> np.ndarray:
        count = rows // self.rows_each
        customer = np.repeat(np.arange(count), self.rows_each)
        kinds = self.draw.integers(0, 2, count)
        kind = kinds[customer]
        readiness = self.draw.choice([0.2, 1.8], count)[customer]
        slot = np.resize(np.array(slots), rows)
        steps = shares[kind, slot].cumsum(axis=1)
        steps[:, -1] = 1
        product = (self.draw.random(rows)[:, None] > steps).sum(axis=1)
        is_clicked = self.draw.random(rows) < readiness * rates[kind, slot, product]
        self.logs.append(
            pd.DataFrame(
                {
                    "number": np.arange(self.rows, self.rows + rows),
                    "customer_id": f"{name}-{variant}-"
                    + customer.astype(str).astype(object),
                    "experiment_id": name,
                    "variant": variant,
                    "slot": slot + 1,
                    "product": product,
                    "propensity": shares[kind, slot, product] if is_known else None,
                    "is_clicked": is_clicked,
                    "first_day": first_day,
                }
            )
        )
        self.rows += rows
        return kinds

    def impressions(self) -> pd.DataFrame:
        """All logs, in the columns of the input contract."""
        rows = pd.concat(self.logs, ignore_index=True)
        served_at = rows["first_day"] + pd.to_timedelta(
            rows["number"] % 2_000_000, unit="s"
        )
        return pd.DataFrame(
            {
                "impression_id": "i" + rows["number"].astype(str),
                "customer_id": rows["customer_id"],
                "product_id": "p" + rows["product"].astype(str),
                "placement": "home",
                "slot": rows["slot"],
                "experiment_id": rows["experiment_id"],
                "variant": rows["variant"],
                "propensity": rows["propensity"],
                "served_at": served_at,
                "clicked_at": served_at.where(rows["is_clicked"]),
            }
        )


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    """1,000 experiments with support, some without, and some of which we ask more."""
    simulation = Simulation(seed=20240601)
    for number in range(1000):
        simulation.add(f"wide-{number}", 2100)
    for number in range(100):
        simulation.add(f"thin-{number}", 300)
        simulation.add(f"never-{number}", 2100, gap=0.0)
        simulation.add(f"hardly-{number}", 2100, gap=0.0001)
    for number in range(100):
        simulation.add_kinds(f"kinds-{number}", 2100)
        simulation.add_mix(f"mix-{number}", 2100)
    return simulation


@pytest.fixture(scope="module")
def judged(simulation: Simulation, tmp_path_factory: pytest.TempPathFactory) -> DbtRun:
    """All of them, valued."""
    lists = pd.concat(simulation.lists).assign(
        placement="home", target_kind="release", target="live"
    )
    return judge(tmp_path_factory.mktemp("simulated"), simulation.impressions(), lists)


@pytest.fixture(scope="module")
def simulated(simulation: Simulation, judged: DbtRun) -> pd.DataFrame:
    """Estimates of the random target, and their truths."""
    names = ["experiment_id", "status", "is_thin", "clicks"]
    rows = judged.query(
        """
        select experiment_id, status, is_thin_support, policy_values.effective_clicks,
            ips, ips_standard_error, ips_gain_error,
            snips, snips_standard_error, snips_gain_error,
            dr, dr_standard_error, dr_gain_error, rate
        from experiments.policy_values
        inner join intermediate.int_off_policy__logs
            using (experiment_id, placement, policy)
        inner join intermediate.int_off_policy__estimates
            using (log_key, target_kind, target)
        where
            policy = 'a'
            and target = 'random'
            and estimator = 'ips'
            and experiment_id not like 'kinds-%'
            and experiment_id not like 'mix-%'
        """
    )
    for estimator in ("ips", "snips", "dr"):
        names += [estimator, f"{estimator}_error", f"{estimator}_gain_error"]
    frame = pd.DataFrame(rows, columns=[*names, "rate"])
    frame["truth"] = frame["experiment_id"].map(simulation.truths)
    frame["shown"] = frame["experiment_id"].map(simulation.shown)
    frame["group"] = frame["experiment_id"].str.split("-").str[0]
    return frame


def coverage(frame: pd.DataFrame, estimator: str) -> float:
    """Share of the rows whose 95 % interval holds the truth."""
    distance = (frame[estimator] - frame["truth"]).abs()
    return float((distance <= 1.96 * frame[f"{estimator}_error"]).mean())


def gain_coverage(frame: pd.DataFrame, estimator: str) -> float:
    """Share of the rows whose 95 % interval of the gain holds the true gain."""
    gain = frame[estimator] - frame["rate"]
    distance = (gain - (frame["truth"] - frame["shown"])).abs()
    return float((distance <= 1.96 * frame[f"{estimator}_gain_error"]).mean())


@pytest.mark.parametrize("estimator", ["ips", "snips", "dr"])
def test_intervals_hold_the_truth(simulated: pd.DataFrame, estimator: str) -> None:
    wide = simulated[simulated["group"] == "wide"]
    assert len(wide) == 1000
    assert wide["clicks"].min() >= 100
    assert not wide["is_thin"].any()
    assert 0.93 <= coverage(wide, estimator) <= 0.97
    assert 0.93 <= gain_coverage(wide, estimator) <= 0.97


def test_thin_support_is_flagged(simulated: pd.DataFrame) -> None:
    thin = simulated[simulated["group"] == "thin"]
    assert thin["is_thin"].all()
    assert set(thin["status"]) <= {"approximate", "refused"}


@pytest.mark.parametrize("group", ["never", "hardly"])
def test_missing_support_is_refused(simulated: pd.DataFrame, group: str) -> None:
    runs = simulated[simulated["group"] == group]
    assert coverage(runs, "ips") < 0.8
    assert (runs["status"] == "refused").mean() >= 0.95


def test_lists_are_weighed_by_the_customer_who_saw_the_draw(judged: DbtRun) -> None:
    rows = judged.query(
        """
        select assumption, estimator, avg(value),
            avg(case when ci_low <= 0.3 and ci_high >= 0.3 then 1 else 0 end),
            count(case when status != 'refused' then 1 end)
        from experiments.policy_values
        where
            experiment_id like 'kinds-%'
            and policy = 'a'
            and target_kind = 'release'
            and estimator != 'ips_clipped'
        group by all
        """
    )
    assert len(rows) == 3
    for assumption, _, value, coverage, count in rows:
        assert assumption == "independent_slots"
        assert value == pytest.approx(0.3, abs=0.01)
        assert coverage >= 0.9
        assert count >= 90


def test_what_a_variant_shows_to_others_is_an_assumption(judged: DbtRun) -> None:
    """Each kind's own products cannot be told from what all are shown."""
    rows = judged.query(
        """
        select target, assumption, avg(value), avg(on_policy_rate),
            count(case when status = 'supported' then 1 end)
        from experiments.policy_values
        where
            experiment_id like 'kinds-%'
            and policy = 'a'
            and target_kind = 'variant'
            and estimator = 'ips'
        group by all
        order by target
        """
    )
    (b, *_, value, rate, supported), (c, *_, even_value, even_rate, even_supported) = (
        rows
    )
    assert {row[1] for row in rows} == {"independent_slots, same_for_all"}
    assert (b, c) == ("b", "c")
    assert (value, rate) == pytest.approx((0.175, 0.3), abs=0.01)
    assert supported == 0
    assert even_value == pytest.approx(even_rate, abs=0.005)
    assert even_supported >= 90


@pytest.mark.parametrize("estimator", ["ips", "snips", "dr"])
def test_both_rates_are_of_the_same_slots(judged: DbtRun, estimator: str) -> None:
    ((count, supported, holding),) = judged.query(
        f"""
        select count(*), count(case when status = 'supported' then 1 end),
            count(
                case when difference_ci_low <= 0 and difference_ci_high >= 0 then 1 end
            )
        from experiments.policy_values
        where
            experiment_id like 'mix-%'
            and policy = 'a'
            and target = 'b'
            and estimator = '{estimator}'
        """
    )
    assert count == 100
    assert supported >= 95
    assert holding >= 90
