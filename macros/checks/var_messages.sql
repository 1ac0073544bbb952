{# What is wrong with the vars, one message each. Only where `execute` is true are values
   looked up in the engine and names compared with those there are. #}
{% macro var_messages() -%}
    {%- set messages = [] -%}
    {%- set rules = aisle.var_rules() -%}
    {%- for name, rule in rules.items() -%}
        {%- set violation = aisle.var_violation(var(name), rule) -%}
        {%- if violation -%}
            {%- do messages.append(
                "var " ~ name ~ " is '" ~ var(name) ~ "'; " ~ violation ~ "."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not messages
        and not var('rating_min') < var('liked_rating') <= var('rating_max') -%}
        {%- do messages.append(
            "var liked_rating is '" ~ var('liked_rating') ~ "'; allowed: above rating_min ("
            ~ var('rating_min') ~ ") and up to rating_max (" ~ var('rating_max') ~ ")."
        ) -%}
    {%- endif -%}
    {%- if not messages
        and not var('discovery_least_distance') <= var('discovery_most_distance') -%}
        {%- do messages.append(
            "var discovery_least_distance is '" ~ var('discovery_least_distance')
            ~ "'; allowed: up to discovery_most_distance ("
            ~ var('discovery_most_distance') ~ ")."
        ) -%}
    {%- endif -%}
    {%- if not messages and var('ranker_purchase_weight')
        + var('ranker_revenue_weight') + var('ranker_click_weight') == 0 -%}
        {%- do messages.append(
            "var ranker_purchase_weight is '" ~ var('ranker_purchase_weight')
            ~ "'; allowed: above 0 where ranker_revenue_weight and ranker_click_weight"
            ~ " are 0, else rankers learn nothing."
        ) -%}
    {%- endif -%}
    {#- A project that installs Aisle has vars of its own, which nobody here knows. -#}
    {%- if execute and project_name == 'aisle' -%}
        {%- for name in invocation_args_dict.get('vars', {}) if name not in rules -%}
            {%- set nearest = aisle.nearest_name(name, rules.keys() | list) -%}
            {%- do messages.append(
                "there is no var " ~ name
                ~ ("; the nearest is " ~ nearest if nearest else "; allowed: "
                   ~ rules.keys() | join(', ')) ~ "."
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(messages) -}}
{%- endmacro %}
