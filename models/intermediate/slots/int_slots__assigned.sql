{%- set list_length = aisle.checked_var('list_length') -%}
{%- set depth = [list_length, aisle.checked_var('evaluation_depth')] | max -%}

with

near as (

    select * from {{ ref('int_diversity__contenders') }}
    where removed_by_rule_id is null

),

acting as (

    select * from {{ ref('int_rules__acting') }}

),

over_cap as (

    select * from {{ ref('int_diversity__over_caps') }}

),

pins as (

    select * from {{ ref('int_slots__fixed') }}

),

-- What no cap leaves out, and no pin and no draw has placed.
free as (

    select
        near.context_key,
        near.list_key,
        near.product_key,
        near.rule_mask,
        near.personal_share,
        near.personal_place,
        near.fallback_place
    from near
    left join over_cap
        on
            near.list_key = over_cap.list_key
            and near.product_key = over_cap.product_key
    left join pins
        on
            near.list_key = pins.list_key
            and near.product_key = pins.product_key
    where
        over_cap.rule_id is null
        and pins.slot is null

),

{{ aisle.interleaved_queues('free', ['list_key'], depth) }},

reserves as (

    select * from acting
    where action = 'reserve'

),

pin_counts as (

    select
        list_key,
        count(*) as count_pins
    from pins
    where slot <= {{ list_length }}
    group by list_key

),

-- What is pinned or drawn fills a quota too.
fixed_members as (

    select
        pins.list_key,
        reserves.rule_number,
        count(*) as count_fixed
    from pins
    inner join near
        on
            pins.list_key = near.list_key
            and pins.product_key = near.product_key
    inner join reserves
        on
            near.context_key = reserves.context_key
            and near.rule_mask = reserves.rule_mask
    where pins.slot <= {{ list_length }}
    group by pins.list_key, reserves.rule_number

),

reserve_members as (

    select
        numbered.list_key,
        numbered.product_key,
        reserves.context_key,
        reserves.rule_id,
        reserves.rule_number,
        reserves.strength,
        row_number() over (
            partition by numbered.list_key, reserves.rule_number
            order by numbered.natural_slot asc nulls last
        ) as member_place
    from numbered
    inner join reserves
        on
            numbered.context_key = reserves.context_key
            and numbered.rule_mask = reserves.rule_mask

),

-- The best of what has places reserved; those behind are moved up to these places.
promoted as (

    select
        reserve_members.list_key,
        reserve_members.product_key,
        min_by(reserve_members.rule_id, reserve_members.rule_number) as rule_id,
        {{ list_length }} - coalesce(min(pin_counts.count_pins), 0) as last_free_slot,
        {{ list_length }} + 0.5e0
        - coalesce(min(pin_counts.count_pins), 0)
        - count(*) over (partition by reserve_members.list_key) as latest_slot
    from reserve_members
    left join pin_counts
        on reserve_members.list_key = pin_counts.list_key
    left join fixed_members
        on
            reserve_members.list_key = fixed_members.list_key
            and reserve_members.rule_number = fixed_members.rule_number
    where
        reserve_members.member_place
        <= reserve_members.strength - coalesce(fixed_members.count_fixed, 0)
    group by reserve_members.list_key, reserve_members.product_key

),

ordered as (

    select
        numbered.*,
        -- What would have had a slot by itself owes it to no rule.
        case
            when numbered.natural_slot > promoted.last_free_slot then promoted.rule_id
        end as reserved_by_rule_id,
        coalesce(numbered.natural_slot > promoted.latest_slot, false) as is_reserved,
        row_number() over (
            partition by numbered.list_key
            order by
                least(
                    numbered.natural_slot,
                    coalesce(promoted.latest_slot, numbered.natural_slot)
                ) asc nulls last,
                numbered.natural_slot asc nulls last
        ) as free_place
    from numbered
    left join promoted
        on
            numbered.list_key = promoted.list_key
            and numbered.product_key = promoted.product_key
    -- Nothing behind the depth comes before it but what a reserve moves up.
    where
        numbered.natural_slot <= {{ depth }}
        or promoted.product_key is not null

),

-- The n-th of the others takes the n-th slot that no pin has.
shifted as (

    select
        ordered.list_key,
        ordered.product_key,
        ordered.is_personal,
        ordered.reserved_by_rule_id,
        ordered.is_reserved,
        ordered.free_place + count(pins.slot) as slot
    from ordered
    left join pins
        on
            ordered.list_key = pins.list_key
            and pins.slot - pins.pin_place < ordered.free_place
    where ordered.free_place <= {{ depth }}
    group by
        ordered.list_key,
        ordered.product_key,
        ordered.is_personal,
        ordered.reserved_by_rule_id,
        ordered.is_reserved,
        ordered.free_place

),

taken as (

    select
        list_key,
        product_key,
        is_personal,
        case when slot <= {{ list_length }} then reserved_by_rule_id end
            as reserved_by_rule_id,
        is_reserved,
        false as is_drawn,
        slot
    from shifted
    where slot <= {{ depth }}
    union all
    select
        list_key,
        product_key,
        is_personal,
        cast(null as {{ dbt.type_string() }}) as reserved_by_rule_id,
        false as is_reserved,
        is_drawn,
        slot
    from pins
    where slot <= {{ depth }}

),

-- A short list has no holes before a pin.
final as (

    select
        list_key,
        product_key,
        is_personal,
        reserved_by_rule_id,
        is_reserved,
        is_drawn,
        row_number() over (
            partition by list_key
            order by slot asc nulls last
        ) as slot
    from taken

)

select * from final
