{# From which instant on a daily build reads the rows of a source again, as a literal;
   earlier rows are those that the model has. None where it must read them all: in a full
   build, where the warehouse does not hold the full build that `release_history` is of, or
   what daily builds made of it, and where an engine drops a table before it makes it. #}
{% macro read_again_from() -%}
    {%- if not (
        execute
        and aisle.is_daily()
        and aisle.can_extend_itself()
        and load_cached_relation(this)
    ) -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set releases = aisle.warehouse_release() -%}
    {%- if not releases or 'evaluated_release_id' not in adapter.get_columns_in_relation(
        releases
    ) | map(attribute='name') | list -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set found = run_query(
        "select cast(" ~ aisle.add_days('full_build.as_of', -var('lookback_days'))
        ~ " as " ~ dbt.type_string() ~ ") from "
        ~ aisle.read_file(aisle.history_file('releases')) ~ " as full_build inner join "
        ~ releases ~ " as releases "
        ~ "on full_build.release_id = releases.evaluated_release_id"
    ).rows -%}
    {{- return("timestamp '" ~ found[0][0] ~ "'" if found else none) -}}
{%- endmacro %}
