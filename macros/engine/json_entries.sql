{# A query in parentheses: `columns` of the CTE `relation` and, for each key of the JSON
   object in its column `expression`, the `name` and `value` as text. Other JSON than an
   object has no keys. #}
{% macro json_entries(relation, columns, expression) -%}
    {{ return(adapter.dispatch('json_entries', 'aisle')(relation, columns, expression)) }}
{%- endmacro %}

{% macro duckdb__json_entries(relation, columns, expression) -%}
(
    select
        {{ columns | join(', ') }},
        entry.key as name,
        entry.value as value
    from (
        select
            {{ columns | join(', ') }},
            unnest(map_entries(
                from_json({{ expression }}, '"MAP(VARCHAR, VARCHAR)"')
            )) as entry
        from {{ relation }}
        where json_type({{ expression }}) = 'OBJECT'
    ) as unnested
)
{%- endmacro %}

{% macro spark__json_entries(relation, columns, expression) -%}
(
    select
        {{ columns | join(', ') }},
        name,
        value
    from {{ relation }}
    lateral view explode(
        from_json({{ expression }}, 'map<string, string>')
    ) as name, value
)
{%- endmacro %}
