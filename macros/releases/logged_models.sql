{# What publishing keeps of every release, a week apart, daily ones included: what was
   served, to be held against what happened since. #}
{% macro logged_models() -%}
    {{- return(['int_monitoring__served_lists']) -}}
{%- endmacro %}
