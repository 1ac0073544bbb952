"""How far the sample's lists are from what its true probabilities allow."""

from __future__ import annotations

from dbt_runner import DbtRun
from oracle import measure


def test_the_ranker_is_between_every_source_and_the_oracle(
    sample_build: DbtRun,
) -> None:
    # `measure` itself fails if its NDCG is not that of `evaluation.metrics`.
    figures = measure(sample_build.warehouse)
    found = {
        strategy: row[0] for (strategy, task), row in figures.items() if task == "all"
    }
    oracle, ranker = found.pop("oracle"), found.pop("ranker")
    del found["oracle over the candidates"]
    assert ranker > max(found.values())
    assert 0.6 * oracle <= ranker < oracle
