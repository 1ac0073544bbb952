{# What is wrong between the cells of a row of `collections`, one message each: see
   `seed_rules`. #}
{% macro collection_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- for row in rows -%}
        {%- set line = lines[loop.index0] -%}
        {%- set found = aisle.selector_messages(row) -%}
        {%- if row['starts_on'] is not none and row['ends_on'] is not none
            and row['ends_on'] < row['starts_on'] -%}
            {%- do found.append(
                'ends_on is ' ~ row['ends_on'] ~ '; allowed: ' ~ row['starts_on']
                ~ ' (starts_on) or later'
            ) -%}
        {%- endif -%}
        {%- for text in found -%}
            {%- do messages.append(file ~ ', line ' ~ line ~ ': ' ~ text ~ '.') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
