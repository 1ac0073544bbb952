{# A foreign key of several columns: returns the combinations of `columns` that `to` does
   not have. Inside folds a customer or product must be known in the same fold, which
   `relationships` cannot say. Combinations with a null pass, as in a foreign key. #}
{% test known_in(model, columns, to, to_columns=none) %}

{%- set to_columns = to_columns or columns -%}
{%- if columns | length != to_columns | length -%}
    {{ exceptions.raise_compiler_error(
        "known_in on " ~ model ~ " needs as many to_columns as columns."
    ) }}
{%- endif %}

with

child as (

    select distinct {{ columns | join(', ') }} from {{ model }}
    where
        {%- for column in columns %}
        {% if not loop.first %}and {% endif %}{{ column }} is not null
        {%- endfor %}

),

parent as (

    select distinct {{ to_columns | join(', ') }} from {{ to }}

)

select child.*
from child
left join parent
    on
        {%- for column in columns %}
        {% if not loop.first %}and {% endif -%}
        child.{{ column }} = parent.{{ to_columns[loop.index0] }}
        {%- endfor %}
where parent.{{ to_columns[0] }} is null

{% endtest %}
