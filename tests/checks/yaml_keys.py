"""Check every YAML file of the project against a closed list of keys.

dbt ignores a key that it does not know without a word, so a misspelt `data_test` or
`contracts` would switch a check off. The lists hold what this project uses, not all
that dbt allows: add a key here when the project first needs it.

The same pass checks what the house style asks of each model: a description that starts
with the grain, `grain` and `owner` in its meta, a uniqueness test on that grain, and an
enforced contract where analysts or the ranking rely on the columns.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]

OWNERS = {"data", "models", "merchandising"}
PUBLISHED_SCHEMAS = {
    "recommendations",
    "evaluation",
    "audit",
    "features",
    "experiments",
    "monitoring",
}
GRAIN_STARTS = ("One row per ", "Exactly one row")

# A test of the publishing node would run after it and stop nothing.
UNTESTED = {"published"}

# What a key holds: None anything, a level's name a mapping, [level] a list of mappings.
Level = Mapping[str, "str | list[str] | None"]

SETTINGS = {"meta": "meta", "tags": None, "enabled": None}

LEVELS: dict[str, Level] = {
    "file": {
        "version": None,
        "models": ["model"],
        "seeds": ["seed"],
        "macros": ["macro"],
        "unit_tests": ["unit_test"],
    },
    "model": {
        "name": None,
        "description": None,
        "config": "model_config",
        "columns": ["column"],
        "data_tests": None,
    },
    "model_config": {
        **SETTINGS,
        "contract": "contract",
        "materialized": None,
        "schema": None,
        "post_hook": None,
        "pre_hook": None,
    },
    "contract": {"enforced": None},
    "meta": {"grain": None, "owner": None, "blocks": "blocks"},
    "blocks": {"of": None, "rows": None},
    "column": {
        "name": None,
        "description": None,
        "data_type": None,
        "data_tests": None,
    },
    "seed": {
        "name": None,
        "description": None,
        "config": "seed_config",
        "columns": ["column"],
        "data_tests": None,
    },
    "seed_config": {
        **SETTINGS,
        "column_types": None,
        "schema": None,
        "full_refresh": None,
    },
    "macro": {"name": None, "description": None, "arguments": ["argument"]},
    "argument": {"name": None, "type": None, "description": None},
    "unit_test": {
        "name": None,
        "description": None,
        "model": None,
        "given": ["given"],
        "expect": "rows",
        "overrides": "overrides",
        "config": "unit_test_config",
    },
    "unit_test_config": {"enabled": None},
    "given": {"input": None, "rows": None, "format": None},
    "rows": {"rows": None, "format": None},
    "overrides": {"macros": None, "vars": None},
    "test": {"arguments": None},
    "project": {
        "name": None,
        "version": None,
        "config-version": None,
        "require-dbt-version": None,
        "profile": None,
        "model-paths": None,
        "macro-paths": None,
        "seed-paths": None,
        "test-paths": None,
        "docs-paths": None,
        "clean-targets": None,
        "flags": "flags",
        "vars": None,
        "models": None,
        "seeds": None,
        "unit_tests": None,
        "on-run-start": None,
        "on-run-end": None,
    },
    "flags": {"indirect_selection": None, "send_anonymous_usage_stats": None},
}

# Arguments of dbt's own generic tests; ours are read from tests/dbt/generic.
TEST_ARGUMENTS: dict[str, set[str]] = {
    "accepted_values": {"values", "quote"},
    "relationships": {"to", "field"},
}

TEST_SIGNATURE = re.compile(r"\{%-?\s*test\s+(\w+)\s*\((.*?)\)\s*-?%\}", re.S)
MACRO_SIGNATURE = re.compile(r"\{%-?\s*macro\s+(\w+)\s*\((.*?)\)\s*-?%\}", re.S)
# To dbt a macro, named after both.
MATERIALIZATION = re.compile(r"materialization (\w+), adapter='(\w+)'")
PARAMETER = re.compile(r"dbt\.config\.get\(\s*[\"'](\w+)[\"']")
SCHEMA_CONFIG = re.compile(r"config\([^)]*\bschema\s*=\s*['\"](\w+)['\"]", re.S)


def argument_names(signature: str) -> list[str]:
    """Names in a Jinja signature, without their defaults.

    Examples
    --------
    >>> argument_names("model, columns, to=none, k=[1, 2]")
    ['model', 'columns', 'to', 'k']
    """
    flat = re.sub(r"\[[^\]]*\]|\([^)]*\)|'[^']*'|\"[^\"]*\"", "", signature)
    names = [part.split("=")[0].strip() for part in flat.split(",")]
    return [name for name in names if name]


@dataclass
class Project:
    """What the checks need of a project, read once.

    Attributes
    ----------
    root : Path
        The folder of `dbt_project.yml`.
    problems : list of str
        What was found: file, place in it, and what is wrong.
    used : set of (str, str)
        Level and name of the known keys that were met.
    tests : dict
        Generic tests and the arguments of each.
    parameters : dict
        Python models and the settings that each reads from its configuration, which is
        the only way a variable reaches it.
    """

    root: Path
    problems: list[str] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    tests: dict[str, set[str]] = field(default_factory=dict)
    parameters: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in (self.root / "models").rglob("*.py"):
            self.parameters[path.stem] = set(PARAMETER.findall(path.read_text()))
        self.tests = dict(TEST_ARGUMENTS)
        for path in (self.root / "tests" / "dbt" / "generic").glob("*.sql"):
            for name, signature in TEST_SIGNATURE.findall(path.read_text()):
                arguments = set(argument_names(signature)) - {"model", "column_name"}
                self.tests[name] = arguments

    def report(self, where: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(f"{where}: {message}")

    def files(self) -> Iterator[tuple[Path, Any]]:
        """Every property file with its content."""
        for folder in ("models", "seeds", "macros", "tests/dbt"):
            base = self.root / folder
            for path in sorted([*base.rglob("*.yml"), *base.rglob("*.yaml")]):
                yield path, yaml.safe_load(path.read_text())

    def walk(self, where: str, level: str, content: object) -> None:
        """Check a mapping's keys, and below them."""
        if not isinstance(content, Mapping):
            self.report(where, f"should be a mapping ({level}).")
            return
        allowed = LEVELS[level]
        label = f"{where} > {content['name']}" if "name" in content else where
        for key, value in content.items():
            if key not in allowed:
                names = ", ".join(sorted(allowed))
                self.report(label, f"unknown key '{key}'; allowed here: {names}.")
                continue
            below = allowed[key]
            if level == "model" and key == "config":
                value = self.without_parameters(label, content.get("name"), value)
            self.used.add((level, key))
            if key == "data_tests":
                self.check_tests(label, value)
            elif isinstance(below, str):
                self.walk(f"{label} > {key}", below, value)
            elif isinstance(below, list):
                self.walk_list(f"{label} > {key}", below[0], value)

    def without_parameters(self, where: str, model: object, config: object) -> object:
        """A model's configuration but for what a Python model's code reads from it."""
        parameters = self.parameters.get(str(model), set())
        if not isinstance(config, Mapping):
            return config
        for name in sorted(parameters - set(config)):
            self.report(where, f"the model reads '{name}', which its config lacks.")
        return {key: value for key, value in config.items() if key not in parameters}

    def walk_list(self, where: str, level: str, content: object) -> None:
        """Check each mapping of a list."""
        if not isinstance(content, list):
            self.report(where, "should be a list.")
            return
        for item in content:
            self.walk(where, level, item)

    def check_tests(self, where: str, content: object) -> None:
        """Check generic tests: names, keys and arguments."""
        if not isinstance(content, list):
            self.report(f"{where} > data_tests", "should be a list.")
            return
        for test in content:
            name, body = (
                next(iter(test.items())) if isinstance(test, dict) else (test, {})
            )
            place = f"{where} > data_tests"
            if isinstance(test, dict) and len(test) != 1:
                self.report(
                    place, f"a test is one key with its settings below: {test}."
                )
                continue
            if name not in self.tests:
                names = ", ".join(sorted(self.tests))
                self.report(place, f"unknown test '{name}'; allowed here: {names}.")
                continue
            self.walk(f"{place} > {name}", "test", body or {})
            arguments = (body or {}).get("arguments") or {}
            for argument in set(arguments) - self.tests[name]:
                names = ", ".join(sorted(self.tests[name])) or "none"
                message = f"unknown argument '{argument}'; allowed here: {names}."
                self.report(f"{place} > {name}", message)


