{# The cells of a row that are not empty as one text, `name=value; name=value`, however
   they are spaced or capitalised. #}
{% macro named_cells(columns) -%}
concat_ws(
    '; '
    {%- for column in columns %},
    case
        when trim({{ column }}) != ''
            then concat_ws('', '{{ column }}=', lower(trim({{ column }})))
    end
    {%- endfor %}
)
{%- endmacro %}
