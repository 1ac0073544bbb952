{# What is wrong between the rows of `objectives`, one message each: see `seed_rules`. #}
{% macro objective_messages(file, rows, is_compared) -%}
    {%- set messages = [] -%}
    {%- set lines = {} -%}
    {%- for row in rows if row['is_enabled'] == 'true' -%}
        {%- set segment = row['segment'] or 'all others' -%}
        {%- if segment in lines -%}
            {%- do messages.append(
                file ~ ': ' ~ lines[segment] ~ ' and ' ~ row['objective_id']
                ~ ' are both for ' ~ segment ~ '; allowed: one that is switched on.'
            ) -%}
        {%- endif -%}
        {%- do lines.update({segment: row['objective_id']}) -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
