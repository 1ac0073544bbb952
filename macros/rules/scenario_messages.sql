{# What is wrong between the rows of `scenarios`, one message each: see `seed_rules`. #}
{% macro scenario_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {#- What is served, and what the prices of rules and objectives are taken against. -#}
    {%- set needed = {
        'live': {'rules': 'all'},
        'no_rules': {
            'rules': 'none', 'value': 'margin', 'weight': '0', 'diversity': 'none',
            'discovery_share': '0'
        },
        'without_objective': {'rules': 'all', 'value': 'margin', 'weight': '0'},
        'no_diversity': {'rules': 'all', 'diversity': 'none'},
        'no_discovery': {'rules': 'all', 'discovery_share': '0'},
    } -%}
    {%- set found = {} -%}
    {%- for row in rows -%}
        {%- set line = file ~ ', line ' ~ lines[loop.index0] ~ ': ' -%}
        {%- set scenario_id = row['scenario_id'] or '' -%}
        {%- do found.update({scenario_id: row}) -%}
        {%- if (row['value'] is none) != (row['weight'] is none) -%}
            {%- do messages.append(
                line ~ 'value and weight belong together; allowed: both or none.'
            ) -%}
        {%- endif -%}
        {%- if scenario_id in ('relevance_only', 'all_rules', 'rules_alone') or scenario_id[:5] == 'only_'
            or (scenario_id[:8] == 'without_' and scenario_id not in needed) -%}
            {%- do messages.append(
                line ~ 'scenario_id is ' ~ scenario_id ~ '; allowed: a name other than '
                ~ 'relevance_only, all_rules, rules_alone, only_<rule> and without_<rule>, which '
                ~ 'are made.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for scenario_id, cells in needed.items() -%}
        {%- set row = found.get(scenario_id, {}) -%}
        {%- set differing = [] -%}
        {%- for column in aisle.seed_rules()['scenarios']['columns']
            if column != 'scenario_id' and row[column] != cells.get(column) -%}
            {%- do differing.append(column) -%}
        {%- endfor -%}
        {%- if not row or differing -%}
            {%- set texts = [] -%}
            {%- for column, cell in cells.items() -%}
                {%- do texts.append(column ~ ' ' ~ cell) -%}
            {%- endfor -%}
            {%- do messages.append(
                file ~ ' needs the row ' ~ scenario_id ~ ' with ' ~ texts | join(', ')
                ~ ' and nothing else.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
