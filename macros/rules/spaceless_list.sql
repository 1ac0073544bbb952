{# A cell with one value, or several separated by |, without a space around them. #}
{% macro spaceless_list(expression) -%}
replace(replace(trim({{ expression }}), ' |', '|'), '| ', '|')
{%- endmacro %}
