{# What is wrong between `experiments` and `experiment_variants`, one message each: see
   `seed_messages`. #}
{% macro experiment_plan_messages(experiments, variants) -%}
    {%- set messages = [] -%}
    {%- for row in experiments.rows -%}
        {%- set experiment = row['experiment_id'] -%}
        {%- set line = experiments.file ~ ', line ' ~ experiments.lines[loop.index0]
            ~ ': ' -%}
        {%- set named = [] -%}
        {%- for variant in variants.rows if variant['experiment_id'] == experiment -%}
            {%- do named.append(variant['variant']) -%}
        {%- endfor -%}
        {%- if row['control_variant'] not in named -%}
            {%- do messages.append(
                line ~ 'control_variant is ' ~ row['control_variant'] ~ '; allowed: a '
                ~ 'variant of ' ~ experiment ~ ' in ' ~ variants.file ~ ' ('
                ~ (named | join(', ') or 'it has none') ~ ').'
            ) -%}
        {%- endif -%}
        {%- set period = aisle.period_violation(row) -%}
        {%- if period -%}
            {%- do messages.append(line ~ period ~ '.') -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
