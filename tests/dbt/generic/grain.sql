{# The grain, and what every row has: returns the combinations of `columns` that more than
   one row has, and those with a null in `never_null`, of which it counts each column's.
   A grain of one column is never null itself; in one of several a null counts as a value.
   Without columns the model has exactly one row. One test a model says all this, since
   every test is a node, and every node costs time. Grouping rows by a hash is several
   times cheaper than by names and keys; only where a hash is there twice, or with a null,
   are the rows themselves looked at. #}
{% test grain(model, columns, never_null=[]) %}

{%- if columns is string or never_null is string -%}
    {{ exceptions.raise_compiler_error(
        "grain on " ~ model ~ " needs lists as columns and never_null."
    ) }}
{%- endif %}
{%- set has_null %}
    {%- for column in never_null %}
    or count({{ column }}) < count(*)
    {%- endfor %}
{%- endset %}

select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in never_null %}
    count(*) - count({{ column }}) as count_null_{{ column }},
    {%- endfor %}
    count(*) as count_rows
from {{ model }}
{%- if columns | length > 1 %}
where
    {{ aisle.key_hash(columns) }} in (
        select {{ aisle.key_hash(columns) }}
        from {{ model }}
        group by {{ aisle.key_hash(columns) }}
        having
            count(*) > 1
            {{- has_null }}
    )
{%- endif %}
{%- if columns %}
group by {{ columns | join(', ') }}
{%- endif %}
having
    count(*) {{ '>' if columns else '!=' }} 1
    {{- has_null }}
    {%- if columns | length == 1 %}
    or {{ columns[0] }} is null
    {%- endif %}

{% endtest %}
