{# One row per word of a text in lower case: runs of letters, marks and digits of any
   script. A word as often as it occurs; empty ones may be among them. #}
{% macro text_words(expression) -%}
    {{ return(adapter.dispatch('text_words', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__text_words(expression) -%}
unnest(string_split_regex(lower({{ expression }}), '[^\p{L}\p{M}\p{N}]+'))
{%- endmacro %}

{% macro spark__text_words(expression) -%}
explode(split(lower({{ expression }}), '[^\\p{L}\\p{M}\\p{N}]+'))
{%- endmacro %}
