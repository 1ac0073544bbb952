with

related as (

    select * from {{ ref('int_rules__relevances') }}

),

effects as (

    select * from {{ ref('int_rules__effects') }}

),

objectives as (

    select * from {{ ref('int_rules__objectives') }}

),

worths as (

    select * from {{ ref('int_rules__product_worths') }}

),

-- Where nobody is after money, nobody's money is counted.
valued_folds as (

    select distinct effects.fold_id
    from effects
    inner join objectives
        on effects.scenario_id = objectives.scenario_id
    where objectives.weight > 0

),

-- What the best candidates of a list are worth; the dearest and the cheapest count as
-- the twentieth from either end of a hundred.
candidate_worths as (

    select
        related.fold_id,
        related.placement,
        related.customer_key,
        {% for value in aisle.objective_values() -%}
            percentile_cont(0.05) within group (order by worths.{{ value }} asc)
                as least_{{ value }},
            percentile_cont(0.5) within group (order by worths.{{ value }} asc)
                as median_{{ value }},
            percentile_cont(0.95) within group (order by worths.{{ value }} asc)
                as most_{{ value }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from related
    inner join valued_folds
        on related.fold_id = valued_folds.fold_id
    inner join worths
        on
            related.fold_id = worths.fold_id
            and related.product_key = worths.product_key
    where related.place <= {{ var('reranked_candidates') }}
    group by related.fold_id, related.placement, related.customer_key

),

-- Over the middle of the list, so that it is 1 for a usual product and unknown ones.
final as (

    select
        related.fold_id,
        related.placement,
        related.customer_key,
        related.product_key,
        {% for value in aisle.objective_values() -%}
            case
                when worths.{{ value }} is not null
                    then round(
                        least(
                            greatest(
                                worths.{{ value }}, candidate_worths.least_{{ value }}
                            ),
                            candidate_worths.most_{{ value }}
                        ) / candidate_worths.median_{{ value }},
                        6
                    )
            end as {{ value }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from related
    inner join candidate_worths
        on
            related.fold_id = candidate_worths.fold_id
            and related.placement = candidate_worths.placement
            and related.customer_key = candidate_worths.customer_key
    inner join worths
        on
            related.fold_id = worths.fold_id
            and related.product_key = worths.product_key
    where related.place <= {{ var('reranked_candidates') }}

)

select * from final
