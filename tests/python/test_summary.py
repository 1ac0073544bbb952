"""What the build says at its end, in a project of the few tables that it reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from dbt_runner import ROOT, run_dbt

MODELS = {
    "int_audit__input_rows": """
        select
            'interactions' as input_name, 39500 as count_accepted,
            118 as count_rejected, 0 as count_after_as_of,
            1261 as count_without_consent
    """,
    "findings": """
        select * from (values
            ('warning', 6, 'duplicate', 'interactions', 'Few', 'mend', 2),
            ('warning', 6, 'bad_type', 'interactions', 'Many', 'mend', 30),
            ('warning', 3, 'coverage_gap', 'interactions', 'Gaps', 'load', 1),
            ('info', 1, 'note', 'products', 'Note', 'nothing', 99),
            ('error', 9, 'grave', 'products', 'Grave', 'mend', 1)
        ) as t (severity, priority, check_id, dataset, message, remedy, count_rows)
    """,
    "metric_differences": """
        select
            'test' as fold_role, strategy, 'relevance_only' as scenario_id, baseline,
            task, 10 as k, 'ndcg' as metric, 'within_fold' as interval_kind,
            difference, difference - 0.01 as ci_low, difference + 0.01 as ci_high,
            1 as count_folds, 240 as count_customers
        from (values
            ('blend', 'random', 'all', 0.49),
            ('blend', 'popularity', 'all', -0.005),
            ('blend', 'popularity', 'repeat', 0.3),
            ('als', 'popularity', 'all', 0.2)
        ) as t (strategy, baseline, task, difference)
        union all
        select
            null, 'blend', 'relevance_only', 'random', 'all', 10, 'ndcg', 'over_folds',
            0.4, 0.3, 0.5, 5, 1200
    """,
    "targets": """
        select 'test' as fold_role, * from (values
            ('above_popularity', 'not met', -0.015, 0.0),
            ('four_times_random', 'met', 11.2, 4.0),
            ('new_above_popularity', 'not measurable', null, 0.0)
        ) as t (target_id, verdict, figure, threshold)
    """,
}

SUMMARY = """\
  interactions in the input: 40879
    accepted: 39500
    rejected: 118
    after as of: 0
    without consent: 1261
Findings (all in audit.findings)
  error: Grave
      remedy: mend
  warning: Gaps
      remedy: load
  warning: Many
      remedy: mend
  warning: Few
      remedy: mend
  info: Note
      remedy: nothing
What blend, which is served, adds to each baseline there, paired over 240 customers
  popularity              -0.005  [-0.015, +0.005]
  random                  +0.490  [+0.480, +0.500]; over 5 months \
+0.400  [+0.300, +0.500]
Targets: 1 of 3 met on test
  not met: above_popularity (-0.015, asked for 0.000)
  not measurable: new_above_popularity
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The summary in a project without models."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    shutil.copytree(ROOT / "macros" / "checks", folder / "macros")
    for unrelated in ("code_hash.sql", "release_vars.sql"):
        (folder / "macros" / unrelated).unlink()
    content = {
        "name": "aisle",
        "profile": "aisle",
        "vars": {"connector": "sample_shop", "live_strategy": "blend"},
        "on-run-end": ["{{ aisle.print_summary(results) }}"],
        "models": {"+materialized": "table"},
    }
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(content))
    return folder


def test_the_summary_adds_up_and_puts_the_gravest_first(
    project: Path, tmp_path: Path
) -> None:
    for name, query in MODELS.items():
        (project / "models" / f"{name}.sql").write_text(query)
    run = run_dbt(["build"], tmp_path / "run", project=project).succeeded()
    assert SUMMARY in run.output


def test_a_model_out_of_memory_is_named_with_the_remedy(
    project: Path, tmp_path: Path
) -> None:
    """What one group collects cannot be spilled."""
    (project / "models" / "collected.sql").write_text(
        "select list(x) as xs from range(20000000) as numbers (x)"
    )
    run = run_dbt(
        ["build"],
        tmp_path / "run",
        env={"AISLE_MEMORY_LIMIT": "50MB"},
        project=project,
    )
    assert run.returncode != 0
    assert "Out of memory in collected: give DuckDB more" in run.output
