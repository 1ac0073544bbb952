{# What is wrong between the rows of `event_weights`, one message each: see `seed_rules`. A
   type without a row would be no event at all: nothing bought, or nothing disliked. #}
{% macro event_weight_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- set found = [] -%}
    {%- for row in rows -%}
        {%- do found.append(row['interaction_type']) -%}
    {%- endfor -%}
    {%- for type in aisle.interaction_types() if is_compared and type not in found -%}
        {%- do messages.append(
            file ~ ' has no row of ' ~ type ~ '; allowed: one of each type of event. Of '
            ~ 'weight 0 it adds nothing to what a customer likes.'
        ) -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
