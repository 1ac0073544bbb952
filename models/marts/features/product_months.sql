with

months as (

    select * from {{ ref('int_features__product_months') }}

),

final as (

    select
        fold_id,
        product_id,
        month,
        cast(count_orders as bigint) as count_orders,
        cast(seasonal_index as double) as seasonal_index
    from months

)

select * from final
