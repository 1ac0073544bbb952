{#- So many impressions count as much as what is known without them: of a product in any
    slot the slot's rate, of a product in one slot its rate in any. -#}
{%- set prior = 100 -%}

with

logs as (

    select * from {{ ref('int_off_policy__logs') }}

),

cells as (

    select * from {{ ref('int_off_policy__cells') }}

),

targets as (

    select * from {{ ref('int_off_policy__targets') }}

),

lists as (

    select * from {{ ref('int_off_policy__lists') }}

),

halves as (

    select number as half from {{ aisle.numbers(2) }}

),

keyed as (

    select
        logs.log_key,
        cells.*
    from cells
    inner join logs
        on
            cells.experiment_id = logs.experiment_id
            and cells.placement = logs.placement
            and cells.policy = logs.policy

),

slots as (

    select
        keyed.log_key,
        keyed.slot,
        halves.half,
        sum(case when keyed.half != halves.half then keyed.count_rows else 0 end)
            as count_rows,
        sum(case when keyed.half != halves.half then keyed.count_clicks else 0 end)
            as count_clicks
    from keyed
    cross join halves
    group by keyed.log_key, keyed.slot, halves.half

),

products as (

    select
        keyed.log_key,
        keyed.product_id,
        halves.half,
        sum(case when keyed.half != halves.half then keyed.count_rows else 0 end)
            as count_rows,
        sum(case when keyed.half != halves.half then keyed.count_clicks else 0 end)
            as count_clicks
    from keyed
    cross join halves
    group by keyed.log_key, keyed.product_id, halves.half

),

-- Whatever the log or a target shows.
possible as (

    select
        log_key,
        slot,
        product_id
    from keyed
    union
    select
        logs.log_key,
        targets.slot,
        targets.product_id
    from targets
    inner join logs
        on
            targets.experiment_id = logs.experiment_id
            and targets.placement = logs.placement
    union
    select
        logs.log_key,
        lists.slot,
        lists.product_id
    from lists
    inner join logs
        on lists.placement = logs.placement

),

slot_rates as (

    select
        log_key,
        slot,
        half,
        count_clicks / cast(nullif(count_rows, 0) as double) as rate
    from slots

),

joined as (

    select
        possible.log_key,
        possible.slot,
        possible.product_id,
        slot_rates.half,
        coalesce(own.count_rows, 0) as count_rows,
        coalesce(own.count_clicks, 0) as count_clicks,
        coalesce(own.inverse, 0) as inverse,
        coalesce(own.inverse_squares, 0) as inverse_squares,
        coalesce(own.clicked_inverse, 0) as clicked_inverse,
        coalesce(own.clicked_inverse_squares, 0) as clicked_inverse_squares,
        own.least_propensity,
        coalesce(other.count_rows, 0) as other_rows,
        coalesce(other.count_clicks, 0) as other_clicks,
        coalesce(slot_rates.rate, 0) as slot_rate,
        (
            coalesce(products.count_clicks, 0)
            + {{ prior }} * coalesce(slot_rates.rate, 0)
        ) / (coalesce(products.count_rows, 0) + {{ prior }}) as product_rate
    from possible
    inner join slot_rates
        on
            possible.log_key = slot_rates.log_key
            and possible.slot = slot_rates.slot
    left join products
        on
            possible.log_key = products.log_key
            and possible.product_id = products.product_id
            and slot_rates.half = products.half
    left join keyed as own
        on
            possible.log_key = own.log_key
            and possible.slot = own.slot
            and possible.product_id = own.product_id
            and slot_rates.half = own.half
    left join keyed as other
        on
            possible.log_key = other.log_key
            and possible.slot = other.slot
            and possible.product_id = other.product_id
            and slot_rates.half != other.half

),

final as (

    select
        log_key,
        slot,
        product_id,
        half,
        count_rows,
        count_clicks,
        inverse,
        inverse_squares,
        clicked_inverse,
        clicked_inverse_squares,
        least_propensity,
        (other_clicks + {{ prior }} * product_rate)
        / (other_rows + {{ prior }}) as predicted_rate,
        count_rows + other_rows > 0 as is_drawn
    from joined

)

select * from final
