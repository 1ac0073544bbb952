{# What is wrong between the rows of `scenarios`, one message each: see `seed_rules`. #}
{% macro scenario_messages(file, rows, is_compared) -%}
    {%- set messages = [] -%}
    {#- What is served, and what the prices of rules and objectives are taken against. -#}
    {%- set needed = {
        'live': ('all', none, none),
        'no_rules': ('none', 'margin', '0'),
        'without_objective': ('all', 'margin', '0'),
    } -%}
    {%- set found = {} -%}
    {%- for row in rows -%}
        {%- set line = file ~ ', line ' ~ (loop.index + 1) ~ ': ' -%}
        {%- set scenario_id = row['scenario_id'] or '' -%}
        {%- do found.update({scenario_id: row}) -%}
        {%- if (row['value'] is none) != (row['weight'] is none) -%}
            {%- do messages.append(
                line ~ 'value and weight belong together; allowed: both or none.'
            ) -%}
        {%- endif -%}
        {%- if scenario_id in ('relevance_only', 'all_rules') or scenario_id[:5] == 'only_'
            or (scenario_id[:8] == 'without_' and scenario_id not in needed) -%}
            {%- do messages.append(
                line ~ 'scenario_id is ' ~ scenario_id ~ '; allowed: a name other than '
                ~ 'relevance_only, all_rules, only_<rule> and without_<rule>, which '
                ~ 'are made.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for scenario_id, cells in needed.items() -%}
        {%- set row = found.get(scenario_id) -%}
        {%- if row is none
            or (row['rules'], row['value'], row['weight']) != cells -%}
            {%- do messages.append(
                file ~ ' needs the row ' ~ scenario_id ~ ' with rules ' ~ cells[0]
                ~ (', value ' ~ cells[1] ~ ' and weight ' ~ cells[2] if cells[1]
                    else ', without value and weight') ~ '.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
