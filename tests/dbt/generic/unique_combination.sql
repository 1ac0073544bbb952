{# Returns each combination of the columns that more than one row has. A null counts as
   a value, so that a row without its key is found when it comes twice. #}
{% test unique_combination(model, columns) %}

{%- if columns is string or columns | length < 2 -%}
    {{ exceptions.raise_compiler_error(
        "unique_combination on " ~ model ~ " needs a list of two or more columns; "
        ~ "for one column use unique_key."
    ) }}
{%- endif %}

select
    {{ columns | join(', ') }},
    count(*) as count_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
