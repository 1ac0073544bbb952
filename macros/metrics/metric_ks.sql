{# The list lengths at which every metric is reported. #}
{% macro metric_ks() -%}
    {{ return([1, 3, 5, 10, 20]) }}
{%- endmacro %}
