{# What is wrong between the cells of a row of `collections`, one message each: see
   `seed_rules`. #}
{% macro collection_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- for row in rows -%}
        {%- set line = lines[loop.index0] -%}
        {%- set found = aisle.selector_messages(row) -%}
        {%- set period = aisle.period_violation(row) -%}
        {%- if period -%}
            {%- do found.append(period) -%}
        {%- endif -%}
        {%- for text in found -%}
            {%- do messages.append(file ~ ', line ' ~ line ~ ': ' ~ text ~ '.') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
