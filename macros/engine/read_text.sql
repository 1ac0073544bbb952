{# The text of a file as one row with the column `content`, for `from`. #}
{% macro read_text(path) -%}
    {{ return(adapter.dispatch('read_text', 'aisle')(path)) }}
{%- endmacro %}

{% macro duckdb__read_text(path) -%}
    {{ return("read_text('" ~ path | replace("'", "''") ~ "')") }}
{%- endmacro %}

{% macro spark__read_text(path) -%}
    {{ return(
        '(select value as content from text.`' ~ path ~ '` with (wholetext = true))'
    ) }}
{%- endmacro %}
