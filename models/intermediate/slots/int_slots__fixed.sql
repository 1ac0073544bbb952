with

contenders as (

    select * from {{ ref('int_diversity__contenders') }}
    where
        pinned_slot is not null
        and removed_by_rule_id is null

),

over_caps as (

    select * from {{ ref('int_diversity__over_caps') }}

),

discoveries as (

    select * from {{ ref('int_diversity__discoveries') }}

),

pinned as (

    select
        contenders.list_key,
        contenders.product_key,
        contenders.pinned_slot,
        contenders.personal_share,
        row_number() over (
            partition by contenders.list_key
            order by
                contenders.pinned_slot asc nulls last,
                contenders.popularity_rank asc nulls last
        ) as pin_place
    from contenders
    left join over_caps
        on
            contenders.list_key = over_caps.list_key
            and contenders.product_key = over_caps.product_key
    where over_caps.rule_id is null

),

-- Two pins of one slot: the second takes the next one.
pushed as (

    select
        *,
        pin_place + max(pinned_slot - pin_place) over (
            partition by list_key
            order by pin_place asc nulls last
            rows between unbounded preceding and current row
        ) as pushed_slot,
        count(*) over (partition by list_key) as count_pins
    from pinned

),

-- What is pushed behind the list pushes those before it up.
shifted as (

    select
        *,
        greatest(
            least(
                pushed_slot,
                {{ aisle.checked_var('list_length') }} - count_pins + pin_place
            ),
            pin_place
        ) as slot
    from pushed

),

-- A discovery whose slot a pin has stands where it would stand otherwise.
fixed as (

    select
        list_key,
        product_key,
        slot,
        personal_share > 0 as is_personal,
        false as is_drawn
    from shifted
    union all
    select
        discoveries.list_key,
        discoveries.product_key,
        discoveries.discovery_slot as slot,
        true as is_personal,
        true as is_drawn
    from discoveries
    left join shifted
        on
            discoveries.list_key = shifted.list_key
            and discoveries.discovery_slot = shifted.slot
    where shifted.slot is null

),

final as (

    select
        list_key,
        product_key,
        slot,
        is_personal,
        is_drawn,
        row_number() over (
            partition by list_key
            order by slot asc nulls last
        ) as pin_place
    from fixed

)

select * from final
