{# The 95 % interval of a value as `<name>_low, <name>_high`; null without an error. #}
{% macro interval(value, standard_error, name='ci') -%}
    {{ value }} - {{ aisle.normal_quantile() }} * {{ standard_error }} as {{ name }}_low,
    {{ value }} + {{ aisle.normal_quantile() }} * {{ standard_error }} as {{ name }}_high
{%- endmacro %}
