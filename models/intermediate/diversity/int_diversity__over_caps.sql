with

near as (

    select * from {{ ref('int_diversity__contenders') }}
    where removed_by_rule_id is null

),

acting as (

    select * from {{ ref('int_rules__acting') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

details as (

    select * from {{ ref('int_folds__products') }}

),

caps as (

    select * from acting
    where action = 'cap'

),

-- Of each category (or brand, or all that the rule is about) the first so many.
capped as (

    select
        near.list_key,
        near.product_key,
        caps.rule_number,
        caps.rule_id,
        caps.strength,
        {{ aisle.cap_group('caps.per', 'products', 'details') }} as group_value,
        near.queue_key
    from near
    inner join caps
        on
            near.context_key = caps.context_key
            and near.rule_mask = caps.rule_mask
    inner join products
        on
            caps.fold_id = products.fold_id
            and near.product_key = products.product_key
    inner join details
        on
            caps.fold_id = details.fold_id
            and near.product_key = details.product_key

),

counted as (

    select
        *,
        row_number() over (
            partition by list_key, rule_number, group_value
            order by queue_key asc, product_key asc
        ) as group_place
    from capped
    where group_value != 'unknown'

),

final as (

    select
        list_key,
        product_key,
        min_by(rule_id, rule_number) as rule_id
    from counted
    where group_place > strength
    group by
        list_key,
        product_key

)

select * from final