def check_keys(project: Project) -> None:
    """Every key of every property file, and of dbt_project.yml."""
    for path, content in project.files():
        where = str(path.relative_to(project.root))
        if content is not None:
            project.walk(where, "file", content)
    path = project.root / "dbt_project.yml"
    content = yaml.safe_load(path.read_text())
    project.walk("dbt_project.yml", "project", content)
    name = content["name"]
    for kind, level, folder in (
        ("models", "model_config", "models"),
        ("seeds", "seed_config", "seeds"),
    ):
        tree = content.get(kind) or {}
        for key in set(tree) - {name}:
            project.report(f"dbt_project.yml > {kind}", f"'{key}' is not this project.")
        base = project.root / folder
        check_tree(project, f"dbt_project.yml > {kind}", level, tree.get(name), base)


def check_tree(
    project: Project, where: str, level: str, tree: object, folder: Path
) -> None:
    """Settings by folder: `+setting` keys, and folders that exist."""
    if not isinstance(tree, Mapping):
        return
    for key, value in tree.items():
        if key.startswith("+"):
            if key[1:] not in LEVELS[level]:
                project.report(where, f"unknown setting '{key}'.")
            project.used.add((level, key[1:]))
        elif not any(folder.glob(f"{key}*")):
            project.report(where, f"'{key}' is no folder or model, and lacks a '+'?")
        else:
            check_tree(project, f"{where} > {key}", level, value, folder / key)


