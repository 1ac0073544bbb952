{# What publishing keeps of every release, daily ones included: few rows that say what it
   was, so that what customers were served from it can be told apart. #}
{% macro noted_models() -%}
    {{- return(['int_releases__settings']) -}}
{%- endmacro %}
