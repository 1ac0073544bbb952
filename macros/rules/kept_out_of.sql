{# The CTE `kept_out`, one row with a `rule_mask`: what rules take out of a placement that
   shows the home list, besides what they take out of that. #}
{% macro kept_out_of(placement) -%}
kept_out as (

    select cast(coalesce(sum(rule_bit), 0) as bigint) as rule_mask
    from {{ ref('int_rules__fold_rules') }}
    where
        fold_id = 'serving'
        and action = 'exclude'
        and placement = '{{ placement }}'

)
{%- endmacro %}
