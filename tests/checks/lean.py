"""Run a program of this environment without what takes time and tells tests nothing.

- Python's search for cycles of references: dbt and sqlfluff make millions of objects
  that they need until they end, and Python goes through all of them again and again, a
  tenth of dbt's time and two fifths of sqlfluff's. They take twice the memory instead.
- dbt's events for debugging, another tenth: twenty for each model, for logs that
  nothing here asks for. Nor does anything look for the line that a node starts.
- Translating Jinja to Python, a quarter of reading the project: what was translated
  once stands in `target/templates`, by its text.
- Collecting all macros one by one, twice for each node, and the command's arguments.
- dbt's check of every YAML block and of every model's settings against JSON schemas, a
  fifth of reading the project, and rendering descriptions. It is the same project each
  time: `make conventions` reads it with all of that.
- Making agate's parser of dates anew for every result.
- A comment in front of every query that says which node it is of.
- Writing what ran beside what was compiled, and what tests were compiled to.
- Taking apart the whole query of a unit test to find its first word.
- Asking for the columns of a table again in each unit test that reads it, and casting
  the same value of a fixture again: fifty-five thousand casts.
- Going through all tables of a schema for each that is looked for.
- Looking at a node's ancestors again for each of its descendants.
- Going through all nodes for each model that sqlfluff lints.
- Edges from every test to all that comes after it, of which a few say the same.
"""

from __future__ import annotations

import functools
import gc
import importlib.metadata
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dbt.compilation
import dbt.context.providers
import parsedatetime
from dbt.adapters.base.query_headers import MacroQueryStringSetter
from dbt.adapters.base.relation import BaseRelation
from dbt.adapters.duckdb.impl import DuckDBAdapter
from dbt.adapters.reference_keys import _ReferenceKey, lowercase
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.resources.v1.components import InjectedCTE
from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import ParsedNode
from dbt.events.types import LogStartLine
from dbt.graph.graph import Graph, UniqueId
from dbt.graph.selector_methods import PathSelectorMethod
from dbt.parser.manifest import ManifestLoader
from dbt.utils import args_to_dict
from dbt_common.clients.jinja import MacroFuzzEnvironment
from dbt_common.dataclass_schema import dbtClassMixin
from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
from dbt_common.events.event_manager import EventManager
from jinja2 import Environment, FileSystemBytecodeCache

# Macros of dbt that write a value of a fixture as SQL.
CASTS = frozenset({"escape_single_quotes", "safe_cast", "string_literal"})
TEMPLATES = Path(__file__).resolve().parents[2] / "target" / "templates"


