{# What is wrong between the rows of `experiment_variants`, one message each: see
   `seed_rules`. #}
{% macro experiment_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- if is_compared -%}
        {%- set shares = {} -%}
        {%- set places = {} -%}
        {%- for row in rows -%}
            {%- set experiment = row['experiment_id'] -%}
            {%- do shares.update({
                experiment: shares.get(experiment, 0) + row['share'] | float
            }) -%}
            {%- if row['variant'] != row['variant'] | trim | lower -%}
                {%- do messages.append(
                    file ~ ', line ' ~ lines[loop.index0] ~ ": variant is '"
                    ~ row['variant'] ~ "'; allowed: '" ~ row['variant'] | trim | lower
                    ~ "', as logs are read."
                ) -%}
            {%- endif -%}
            {%- set place = experiment ~ ', position ' ~ row['position'] -%}
            {%- if place in places -%}
                {%- do messages.append(
                    file ~ ': ' ~ places[place] ~ ' and ' ~ row['variant']
                    ~ ' are both at position ' ~ row['position'] ~ ' of ' ~ experiment
                    ~ '; allowed: every position once.'
                ) -%}
            {%- endif -%}
            {%- do places.update({place: row['variant']}) -%}
        {%- endfor -%}
        {%- for experiment, share in shares.items() if share > 1.000001 -%}
            {%- do messages.append(
                file ~ ': the shares of ' ~ experiment ~ ' add up to '
                ~ share | round(6) ~ '; allowed: at most 1, the rest is in no variant.'
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(messages) -}}
{%- endmacro %}
