{# Fails with one message where a daily build has no full build to stand on: no published
   release, no or another history, other vars or other code. #}
{% macro check_daily() -%}
    {%- if aisle.is_daily() and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- set remedy = "; run a full build first (dbt build), and give the "
            ~ "folder that it wrote, such as published/aisle_history, as release_history." -%}
        {%- set surplus = [] -%}
        {%- for unique_id in selected_resources | sort
            if 'full_build' in graph.nodes.get(unique_id, {}).get('tags', []) -%}
            {%- do surplus.append(unique_id.split('.')[2]) -%}
        {%- endfor -%}
        {%- if surplus -%}
            {{- exceptions.raise_compiler_error(
                "var folds_to_build: serving builds no folds to fit or evaluate on, but "
                ~ surplus | length ~ " models that do are selected: "
                ~ surplus[:5] | join(', ') ~ "; select with --selector daily."
            ) -}}
        {%- endif -%}
        {%- if var('unseen_customer_rate') > 0 -%}
            {{- exceptions.raise_compiler_error(
                "var unseen_customer_rate: a daily build keeps nobody out; allowed: 0."
            ) -}}
        {%- endif -%}
        {%- if not var('release_history') -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: a daily build reads what a full build fitted, and "
                ~ "has no folder to read it from" ~ remedy
            ) -}}
        {%- endif -%}
        {%- for node in aisle.history_models() -%}
            {%- set path = aisle.history_file(node.name) -%}
            {%- if not aisle.list_files(path) -%}
                {{- exceptions.raise_compiler_error(
                    "var release_history: there is no file " ~ path ~ remedy
                ) -}}
            {%- endif -%}
            {%- do aisle.check_readable(path, 'release_history') -%}
        {%- endfor -%}

        {%- if not aisle.list_files(aisle.published_path()) -%}
            {{- exceptions.raise_compiler_error(
                "a daily build carries the figures of the full build over from "
                ~ aisle.published_path() ~ ", where nothing is published" ~ remedy
            ) -}}
        {%- endif -%}

        {%- set releases = aisle.read_file(aisle.history_file('releases')) -%}
        {%- set package = aisle.read_file(aisle.history_file('int_releases__package')) -%}
        {%- set found = run_query(
            "select releases.vars, releases.code_hash = md5(concat_ws('-', '"
            ~ aisle.code_hash() ~ "', package.package_version, package.source_hash)) from "
            ~ releases ~ " as releases cross join " ~ package ~ " as package"
        ).rows -%}
        {%- if not found -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: " ~ aisle.history_file('releases') ~ " or "
                ~ aisle.history_file('int_releases__package') ~ " has no row" ~ remedy
            ) -}}
        {%- endif -%}
        {%- set release = found[0] -%}
        {%- set stored = fromjson(release[0]) -%}
        {%- set current = fromjson(aisle.release_vars()) -%}
        {%- set changed = [] -%}
        {%- for name in current
            if name not in ('as_of', 'folds_to_build')
            and current[name] != stored.get(name) -%}
            {%- do changed.append(
                name ~ ' (' ~ stored.get(name) ~ ' there, ' ~ current[name] ~ ' now)'
            ) -%}
        {%- endfor -%}
        {%- if changed -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: the full build in " ~ var('release_history')
                ~ " had other vars: " ~ changed | join(', ') ~ remedy
            ) -}}
        {%- endif -%}
        {%- if not release[1] -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: models, seeds or macros have changed since the full "
                ~ "build in " ~ var('release_history') ~ remedy
            ) -}}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
