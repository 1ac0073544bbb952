"""Slips that no linter finds: read from the files as they stand in the tree."""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dbt_runner import ROOT

LARGEST_KIB = 4096
LONGEST_LINE = 88

# Written so that the patterns do not find themselves.
MACHINE_PATH = re.compile(
    r"(^|[^A-Za-z0-9._}-])/(w[o]rk|f[a]rm|r[o]ot|h[o]me/\w+|U[s]ers/\w+)/", re.M
)
REGISTRY = re.compile(
    r"python[h]osted|p[y]pi\.org|registry\.n[p]mjs|deb\.d[e]bian", re.I
)
SQL_CLOCK = re.compile(
    r"current_date\b|current_time(stamp)?\b|localtimestamp|\bnow\(\)|\btoday\(\)"
    r"|run_started_at|modules\.datetime\.\w+\.(now|utcnow|today)",
    re.I,
)
PYTHON_CLOCK = re.compile(
    r"datetime\.(now|utcnow|today)|date\.today|\btime\.time\(", re.I
)
# Over floats, the last digits of these depend on the order of rows, so on threads.
INEXACT = re.compile(
    r"(?<!exact_)\b(avg|stddev\w*|variance|var_samp|var_pop|corr|covar_\w+|regr_\w+)\s*\(",
    re.I,
)
REF = re.compile(r"\bref\(\s*['\"](\w+)['\"]")
VAR = re.compile(r"\b(?:checked_)?var\(\s*['\"](\w*[^\W_])['\"]")
FROM = re.compile(r"\b(?:from|join)\s+(\w+)(?:\s+as\s+(\w+))?", re.I)
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.S)


def tree() -> list[Path]:
    """Files that are tracked, or would be once added."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts(*suffixes: str, under: str = "") -> Iterator[tuple[str, str]]:
    """Names and contents of text files in the tree."""
    for path in tree():
        name = str(path.relative_to(ROOT))
        if name.startswith(under) and (not suffixes or path.suffix in suffixes):
            try:
                yield name, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def found(pattern: re.Pattern[str], name: str, text: str) -> list[str]:
    """Where a pattern occurs: file, line and the words."""
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group().strip()}"
        for match in pattern.finditer(text)
    ]


def models() -> Iterator[tuple[str, str]]:
    """SQL models without their comments, which may name what the code may not use."""
    for name, text in texts(".sql", under="models/"):
        yield name, COMMENT.sub("", text)


def test_no_file_names_a_path_of_one_machine() -> None:
    hits = [hit for name, text in texts() for hit in found(MACHINE_PATH, name, text)]
    assert hits == []


def test_no_file_names_a_package_registry() -> None:
    hits = [hit for name, text in texts() for hit in found(REGISTRY, name, text)]
    assert hits == []


def test_no_model_or_macro_reads_a_clock() -> None:
    hits = []
    for under in ("models/", "macros/", "tests/dbt/"):
        for name, text in texts(".sql", under=under):
            hits += found(SQL_CLOCK, name, COMMENT.sub("", text))
    for under in ("models/", "python/aisle/"):
        for name, text in texts(".py", under=under):
            hits += found(PYTHON_CLOCK, name, text)
    assert hits == []


def test_no_model_adds_floats_in_row_order() -> None:
    hits = [hit for name, text in models() for hit in found(INEXACT, name, text)]
    assert hits == [], "use exact_avg and exact_sum"


def test_no_tracked_file_is_large() -> None:
    large = [
        f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB"
        for path in tree()
        if path.stat().st_size > LARGEST_KIB * 1024
    ]
    assert large == []


def project_variables() -> set[str]:
    return set(yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"])


def test_every_variable_is_in_the_readme() -> None:
    rows = set(re.findall(r"^\|\s*`(\w+)`", (ROOT / "README.md").read_text(), re.M))
    assert sorted(project_variables() - rows) == []


def test_variables_are_declared_and_used() -> None:
    used = {
        variable
        for under in ("models/", "macros/", "tests/dbt/", "seeds/", "dbt_project.yml")
        for _, text in texts(".sql", ".yml", ".py", under=under)
        for variable in VAR.findall(text)
    }
    # Sources are switched by a name that a macro puts together.
    switches = {name for name in project_variables() if name.startswith("is_")}
    assert sorted(used - project_variables()) == [], "not in dbt_project.yml"
    assert sorted(project_variables() - used - switches) == [], "nothing reads these"


@pytest.mark.parametrize("name", ["", "-dev", "-uv", "-bouncer", "-spark", "-bench"])
def test_requirements_are_pinned_by_hash_and_name_no_index(name: str) -> None:
    text = (ROOT / f"requirements{name}.txt").read_text()
    pins = re.findall(r"^[\w.\-\[\],]+==\S+.*?(?=^\S|\Z)", text, re.M | re.S)
    assert pins
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.findall(r"^-|://", text, re.M) == []


def stage(name: str) -> str:
    """A model's stage: `staging`, `inputs`, or the folder below `intermediate`.

    Examples
    --------
    >>> stage("models/intermediate/folds/folds.sql"), stage("models/inputs/a.sql")
    ('folds', 'inputs')
    """
    parts = name.split("/")
    return parts[2] if parts[1] in {"intermediate", "marts"} else parts[1]


def test_only_the_fold_layer_reads_audited_interactions() -> None:
    """What reads them elsewhere could see past its cutoff."""
    readers = [
        name
        for name, text in texts(".sql", ".py", under="models/")
        if "int_audit__accepted_interactions" in REF.findall(text)
        and stage(name) not in {"audit", "folds"}
    ]
    assert readers == []


def test_only_inputs_and_audit_read_raw_interactions() -> None:
    readers = [
        f"{name}: {ref}"
        for name, text in texts(".sql", ".py", under="models/")
        for ref in REF.findall(text)
        if (ref == "input_interactions" or ref.startswith("stg_"))
        and stage(name) not in {"staging", "inputs", "audit", "releases"}
    ]
    assert readers == []


def test_every_feature_has_a_policy_for_missing_values() -> None:
    """A feature is what a feature mart holds beside its key."""
    reports = {"feature_policies", "feature_correlations"}
    path = ROOT / "models/marts/features/_features__models.yml"
    features = {
        (model["name"], column["name"])
        for model in yaml.safe_load(path.read_text())["models"]
        if model["name"] not in reports
        for column in model["columns"]
        if column["name"] not in model["config"]["meta"]["grain"]
    }
    with (ROOT / "seeds/missing_value_policies.csv").open(newline="") as file:
        policies = {(row["mart"], row["feature"]) for row in csv.DictReader(file)}
    assert sorted(features - policies) == [], "add these to the seed"
    assert sorted(policies - features) == [], "no feature mart has these"


def test_tables_have_aliases_in_self_joins_only() -> None:
    """An alias hides which table a column comes from."""
    hits = []
    for name, text in models():
        for body in re.split(r"^\w+ as (?:materialized )?\($", text, flags=re.M):
            uses = FROM.findall(body)
            tables = [table for table, _ in uses]
            hits += [
                f"{name}: {table} as {alias}"
                for table, alias in uses
                if alias and tables.count(table) < 2
            ]
    assert hits == []


def test_lines_of_models_are_short() -> None:
    long = [
        f"{name}:{number}"
        for name, text in texts(".sql", under="models/")
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


def test_every_query_ends_in_its_final_step() -> None:
    wrong = [
        name
        for name, text in models()
        if not re.search(r"select \* from final\s*\Z", text)
    ]
    assert wrong == []
