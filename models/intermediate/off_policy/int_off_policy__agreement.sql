{#- Propensities are logged with few digits. More agreement than this, of what there
    could be, must be ruled out. -#}
{%- set tolerance = 0.001 -%}
{%- set largest_agreement = 0.1 -%}

with

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}

),

targets as (

    select * from {{ ref('int_off_policy__targets') }}
    where target_kind = 'variant'

),

counted as (

    select
        *,
        sum(count_rows) over (
            partition by experiment_id, placement, target, slot
        ) as slot_rows
    from targets

),

shown as (

    select
        counted.experiment_id,
        counted.placement,
        counted.target,
        counted.slot,
        counted.product_id,
        counted.count_rows,
        counted.slot_rows,
        impressions.customer_id,
        coalesce(impressions.propensity, 1) as propensity
    from impressions
    inner join counted
        on
            impressions.experiment_id = counted.experiment_id
            and impressions.placement = counted.placement
            and impressions.policy = counted.target
            and impressions.slot = counted.slot
            and impressions.product_id = counted.product_id

),

products as (

    select
        experiment_id,
        placement,
        target,
        slot,
        product_id,
        max(propensity) as propensity
    from shown
    group by experiment_id, placement, target, slot, product_id

),

slots as (

    select
        experiment_id,
        placement,
        target,
        slot,
        {{ aisle.exact_sum('propensity') }} as propensity
    from products
    group by experiment_id, placement, target, slot

),

-- A customer's chances add up to 1 in a slot: where the largest of every product do so
-- too, they are everybody's. What was not drawn was certain.
drawn as (

    select
        experiment_id,
        placement,
        target,
        max(propensity) <= 1 + {{ tolerance }} as is_drawn_alike
    from slots
    group by experiment_id, placement, target

),

customer_products as (

    select
        experiment_id,
        placement,
        target,
        slot,
        customer_id,
        count(*) as own_rows,
        sum(count(*)) over (
            partition by experiment_id, placement, target, slot, customer_id
        ) as own_slot_rows,
        count_rows,
        slot_rows
    from shown
    where customer_id is not null
    group by
        experiment_id,
        placement,
        target,
        slot,
        product_id,
        customer_id,
        count_rows,
        slot_rows

),

-- Each impression beside every other of the customer in the slot, and beside those of
-- all others there.
paired as (

    select
        experiment_id,
        placement,
        target,
        customer_id,
        own_rows * (own_slot_rows - 1) as pairs,
        own_rows * (own_rows - 1) as same_pairs,
        own_rows * (own_slot_rows - 1) * (count_rows - own_rows)
        / cast(slot_rows - own_slot_rows as double) as expected_pairs
    from customer_products
    where
        own_slot_rows > 1
        and slot_rows > own_slot_rows

),

customers as (

    select
        experiment_id,
        placement,
        target,
        {{ aisle.exact_wide_sum('same_pairs - expected_pairs') }} as excess,
        {{ aisle.exact_wide_sum('pairs - expected_pairs') }} as room
    from paired
    group by experiment_id, placement, target, customer_id

),

summed as (

    select
        experiment_id,
        placement,
        target,
        count(*) as count_customers,
        {{ aisle.exact_wide_sum('excess') }} as excess,
        {{ aisle.exact_wide_sum('room') }} as room,
        {{ aisle.exact_wide_sum('excess * excess') }} as excess_squares,
        {{ aisle.exact_wide_sum('room * room') }} as room_squares,
        {{ aisle.exact_wide_sum('excess * room') }} as products
    from customers
    group by experiment_id, placement, target

),

measured as (

    select
        experiment_id,
        placement,
        target,
        excess / nullif(room, 0) as agreement,
        {{ aisle.ratio_standard_error(
            'count_customers',
            'excess',
            'room',
            'excess_squares',
            'room_squares',
            'products'
        ) }} as standard_error
    from summed

),

bounded as (

    select
        *,
        {{ aisle.interval('agreement', 'standard_error', 'agreement') }}
    from measured

),

final as (

    select
        drawn.experiment_id,
        drawn.placement,
        drawn.target,
        bounded.agreement,
        bounded.agreement_low,
        bounded.agreement_high,
        drawn.is_drawn_alike
        or coalesce(
            bounded.agreement_low <= 0
            and bounded.agreement_high <= {{ largest_agreement }},
            false
        ) as is_same_for_all
    from drawn
    left join bounded
        on
            drawn.experiment_id = bounded.experiment_id
            and drawn.placement = bounded.placement
            and drawn.target = bounded.target

)

select * from final
