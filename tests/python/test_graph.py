"""Nothing is published untested: `published` comes after all marts and their tests."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from dbt_runner import ARTIFACTS, ROOT, run_dbt
from yaml_keys import PUBLISHED_SCHEMAS

PUBLISHED = "model.aisle.published"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("parse")
    run = run_dbt(["parse"], folder, env=ARTIFACTS).succeeded()
    return run.artifact("manifest.json")


@pytest.fixture(scope="module")
def upstream(manifest: dict[str, Any]) -> set[str]:
    """Everything that `published` waits for."""
    seen: set[str] = set()
    waiting = [PUBLISHED]
    while waiting:
        for parent in manifest["parent_map"][waiting.pop()]:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return seen


def nodes(manifest: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        # Tests of what a var switches off stay in the manifest.
        if node["resource_type"] == kind and node["config"].get("enabled", True)
    }


def test_every_mart_is_published_and_nothing_else(manifest: dict[str, Any]) -> None:
    marts = {
        unique_id
        for unique_id, node in nodes(manifest, "model").items()
        if node["schema"] in PUBLISHED_SCHEMAS
    }
    marts.add("model.aisle.releases")
    listed = set(manifest["parent_map"][PUBLISHED])
    assert sorted(marts - listed) == [], "add these to models/marts/published.py"
    assert sorted(listed - marts) == [], "these are no marts"


def test_every_model_and_seed_is_upstream(
    manifest: dict[str, Any], upstream: set[str]
) -> None:
    built = {**nodes(manifest, "model"), **nodes(manifest, "seed")}
    assert sorted(built.keys() - upstream - {PUBLISHED}) == []


def test_every_parent_of_a_test_is_upstream(
    manifest: dict[str, Any], upstream: set[str]
) -> None:
    # Otherwise the test may run after publishing, and its failure skips nothing.
    late = {
        unique_id: sorted(set(parents) - upstream - {PUBLISHED})
        for unique_id in nodes(manifest, "test")
        if set(parents := manifest["parent_map"][unique_id]) - upstream - {PUBLISHED}
    }
    assert late == {}


def test_every_singular_test_has_a_parent(manifest: dict[str, Any]) -> None:
    orphans = [
        unique_id
        for unique_id in nodes(manifest, "test")
        if not manifest["parent_map"][unique_id]
    ]
    assert orphans == []


def test_what_serves_reads_what_a_daily_build_makes(manifest: dict[str, Any]) -> None:
    """The tag full_build is on all that a daily build can do without, and no more."""
    macro = (ROOT / "macros/releases/full_build_models.sql").read_text()
    kept = {f"model.aisle.{name}" for name in re.findall(r"'(int_\w+)'", macro)}
    built = {**nodes(manifest, "model"), **nodes(manifest, "seed")}
    left_out = {
        unique_id for unique_id, node in built.items() if "full_build" in node["tags"]
    }
    assert kept <= left_out
    needed: set[str] = set()
    waiting = [PUBLISHED]
    while waiting:
        child = waiting.pop()
        for parent in manifest["parent_map"][child]:
            # Of these the file has a table that is carried over.
            is_carried = child == PUBLISHED and parent in left_out
            if parent not in kept | needed and not is_carried:
                needed.add(parent)
                waiting.append(parent)
    assert sorted(built.keys() - needed - {PUBLISHED}) == sorted(left_out)


def test_the_release_id_knows_every_var() -> None:
    """All but paths, since what they point to is in the hash of the inputs."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())
    rules = (ROOT / "macros/checks/var_rules.sql").read_text()
    paths = set(re.findall(r"'(\w+)': \{'kind': 'path'", rules))
    named = {name for name in project["vars"] if name.endswith("_path")}
    assert paths == named | {"release_history"}
    macro = (ROOT / "macros/checks/release_vars.sql").read_text()
    assert "aisle.var_rules().items() if rule.kind != 'path'" in macro
