with

anchored as (

    select * from {{ ref('int_placements__anchored') }}

),

product_hits as (

    select * from {{ ref('int_rules__product_hits') }}
    where fold_id = 'serving'

),

-- Who looks at the page is not known: rules about customers rest.
rules as (

    select * from {{ ref('int_rules__fold_rules') }}
    where
        fold_id = 'serving'
        and condition is null
        and segment is null
        and region is null
        and experiment_id is null
        and hours is null

),

products as (

    select * from {{ ref('int_features__products') }}
    where fold_id = 'serving'

),

details as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

hits as (

    select
        rule_number,
        product_key
    from product_hits
    union all
    select
        rules.rule_number,
        products.product_key
    from rules
    cross join products
    where rules.is_universal

),

effects as (

    select
        placements.placement,
        hits.product_key,
        max(case when rules.action = 'exclude' then 1 else 0 end) as is_excluded,
        {{ aisle.rule_multiplier('rules.action', 'rules.strength') }} as multiplier
    from rules
    inner join hits
        on rules.rule_number = hits.rule_number
    cross join
        {{ aisle.value_rows('placement', aisle.anchored_placements()) }} as placements
    where coalesce(rules.placement = placements.placement, true)
    group by placements.placement, hits.product_key

),

queued as (

    select
        anchored.*,
        row_number() over (
            partition by anchored.placement, anchored.list_key
            order by
                anchored.tier asc nulls last,
                anchored.score
                * coalesce(anchored.context_multiplier, 1)
                * coalesce(effects.multiplier, 1) desc nulls last,
                anchored.popularity_rank asc nulls last
        ) as place
    from anchored
    left join effects
        on
            anchored.placement = effects.placement
            and anchored.product_key = effects.product_key
    where coalesce(effects.is_excluded, 0) = 0

),

-- Of each category (or brand, or all that the rule is about) the first so many.
grouped as (

    select
        queued.placement,
        queued.list_key,
        queued.product_key,
        queued.place,
        rules.rule_number,
        rules.strength,
        {{ aisle.cap_group('rules.per', 'products', 'details') }} as group_value
    from queued
    inner join hits
        on queued.product_key = hits.product_key
    inner join rules
        on
            hits.rule_number = rules.rule_number
            and rules.action = 'cap'
            and coalesce(rules.placement = queued.placement, true)
    inner join products
        on queued.product_key = products.product_key
    inner join details
        on queued.product_key = details.product_key

),

counted as (

    select
        *,
        row_number() over (
            partition by placement, list_key, rule_number, group_value
            order by place asc nulls last
        ) as group_place
    from grouped
    where group_value != 'unknown'

),

over_caps as (

    select distinct
        placement,
        list_key,
        product_key
    from counted
    where group_place > strength

),

numbered as (

    select
        queued.*,
        row_number() over (
            partition by queued.placement, queued.list_key
            order by queued.place asc nulls last
        ) as slot
    from queued
    left join over_caps
        on
            queued.placement = over_caps.placement
            and queued.list_key = over_caps.list_key
            and queued.product_key = over_caps.product_key
    where over_caps.product_key is null

),

final as (

    select
        placement,
        list_key,
        customer_key,
        anchor_key,
        product_key,
        reason_key,
        is_by_behaviour,
        score,
        context_multiplier,
        tier,
        slot
    from numbered
    where slot <= {{ aisle.checked_var('list_length') }}

)

select * from final
