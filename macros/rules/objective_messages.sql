{# What is wrong between the rows of `objectives`, one message each: see `seed_rules`. #}
{% macro objective_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- set named = {} -%}
    {%- for row in rows if row['is_enabled'] == 'true' -%}
        {%- set segment = row['segment'] or 'all others' -%}
        {%- if segment in named -%}
            {%- do messages.append(
                file ~ ': ' ~ named[segment] ~ ' and ' ~ row['objective_id']
                ~ ' are both for ' ~ segment ~ '; allowed: one that is switched on.'
            ) -%}
        {%- endif -%}
        {%- do named.update({segment: row['objective_id']}) -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
