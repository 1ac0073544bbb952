{# Returns the rows in which one of `columns` is null, with the names of those that are.
   One test for all of a model's columns: every test is a node, and nodes cost time. #}
{% test never_null(model, columns) %}

{%- if columns is string or not columns -%}
    {{ exceptions.raise_compiler_error(
        "never_null on " ~ model ~ " needs a list of columns."
    ) }}
{%- endif %}

select
    concat_ws(
        ', '
        {%- for column in columns %},
        case when checked.{{ column }} is null then '{{ column }}' end
        {%- endfor %}
    ) as null_columns,
    checked.*
from {{ model }} as checked
where
    {%- for column in columns %}
    {% if not loop.first %}or {% endif %}checked.{{ column }} is null
    {%- endfor %}

{% endtest %}
