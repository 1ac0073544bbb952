with

sweep as (

    select * from {{ ref('int_evaluation__objectives') }}
    where
        scenario_id = 'live'
        and fold_role = 'validation'
        and not is_within_limits

),

final as (

    select
        'objective_too_dear' as check_id,
        'objectives' as dataset,
        scenario_id as examples,
        concat_ws(
            '',
            'at the lower end they leave ',
            cast(
                {{ aisle.exact_decimal('least_ndcg_share', 3) }}
                as {{ dbt.type_string() }}
            ),
            ' of NDCG@10 (relevance_floor {{ var("relevance_floor") }}), and move ',
            'the mean price by ',
            cast(
                {{ aisle.exact_decimal('price_drift', 3) }} as {{ dbt.type_string() }}
            ),
            ' (price_drift {{ var("price_drift") }})'
        ) as detail,
        count_customers as count_rows,
        least_ndcg_share as figure,
        cast({{ var('relevance_floor') }} as double) as threshold
    from sweep

)

select * from final
