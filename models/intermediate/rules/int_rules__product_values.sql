{{ config(materialized='view') }}

with

dated_rules as (

    select * from {{ ref('int_rules__dated_rules') }}
    where not is_universal

),

products as (

    select * from {{ ref('int_features__products') }}

),

details as (

    select * from {{ ref('int_folds__products') }}

),

months as (

    select * from {{ ref('int_features__product_months') }}

),

attributes as (

    select * from {{ ref('int_features__product_attributes') }}

),

events as (

    select * from {{ ref('int_rules__product_events') }}

),

-- Few rules meet many products: as many rows as both have together.
valued as (

    select
        dated_rules.*,
        products.product_key,
        {{ aisle.rule_field_value(
            'dated_rules.field', 'text', 'attributes.value'
        ) }} as text_value,
        {{ aisle.rule_field_value('dated_rules.field', 'number') }} as number_value,
        {{ aisle.rule_field_value(
            'dated_rules.and_field', 'text', 'and_attributes.value'
        ) }} as and_text_value,
        {{ aisle.rule_field_value('dated_rules.and_field', 'number') }}
            as and_number_value
    from products
    inner join dated_rules
        on products.fold_id = dated_rules.fold_id
    inner join details
        on
            products.fold_id = details.fold_id
            and products.product_key = details.product_key
    left join events
        on
            products.fold_id = events.fold_id
            and products.product_key = events.product_key
    left join months
        on
            products.fold_id = months.fold_id
            and products.product_key = months.product_key
            and extract(month from dated_rules.first_date) = months.month
    left join attributes
        on
            products.fold_id = attributes.fold_id
            and products.product_key = attributes.product_key
            and dated_rules.field = attributes.field
    left join attributes as and_attributes
        on
            products.fold_id = and_attributes.fold_id
            and products.product_key = and_attributes.product_key
            and dated_rules.and_field = and_attributes.field

),

final as (

    select * from valued

)

select * from final
