{#- Cells are checked before the seed is loaded: see `seed_rules`. -#}

with

business_rules as (

    select * from {{ ref('business_rules') }}
    where cast(is_enabled as boolean)

),

numbered as (

    select
        rule_id,
        description,
        action,
        {{ aisle.selector_cells() | indent(8) }},
        condition,
        cast(condition_value as double) as condition_value,
        lower(trim(segment)) as segment,
        lower(trim(region)) as region,
        placement,
        months,
        weekdays,
        hours,
        per,
        trim(experiment_id) as experiment_id,
        cast(strength as double) as strength,
        cast(starts_on as date) as starts_on,
        cast(ends_on as date) as ends_on,
        cast(
            row_number() over (
                order by
                    cast(priority as integer) asc,
                    rule_id asc,
                    starts_on asc nulls first
            ) as integer
        ) as rule_number
    from business_rules

),

final as (

    select
        *,
        {{ aisle.selector_numbers() | indent(8) }},
        -- Of the same strength for all: neither product nor customer decides.
        coalesce(field, condition, segment, region, experiment_id) is null
            as is_universal,
        -- Stock, and what is unwanted or seen too often, is no matter of merchandising.
        coalesce(field in ('is_in_stock', 'days_of_stock'), false)
        or coalesce(
            condition in ('disliked', 'like_disliked', 'seen_times', 'seen_past_cap'),
            false
        )
            as is_availability,
        -- A set of rules is the sum of their bits.
        cast(power(2, rule_number - 1) as bigint) as rule_bit
    from numbered

)

select * from final
