with

segments as (

    select * from {{ ref('int_ranking__blend_segments') }}

),

final as (

    select
        cast(fold_id as {{ dbt.type_string() }}) as fold_id,
        cast(segment as {{ dbt.type_string() }}) as segment,
        cast(
            case
                when is_used
                    then 'own weights: better beyond doubt'
                when has_own_weights
                    then 'weights of all: own ones are not better beyond doubt'
                else
                    'weights of all: fewer than '
                    || '{{ var("blend_segment_customers") }} customers to tune on'
            end as {{ dbt.type_string() }}
        ) as reason,
        cast(own_ndcg as double) as own_ndcg,
        cast(shared_ndcg as double) as shared_ndcg,
        cast(difference as double) as difference,
        cast(standard_error as double) as standard_error,
        cast(ci_low as double) as ci_low,
        cast(ci_high as double) as ci_high,
        cast(p_value as double) as p_value,
        cast(p_value_bh as double) as p_value_bh,
        cast(count_tuning_customers as bigint) as count_tuning_customers,
        cast(count_customers as bigint) as count_customers,
        is_used
    from segments

)

select * from final
