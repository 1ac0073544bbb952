{# Whether a table can be made anew of rows that it has: whether it stands until the new one
   is there. #}
{% macro can_extend_itself() -%}
    {{- return(adapter.dispatch('can_extend_itself', 'aisle')()) -}}
{%- endmacro %}

{% macro duckdb__can_extend_itself() -%}
    {{- return(true) -}}
{%- endmacro %}

{% macro spark__can_extend_itself() -%}
    {{- return(false) -}}
{%- endmacro %}
