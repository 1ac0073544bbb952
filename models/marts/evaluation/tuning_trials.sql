with

trials as (

    select * from {{ ref('int_ranking__blend_trials') }}

),

final as (

    select
        cast('validation' as {{ dbt.type_string() }}) as fold_id,
        cast('blend' as {{ dbt.type_string() }}) as strategy,
        cast(trial as bigint) as trial,
        cast(signal as {{ dbt.type_string() }}) as parameter,
        cast(weight as double) as value,
        cast('ndcg' as {{ dbt.type_string() }}) as metric,
        cast(10 as integer) as k,
        cast(ndcg as double) as score,
        is_best
    from trials

)

select * from final
