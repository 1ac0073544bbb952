with

scored as (

    select * from {{ ref('int_ranking__ranker_scored') }}

),

final as (

    select
        cast(fold_id as {{ dbt.type_string() }}) as fold_id,
        cast(customer_key as bigint) as customer_key,
        cast(product_key as bigint) as product_key,
        cast(ranker_score as double) as ranker_score,
        cast(ranker_new_score as double) as ranker_new_score
    from scored

)

select * from final
