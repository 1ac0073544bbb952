"""SQL that DuckDB and Spark read alike but answer differently is refused.

What differs in a way that an engine reports (a function it lacks, a type it does not
know) needs no check: the build fails. What differs in silence stands here, with what to
write instead; `macros/engine/` is where the engines may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dbt_runner import ROOT

# Columns that are never null, so that it does not matter where nulls stand.
NEVER_NULL = (
    r"(\w+_(id|key|rank|date|month)|rank|position|strategy|bin|level|iteration|field"
    r"|value|feature|example|subject|token|category|occurrence|draw|kind|sheet|band"
    r"|events_tenth|min_orders|count_products|last_(event|purchase)_age_days|is_top_up)"
)


@dataclass(frozen=True)
class Construct:
    """What is refused, why, and a line of SQL that holds it."""

    name: str
    pattern: str
    instead: str
    example: str


CONSTRUCTS = [
    Construct(
        "datediff",
        r"\bdatediff\b",
        "counts boundaries, each engine in its own way below a day: aisle.elapsed_days",
        "{{ dbt.datediff('a', 'b', 'hour') }}",
    ),
    Construct(
        "dateadd",
        r"\bdateadd\b",
        "drops fractions of a second: aisle.add_days or aisle.shift_days",
        "{{ dbt.dateadd('day', 1, 'occurred_at') }}",
    ),
    Construct(
        "concat",
        r"\bconcat\(",
        "skips nulls on DuckDB, is null on Spark: concat_ws('', ...) skips them",
        "concat(a, ' ', b)",
    ),
    Construct(
        "log",
        r"\blog\(",
        "has base 10 on DuckDB, e on Spark: ln",
        "select log(count_orders)",
    ),
    Construct(
        "day of the week",
        r"\b(dow|dayofweek|isodow|weekday)\b",
        "starts on another day and with another number: a macro in macros/engine",
        "extract(dow from ordered_at)",
    ),
    Construct(
        "regexp_replace",
        r"\bregexp_replace\((?!.*\$)",
        "replaces the first match on DuckDB, all on Spark: a pattern that ends in $",
        "regexp_replace(title, 'a', 'b')",
    ),
    Construct(
        "sums of floats",
        r"\b(avg|stddev\w*|var_samp|var_pop|variance|corr|covar\w*|regr_\w+)\(",
        "depends on the order of rows: aisle.exact_avg, or sums of aisle.exact_sum",
        "avg(unit_price)",
    ),
    Construct(
        "decimal literal in a division",
        r"\b\d+\.\d+(?!\w)\s*\)*\s*/|/\s*\(*\s*\d+\.\d+(?![\w.])",
        "divides decimals on Spark, doubles on DuckDB: whole numbers (1), or 0.5e0",
        "count_orders / 10.0",
    ),
    Construct(
        "cast to a decimal",
        r"\bas decimal\(18, [1-9]",
        "rounds halves in two ways: aisle.exact_decimal",
        "cast(weight as decimal(18, 6))",
    ),
    Construct(
        "order without a place for nulls",
        rf"(?<!group \(order by )\b(?!{NEVER_NULL}\b asc)\w+ asc\b(?! nulls)",
        "puts nulls last on DuckDB, first on Spark: asc nulls last",
        "order by discontinued_at asc",
    ),
    Construct(
        "type name",
        r"\bas (varchar|text|string)\b",
        "is not known on both: dbt.type_string()",
        "cast(a as varchar)",
    ),
    Construct(
        "the clock",
        r"\b(current_date|current_timestamp|now\(\))",
        "is not the cutoff, and another time zone on each engine: the fold's cutoff",
        "where occurred_at < current_date",
    ),
]
# Jinja's own statements and comments are not SQL.
NOT_SQL = re.compile(r"\{#.*?#\}|\{%.*?%\}|--[^\n]*", re.S)


def sql_of(text: str) -> str:
    """The SQL of a file; what is left out leaves its line breaks."""
    return NOT_SQL.sub(lambda match: "\n" * match.group(0).count("\n"), text)


def findings(text: str, construct: Construct) -> list[int]:
    """The lines where a construct stands."""
    sql = sql_of(text)
    return [
        sql.count("\n", 0, match.start()) + 1
        for match in re.finditer(construct.pattern, sql)
    ]


def shared_sql() -> Iterator[Path]:
    """Every file of SQL that both engines run."""
    for folder in ("models", "macros", "tests/dbt"):
        for path in sorted((ROOT / folder).rglob("*.sql")):
            if "engine" not in path.relative_to(ROOT).parts:
                yield path


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda each: each.name)
def test_engines_answer_alike(construct: Construct) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in shared_sql()
        for line in findings(path.read_text(), construct)
    ]
    assert not found, f"{construct.name} {construct.instead}: {', '.join(found)}"


@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda each: each.name)
def test_the_construct_is_found(construct: Construct) -> None:
    assert findings(f"select 1\n{construct.example}\n", construct) == [2]
    assert not findings(f"-- {construct.example}\n", construct)


def test_no_model_names_an_engine() -> None:
    names = re.compile(r"\b(duckdb|spark|pyspark)\b", re.I)
    found = [
        str(path.relative_to(ROOT))
        for folder in ("models", "tests/dbt")
        for suffix in ("*.sql", "*.py")
        for path in sorted((ROOT / folder).rglob(suffix))
        if names.search(path.read_text())
    ]
    assert not found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "macros/engine").glob("*.sql")), ids=lambda path: path.stem
)
def test_what_one_engine_does_the_other_does_too(path: Path) -> None:
    text = path.read_text()
    arguments = {
        engine: re.findall(rf"macro {engine}__{path.stem}\((.*?)\)", text)
        for engine in ("duckdb", "spark")
    }
    assert arguments["duckdb"] == arguments["spark"]
