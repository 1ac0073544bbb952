with

contenders as (

    select * from {{ ref('int_placements__part_contenders') }}

),

part_rules as (

    select * from {{ ref('int_placements__part_rules') }}
    where action = 'cap'

),

acting as (

    select * from {{ ref('int_rules__acting') }}
    where action = 'cap'

),

products as (

    select * from {{ ref('int_features__products') }}
    where fold_id = 'serving'

),

details as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

-- The caps of all hours, and those of the part.
capped as (

    select
        contenders.week_part,
        contenders.list_key,
        contenders.product_key,
        contenders.queue_key,
        acting.rule_number,
        acting.per,
        acting.strength
    from contenders
    inner join acting
        on
            contenders.context_key = acting.context_key
            and contenders.rule_mask = acting.rule_mask
    union all
    select
        contenders.week_part,
        contenders.list_key,
        contenders.product_key,
        contenders.queue_key,
        part_rules.rule_number,
        part_rules.per,
        part_rules.strength
    from contenders
    inner join part_rules
        on
            contenders.week_part = part_rules.week_part
            and (
                part_rules.is_universal
                or (contenders.rule_mask & part_rules.rule_bit) > 0
            )

),

grouped as (

    select
        capped.*,
        {{ aisle.cap_group('capped.per', 'products', 'details') }} as group_value
    from capped
    inner join products
        on capped.product_key = products.product_key
    inner join details
        on capped.product_key = details.product_key

),

counted as (

    select
        *,
        row_number() over (
            partition by week_part, list_key, rule_number, group_value
            order by queue_key asc nulls last, product_key asc
        ) as group_place
    from grouped
    where group_value != 'unknown'

),

final as (

    select distinct
        week_part,
        list_key,
        product_key
    from counted
    where group_place > strength

)

select * from final
