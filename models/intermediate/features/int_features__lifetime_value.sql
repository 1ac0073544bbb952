with

histories as (

    select * from {{ ref('int_features__order_histories') }}

),

scored as (

    select * from {{ ref('int_features__lifetime_scored') }}

),

-- Where too few customers came back there is no model, and nothing is expected.
final as (

    select
        histories.fold_id,
        histories.customer_key,
        cast(histories.count_orders as bigint) as count_orders,
        cast(scored.probability_alive as double) as probability_alive,
        cast(scored.expected_orders as double) as expected_orders,
        cast(scored.expected_holdout_orders as double) as expected_holdout_orders,
        cast(scored.expected_order_value as double) as expected_order_value,
        cast(scored.expected_orders * scored.expected_order_value as double)
            as lifetime_value
    from histories
    left join scored
        on
            histories.fold_id = scored.fold_id
            and histories.customer_key = scored.customer_key

)

select * from final
