with

interactions as (

    select * from {{ aisle.connector_relation('interactions') }}

),

profiles as (

    select * from {{ ref('input_customer_profiles') }}

),

variants as (

    select * from {{ ref('input_product_variants') }}

),

supplied as (

    select coalesce(bool_or(is_in_customers_input), false) as has_customers
    from profiles

),

-- Two readable numbers whose product would overflow the exact sums of revenue.
amounts as (

    select
        *,
        coalesce(abs(quantity * unit_price) >= 100000000000, false) as is_absurd
    from interactions

),

final as (

    select
        amounts.source_row_id as interaction_row_id,
        amounts.interaction_id,
        amounts.source_system,
        profiles.customer_id,
        amounts.customer_id as source_customer_id,
        amounts.session_id,
        coalesce(variants.product_id, amounts.product_id) as product_id,
        amounts.product_id as variant_product_id,
        amounts.order_id,
        amounts.returned_interaction_id,
        amounts.interaction_type,
        amounts.channel,
        case
            when amounts.is_absurd
                then concat_ws(', ', amounts.invalid_columns, 'quantity', 'unit_price')
            else amounts.invalid_columns
        end as invalid_columns,
        case when not amounts.is_absurd then amounts.quantity end as quantity,
        case when not amounts.is_absurd then amounts.unit_price end as unit_price,
        amounts.rating,
        amounts.dwell_seconds,
        amounts.is_non_product,
        amounts.is_stock_write_off,
        coalesce(profiles.is_test_account, false) as is_test_account,
        coalesce(
            profiles.is_in_customers_input
            or (profiles.customer_id is not null and not supplied.has_customers),
            false
        ) as is_known_customer,
        variants.variant_product_id is not null as is_known_product,
        amounts.occurred_at
    from amounts
    cross join supplied
    left join profiles
        on amounts.customer_id = profiles.source_customer_id
    left join variants
        on amounts.product_id = variants.variant_product_id
    where coalesce(profiles.is_consenting, true)

)

select * from final
