{# Text literals, separated by commas, as for `in (...)`. #}
{% macro text_list(values) -%}
'{{ values | join("', '") }}'
{%- endmacro %}