def check_models(project: Project) -> None:
    """What the house style asks of each model's entry."""
    files = {
        path.stem: path
        for path in sorted((project.root / "models").rglob("*"))
        if path.suffix in {".sql", ".py"}
    }
    entries: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path, content in project.files():
        for entry in (content or {}).get("models") or []:
            name = entry.get("name")
            if name in entries:
                project.report(
                    str(path.relative_to(project.root)), f"{name} is there twice."
                )
            entries[name] = (path, entry)
    for name, path in files.items():
        where = str(path.relative_to(project.root))
        if name not in entries:
            project.report(where, "has no YAML entry.")
            continue
        yaml_path, entry = entries[name]
        expected = f"_{path.parent.name}__models.yml"
        if yaml_path.parent != path.parent or yaml_path.name != expected:
            project.report(
                where, f"its YAML entry should stand in {expected} beside it."
            )
        check_model(project, where, path, entry)
    for name, (path, _) in entries.items():
        if name not in files:
            where = str(path.relative_to(project.root))
            project.report(where, f"describes '{name}', which is no model.")


def check_model(
    project: Project, where: str, path: Path, entry: Mapping[str, Any]
) -> None:
    """One model's description, meta, grain, uniqueness test, contract and blocks."""
    description = str(entry.get("description") or "")
    if not description.startswith(GRAIN_STARTS):
        starts = " or ".join(repr(start.strip()) for start in GRAIN_STARTS)
        project.report(where, f"its description should start with {starts}.")
    config = entry.get("config") or {}
    meta = config.get("meta") or {}
    grain, owner = meta.get("grain"), meta.get("owner")
    columns = {column.get("name"): column for column in entry.get("columns") or []}
    if owner not in OWNERS:
        names = ", ".join(sorted(OWNERS))
        project.report(where, f"config.meta.owner is '{owner}'; allowed: {names}.")
    is_one_row = description.startswith("Exactly one row")
    if not isinstance(grain, list) or not (grain or is_one_row):
        project.report(where, "config.meta.grain should list the grain's columns.")
    else:
        for column in grain:
            if column not in columns:
                project.report(where, f"grain column '{column}' is not described.")
        if grain and path.stem not in UNTESTED and not is_tested_unique(grain, entry):
            project.report(where, f"the grain ({', '.join(grain)}) lacks its test.")
    check_blocks(project, where, path.read_text(), meta.get("blocks"))
    for name, column in columns.items():
        if not column.get("description"):
            project.report(where, f"column '{name}' has no description.")
    if needs_contract(project, path, config, columns):
        if not (config.get("contract") or {}).get("enforced"):
            project.report(where, "needs config.contract.enforced: true.")
        for name, column in columns.items():
            if not column.get("data_type"):
                project.report(where, f"column '{name}' needs a data_type.")


