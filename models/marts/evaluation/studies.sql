with

study_ndcg as (

    select * from {{ ref('int_evaluation__study_ndcg') }}

),

summed as (

    select
        study,
        variant,
        strategy,
        scenario_id,
        count(*) as count_customers,
        {{ aisle.exact_avg('ndcg', 9) }} as ndcg,
        {{ aisle.exact_avg('reference_ndcg', 9) }} as reference_ndcg,
        {{ aisle.exact_sum('ndcg - reference_ndcg', 9) }} as total,
        {{ aisle.exact_sum(
            '(ndcg - reference_ndcg) * (ndcg - reference_ndcg)', 9
        ) }} as squares
    from study_ndcg
    group by study, variant, strategy, scenario_id

),

measured as (

    select
        *,
        total / count_customers as difference,
        {{ aisle.standard_error('count_customers', 'total', 'squares') }}
            as standard_error
    from summed

),

final as (

    select
        cast(study as {{ dbt.type_string() }}) as study,
        cast(variant as {{ dbt.type_string() }}) as variant,
        strategy,
        scenario_id,
        cast(ndcg as double) as ndcg,
        cast(reference_ndcg as double) as reference_ndcg,
        cast(difference as double) as difference,
        cast(standard_error as double) as standard_error,
        {{ aisle.interval('difference', 'standard_error') }},
        cast(count_customers as bigint) as count_customers
    from measured

)

select * from final
