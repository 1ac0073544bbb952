{{ config(materialized='view') }}

with

fold_rules as (

    select * from {{ ref('int_rules__fold_rules') }}
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

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where interaction_type in ('purchase', 'return', 'complaint')

),

counted as (

    select
        fold_id,
        product_key,
        cast(count(case when interaction_type = 'purchase' then 1 end) as double)
            as count_purchases,
        count(case when interaction_type = 'return' then 1 end) as count_returns,
        count(case when interaction_type = 'complaint' then 1 end) as count_complaints
    from interactions
    group by fold_id, product_key

),

events as (

    select
        fold_id,
        product_key,
        count_returns / nullif(count_purchases, 0) as return_rate,
        count_complaints / nullif(count_purchases, 0) as complaint_rate
    from counted

),

-- Few rules meet many products: as many rows as both have together.
valued as (

    select
        fold_rules.*,
        products.product_key,
        {{ aisle.rule_field_value(
            'fold_rules.field', 'text', 'attributes.value'
        ) }} as text_value,
        {{ aisle.rule_field_value('fold_rules.field', 'number') }} as number_value,
        {{ aisle.rule_field_value(
            'fold_rules.and_field', 'text', 'and_attributes.value'
        ) }} as and_text_value,
        {{ aisle.rule_field_value('fold_rules.and_field', 'number') }}
            as and_number_value
    from products
    inner join fold_rules
        on products.fold_id = fold_rules.fold_id
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
            and extract(month from fold_rules.first_date) = months.month
    left join attributes
        on
            products.fold_id = attributes.fold_id
            and products.product_key = attributes.product_key
            and fold_rules.field = attributes.field
    left join attributes as and_attributes
        on
            products.fold_id = and_attributes.fold_id
            and products.product_key = and_attributes.product_key
            and fold_rules.and_field = and_attributes.field

),

final as (

    select * from valued

)

select * from final