def check_blocks(
    project: Project, where: str, text: str, blocks: Mapping[str, Any] | None
) -> None:
    """A model that is made in blocks filters by them, and reads what they count."""
    if bool(blocks) != ("aisle.in_block(" in text):
        project.report(where, "has either config.meta.blocks or in_block, not both.")
    if blocks and f"ref('{blocks.get('of')}')" not in text:
        project.report(
            where, f"config.meta.blocks.of '{blocks.get('of')}' is not read."
        )


def is_tested_unique(grain: list[str], entry: Mapping[str, Any]) -> bool:
    """Whether a test holds the grain unique."""
    for test in entry.get("data_tests") or []:
        body = test.get("grain") if isinstance(test, dict) else None
        named = ((body or {}).get("arguments") or {}).get("columns") or []
        if sorted(named) == sorted(grain):
            return True
    return False


def needs_contract(
    project: Project,
    path: Path,
    config: Mapping[str, Any],
    columns: Mapping[str, Mapping[str, Any]],
) -> bool:
    """Whether others rely on a model's columns; dbt cannot contract a Python model."""
    if path.suffix == ".py":
        return False
    found = SCHEMA_CONFIG.search(path.read_text())
    schema = config.get("schema") or (found.group(1) if found else None)
    parts = path.relative_to(project.root / "models").parts
    is_mart = parts[0] == "marts" or schema in PUBLISHED_SCHEMAS
    is_source = (
        path.name.startswith("int_candidates__") and "candidate_source" in columns
    )
    return is_mart or is_source


def check_macros(project: Project) -> None:
    """Every macro is one file of its name, described with the arguments it takes."""
    described: dict[str, list[str]] = {}
    for path, content in project.files():
        for entry in (content or {}).get("macros") or []:
            names = [argument["name"] for argument in entry.get("arguments") or []]
            described[entry["name"]] = names
            if not entry.get("description"):
                where = str(path.relative_to(project.root))
                project.report(where, f"macro '{entry['name']}' has no description.")
    known = {f"test_{name}" for name in project.tests}
    for path in sorted((project.root / "macros").rglob("*.sql")):
        where = str(path.relative_to(project.root))
        signatures = dict(MACRO_SIGNATURE.findall(path.read_text()))
        for made, adapter in MATERIALIZATION.findall(path.read_text()):
            signatures[f"materialization_{made}_{adapter}"] = ""
        if path.stem not in signatures:
            project.report(where, f"has no macro '{path.stem}'.")
        for name, signature in signatures.items():
            known.add(name)
            if name != path.stem:
                if not name.endswith(f"__{path.stem}"):
                    project.report(
                        where, f"macro '{name}' belongs in a file of its own."
                    )
            elif name not in described:
                project.report(where, f"macro '{name}' is not described in YAML.")
            elif described[name] != argument_names(signature):
                takes = ", ".join(argument_names(signature)) or "nothing"
                project.report(
                    where, f"'{name}' takes {takes}; its YAML says otherwise."
                )
    for name in described.keys() - known:
        project.report("macros", f"YAML describes '{name}', which is no macro.")


def unused_keys(project: Project) -> set[tuple[str, str]]:
    """Keys of LEVELS that a checked project does not have: they would hide a slip."""
    known = {(level, key) for level, keys in LEVELS.items() for key in keys}
    return known - project.used


def checked(root: Path = ROOT) -> Project:
    """Check a project."""
    project = Project(root)
    check_keys(project)
    check_models(project)
    check_macros(project)
    return project


def check_project(root: Path = ROOT) -> list[str]:
    """All problems of a project, empty where there is none."""
    return checked(root).problems


if __name__ == "__main__":
    found = check_project()
    print("\n".join(found) or "YAML: nothing found.")
    sys.exit(1 if found else 0)