def drop_debug_events() -> None:
    """Neither make nor write what dbt logs for debugging, or when a node starts."""
    make, fire = BaseEvent.__init__, EventManager.fire_event
    LogStartLine.level_tag = DebugLevel.level_tag  # type: ignore[method-assign,assignment]

    def make_if_read(event: BaseEvent, *args: Any, **fields: Any) -> None:
        if type(event).level_tag is not DebugLevel.level_tag:
            make(event, *args, **fields)

    def fire_if_read(
        manager: EventManager,
        event: BaseEvent,
        level: EventLevel | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        if (level or event.level_tag()) != EventLevel.DEBUG:
            fire(manager, event, level, *args, **options)

    # dbt's methods are replaced on purpose, in this process alone.
    BaseEvent.__init__ = make_if_read  # type: ignore[method-assign,assignment]
    EventManager.fire_event = fire_if_read  # type: ignore[method-assign,assignment]


def translate_once() -> None:
    """Keep the Python code that dbt's templates become."""
    versions = [importlib.metadata.version(name) for name in ("jinja2", "dbt-common")]
    folder = TEMPLATES / "-".join(versions)
    folder.mkdir(parents=True, exist_ok=True)
    cache = FileSystemBytecodeCache(str(folder))
    translate = MacroFuzzEnvironment.compile

    def look_up(self: Environment, source: Any, *args: Any, **options: Any) -> Any:
        if args or options or not isinstance(source, str):
            return translate(self, source, *args, **options)
        # Native templates are environments of a subclass, and become other code.
        name = f"{type(self).__name__} {source}"
        bucket = cache.get_bucket(self, name, None, source)
        if bucket.code is None:
            bucket.code = translate(self, source)
            cache.set_bucket(bucket)
        return bucket.code

    # Replaced on purpose, in this process alone.
    MacroFuzzEnvironment.compile = look_up  # type: ignore[method-assign]


def collect_macros_at_once() -> None:
    """Make the context of a node from whole packages of macros."""

    # One call for each of 800 macros, instead of one for each class above it as well.
    def make(
        generator: MacroGenerator,
        macro: Any,
        context: dict[str, Any] | None = None,
        node: Any = None,
        stack: Any = None,
    ) -> None:
        generator.macro, generator.context = macro, context
        generator.node, generator.stack = node, stack

    def build_namespace(
        builder: MacroNamespaceBuilder,
        macros_by_package: dict[str, dict[str, Any]],
        context: dict[str, Any],
    ) -> MacroNamespace:
        found = {
            package: {
                name: MacroGenerator(macro, context, builder.node, builder.thread_ctx)
                for name, macro in macros.items()
            }
            for package, macros in macros_by_package.items()
        }
        internal: dict[str, Any] = {}
        for package in reversed(builder.internal_package_names_order):
            internal.update(found.get(package, {}))
        packages = {
            package: macros
            for package, macros in found.items()
            if package not in builder.internal_package_names
        }
        return MacroNamespace(
            global_namespace=packages.get(builder.root_package, {}),
            local_namespace=packages.get(builder.search_package, {}),
            global_project_namespace=internal,
            packages=packages,
        )

    of_tests: Any = ManifestContext.to_dict

    def to_dict(context: ManifestContext) -> dict[str, Any]:
        namespace = context.namespace
        if not isinstance(namespace, MacroNamespace):
            return of_tests(context)
        names: dict[str, Any] = super(ManifestContext, context).to_dict()
        # What is looked up first wins, so it comes last.
        for macros in reversed(list(namespace._search_order())):
            names.update(macros)
        return names

    known: dict[int, tuple[Any, dict[str, Any]]] = {}

    def list_arguments(given: Any) -> dict[str, Any]:
        if id(given) not in known:
            # With what was given: another could have the same id when it has gone.
            known[id(given)] = given, args_to_dict(given)  # type: ignore[no-untyped-call]
        return dict(known[id(given)][1])

    # Replaced on purpose, in this process alone.
    MacroGenerator.__init__ = make  # type: ignore[method-assign,assignment]
    dbt.context.providers.args_to_dict = list_arguments  # type: ignore[attr-defined]
    builder_class: Any = MacroNamespaceBuilder
    builder_class.build_namespace = build_namespace
    context_class: Any = ManifestContext
    context_class.to_dict = to_dict


def trust_the_project() -> None:
    """Neither hold what dbt reads against its JSON schemas nor render descriptions."""

    def accept(_class: type[dbtClassMixin], _data: Any) -> None:
        """Find nothing wrong."""

    def leave(_loader: ManifestLoader, _config: Any) -> None:
        """Render nothing."""

    # Replaced on purpose, by what takes and returns less than dbt's own.
    dbtClassMixin.validate = classmethod(accept)  # type: ignore[method-assign,assignment]
    ManifestLoader.process_docs = leave  # type: ignore[method-assign,assignment]


def leave_comments() -> None:
    """Send queries without the comment that names their node."""

    def say_nothing(_setter: MacroQueryStringSetter, _name: str, _context: Any) -> None:
        """Leave the comment empty."""

    # Replaced on purpose, in this process alone.
    MacroQueryStringSetter.set = say_nothing  # type: ignore[method-assign,assignment]


def leave_what_ran() -> None:
    """Write the compiled code of models, not what a materialization makes of it."""
    write = ParsedNode.write_node

    def write_compiled(
        node: ParsedNode, project_root: str, path: str, code: str
    ) -> None:
        if path != node.build_path and node.resource_type != NodeType.Test:
            write(node, project_root, path, code)

    # Replaced on purpose, in this process alone.
    ParsedNode.write_node = write_compiled  # type: ignore[method-assign,assignment]


def put_inputs_first() -> None:
    """Put the inputs of a unit test before a model's own tables, without a parser."""
    parse_and_inject = dbt.compilation.inject_ctes_into_sql

    def inject(sql: str, ctes: list[InjectedCTE]) -> str:
        start = re.match(r"\s*with\s+(?!recursive\b)", sql)
        if not ctes or not start:
            return parse_and_inject(sql, ctes)
        given = ", ".join(cte.sql for cte in ctes)
        return f"with {given}, {sql[start.end() :]}"

    # Replaced on purpose, in this process alone.
    dbt.compilation.inject_ctes_into_sql = inject


def know_fixtures() -> None:
    """Remember the columns of tables that are there, and values as they were cast."""
    call: Any = MacroGenerator.__call__
    ask: Any = DuckDBAdapter.get_columns_in_relation
    cast: dict[tuple[object, ...], str] = {}
    columns: dict[str, list[Any]] = {}

    def call_once(macro: MacroGenerator, *args: Any, **options: Any) -> Any:
        if options or macro.macro.name not in CASTS:
            return call(macro, *args, **options)
        key = (macro.macro.name, *((type(value), value) for value in args))
        if key not in cast:
            cast[key] = call(macro, *args)
        return cast[key]

    def ask_once(adapter: DuckDBAdapter, relation: BaseRelation) -> list[Any]:
        name = relation.render()
        # What is not there yet is asked for again.
        if not columns.get(name):
            columns[name] = ask(adapter, relation)
        return list(columns[name])

    # Replaced on purpose, in this process alone.
    MacroGenerator.__call__ = call_once  # type: ignore[method-assign,assignment]
    DuckDBAdapter.get_columns_in_relation = ask_once  # type: ignore[method-assign,assignment]


def look_tables_up() -> None:
    """Find a table among those that are known by its name."""
    search = DuckDBAdapter.get_relation

    def look_up(
        adapter: DuckDBAdapter, database: str, schema: str, identifier: str
    ) -> BaseRelation | None:
        table: BaseRelation | None
        if (database, schema) in adapter.cache:
            key = _ReferenceKey(*map(lowercase, (database, schema, identifier)))
            known = adapter.cache.relations.get(key)
            table = known.inner if known else None
        else:
            table = search(adapter, database, schema, identifier)
        return table

    # Replaced on purpose, in this process alone.
    DuckDBAdapter.get_relation = look_up  # type: ignore[method-assign]


def select_parents_once() -> None:
    """Find all ancestors of nodes in one walk."""
    by_layer = Graph.select_parents
    above: dict[Graph, dict[UniqueId, list[UniqueId]]] = {}

    def select(
        graph: Graph, selected: set[UniqueId], max_depth: int | None = None
    ) -> set[UniqueId]:
        if max_depth is not None:
            return by_layer(graph, selected, max_depth)
        if graph not in above:
            above[graph] = {
                node: [
                    parent
                    for parent, edge in edges.items()
                    if edge.get("edge_type") != "parent_test"
                ]
                for node, edges in graph.graph.pred.items()
            }
        parents: set[UniqueId] = set()
        left = list(selected)
        while left:
            found = set(above[graph][left.pop()]) - parents
            parents |= found
            left += found
        return parents

    # Replaced on purpose, in this process alone.
    Graph.select_parents = select  # type: ignore[method-assign,assignment]


def find_nodes_by_file() -> None:
    """Look up the nodes of a file instead of asking each of all nodes for its file."""
    walk = PathSelectorMethod.search
    known: dict[int, dict[str, list[UniqueId]]] = {}

    def search(
        method: PathSelectorMethod, included_nodes: set[UniqueId], selector: str
    ) -> Iterator[UniqueId]:
        if not selector.endswith(".sql") or "*" in selector:
            yield from walk(method, included_nodes, selector)
            return
        manifest = method.manifest
        if id(manifest) not in known:
            by_file = known[id(manifest)] = {}
            for name, node in manifest.nodes.items():
                by_file.setdefault(node.original_file_path, []).append(UniqueId(name))
        found = known[id(manifest)].get(selector, [])
        yield from (name for name in found if name in included_nodes)

    # Replaced on purpose, in this process alone.
    PathSelectorMethod.search = search  # type: ignore[method-assign,assignment]


def slim() -> None:
    """Leave all of that out in this process."""
    gc.disable()
    drop_debug_events()
    translate_once()
    collect_macros_at_once()
    trust_the_project()
    leave_comments()
    leave_what_ran()
    put_inputs_first()
    know_fixtures()
    look_tables_up()
    select_parents_once()
    find_nodes_by_file()
    parsedatetime.Constants = functools.cache(parsedatetime.Constants)
    os.environ.setdefault("DBT_USE_FAST_TEST_EDGES", "true")


def main() -> int | None:
    """Run the program that the first argument names with the other arguments."""
    slim()
    del sys.argv[0]
    (program,) = importlib.metadata.entry_points(
        group="console_scripts", name=sys.argv[0]
    )
    status: int | None = program.load()()
    return status


if __name__ == "__main__":
    sys.exit(main())
