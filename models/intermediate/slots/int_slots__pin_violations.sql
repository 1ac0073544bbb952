with

fold_rules as (

    select * from {{ ref('int_rules__fold_rules') }}
    where fold_id = 'serving'

),

product_hits as (

    select * from {{ ref('int_rules__product_hits') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and slot <= {{ aisle.checked_var('list_length') }}

),

pins as (

    select * from fold_rules
    where action = 'pin'

),

caps as (

    select * from fold_rules
    where action = 'cap'

),

pinned as (

    select distinct
        placements.placement,
        products.product_key,
        products.category,
        products.subcategory,
        products.brand,
        products.seller_id
    from pins
    inner join product_hits
        on pins.rule_number = product_hits.rule_number
    inner join products
        on product_hits.product_key = products.product_key
    inner join {{ aisle.value_rows('placement', aisle.shelves() | list) }} as placements
        on coalesce(pins.placement = placements.placement, true)

),

-- What is pinned of what a cap is about, by the kind that it counts by.
capped_pins as (

    select
        caps.rule_id,
        caps.strength,
        pinned.placement,
        pinned.product_key,
        {{ aisle.cap_group('caps.per', 'pinned', 'pinned') }} as group_value
    from caps
    inner join pinned
        on coalesce(caps.placement = pinned.placement, true)
    left join product_hits
        on
            caps.rule_number = product_hits.rule_number
            and pinned.product_key = product_hits.product_key
    where
        caps.field is null
        or product_hits.product_key is not null

),

pins_per_cap as (

    select
        rule_id,
        strength,
        placement,
        group_value,
        count(distinct product_key) as count_pins
    from capped_pins
    where group_value != 'unknown'
    group by rule_id, strength, placement, group_value

),

shown_products as (

    select distinct
        placement,
        product_key
    from lists

),

unshown as (

    select pins.rule_id
    from pins
    left join product_hits
        on pins.rule_number = product_hits.rule_number
    left join shown_products
        on
            product_hits.product_key = shown_products.product_key
            and coalesce(pins.placement = shown_products.placement, true)
    group by pins.rule_id
    having count(shown_products.product_key) = 0

),

found as (

    select
        'cap_below_pins' as check_id,
        rule_id as example,
        concat_ws(
            '',
            rule_id,
            ' against the pins of ',
            case when group_value = 'any' then 'its products' else group_value end
        ) as detail,
        strength as threshold
    from pins_per_cap
    where count_pins > strength
    union all
    select
        'pin_on_no_list' as check_id,
        rule_id as example,
        rule_id as detail,
        cast(null as double) as threshold
    from unshown

),

final as (

    select
        check_id,
        'business_rules' as dataset,
        {{ aisle.string_list('example') }} as examples,
        {{ aisle.string_list('detail') }} as detail,
        count(*) as count_rows,
        cast(null as double) as figure,
        max(threshold) as threshold
    from found
    group by check_id

)

select * from final
