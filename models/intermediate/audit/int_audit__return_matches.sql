{#- So many of a visitor's purchases of a product a return looks back at: those of the
    till, under one id, cost no more than in proportion. -#}
{%- set looked_at = 100 -%}

with

interactions as (

    select * from {{ ref('int_audit__interactions_checked') }}
    where
        disposition = 'accepted'
        and interaction_type in ('purchase', 'return')

),

-- Sessions stand in for customers of whom nothing else is known. A purchase has its
-- number among those of its visitor and product, a return that of the last before it.
numbered as (

    select
        *,
        coalesce(customer_id, session_id) as visitor_id,
        customer_id is null as is_anonymous,
        count(case when interaction_type = 'purchase' then 1 end) over (
            partition by
                coalesce(customer_id, session_id), customer_id is null, product_id
            order by
                occurred_at asc nulls last,
                interaction_type asc nulls last,
                interaction_row_id asc
            rows between unbounded preceding and current row
        ) as purchase_number
    from interactions

),

returns as (

    select *
    from numbered
    where interaction_type = 'return'

),

purchases as (

    select
        *,
        cast(floor(purchase_number / {{ looked_at }}) as bigint) as block
    from numbered
    where interaction_type = 'purchase'

),

-- The last purchases before a return are in its block or the one before that.
sent_back as (

    select
        returns.*,
        cast(floor(returns.purchase_number / {{ looked_at }}) as bigint)
        - blocks.number + 1 as block
    from returns
    cross join {{ aisle.numbers(2) }} as blocks

),

named as (

    select
        returns.interaction_row_id,
        min(purchases.interaction_row_id) as purchase_row_id
    from returns
    inner join purchases
        on
            returns.source_system = purchases.source_system
            and returns.returned_interaction_id = purchases.interaction_id
            and returns.occurred_at >= purchases.occurred_at
    group by returns.interaction_row_id

),

-- Where the source names none, one of the visitor's own earlier purchases is meant.
alike as (

    select
        sent_back.interaction_row_id,
        purchases.interaction_row_id as purchase_row_id,
        row_number() over (
            partition by sent_back.interaction_row_id
            order by
                case
                    when purchases.variant_product_id = sent_back.variant_product_id
                        then 0
                    else 1
                end asc nulls last,
                case
                    when
                        coalesce(purchases.quantity, 1)
                        >= abs(coalesce(sent_back.quantity, 1))
                        then 0
                    else 1
                end asc nulls last,
                case
                    when purchases.unit_price = sent_back.unit_price then 0
                    else 1
                end asc nulls last,
                purchases.occurred_at desc,
                purchases.interaction_row_id asc
        ) as preference
    from sent_back
    inner join purchases
        on
            sent_back.product_id = purchases.product_id
            and sent_back.visitor_id = purchases.visitor_id
            and sent_back.is_anonymous = purchases.is_anonymous
            and sent_back.block = purchases.block
            and sent_back.purchase_number >= purchases.purchase_number
            and sent_back.purchase_number - {{ looked_at }}
            < purchases.purchase_number

),

first_choices as (

    select
        returns.interaction_row_id,
        returns.product_id,
        returns.visitor_id,
        returns.occurred_at,
        {{ aisle.exact_decimal('abs(coalesce(returns.quantity, 1))') }} as quantity,
        named.purchase_row_id is not null as is_named,
        coalesce(named.purchase_row_id, alike.purchase_row_id) as purchase_row_id
    from returns
    left join named
        on returns.interaction_row_id = named.interaction_row_id
    left join alike
        on
            returns.interaction_row_id = alike.interaction_row_id
            and alike.preference = 1

),

claimed as (

    select
        first_choices.*,
        {{ aisle.exact_decimal('coalesce(purchases.quantity, 1)') }}
            as purchased_quantity,
        sum(first_choices.quantity) over (
            partition by first_choices.purchase_row_id
            order by
                first_choices.occurred_at asc nulls last,
                first_choices.interaction_row_id asc
            rows between unbounded preceding and current row
        ) as claimed_quantity
    from first_choices
    inner join purchases
        on first_choices.purchase_row_id = purchases.interaction_row_id

),

-- Of one purchase no more can be sent back than was bought, whatever its first return
-- says.
judged as (

    select
        *,
        is_named
        or claimed_quantity = quantity
        or claimed_quantity <= purchased_quantity as is_settled
    from claimed

),

settled as (

    select * from judged
    where is_settled

),

late as (

    select
        *,
        row_number() over (
            partition by visitor_id, product_id
            order by occurred_at asc nulls last, interaction_row_id asc
        ) as turn
    from judged
    where not is_settled

),

-- The next likeliest of which nothing has come back by then.
second_choices as (

    select
        late.interaction_row_id,
        alike.purchase_row_id,
        late.turn,
        row_number() over (
            partition by late.interaction_row_id
            order by alike.preference asc nulls last
        ) as choice
    from late
    inner join alike
        on late.interaction_row_id = alike.interaction_row_id
    left join settled
        on
            alike.purchase_row_id = settled.purchase_row_id
            and late.occurred_at >= settled.occurred_at
    where settled.purchase_row_id is null

),

final as (

    select
        first_choices.interaction_row_id as interaction_id,
        coalesce(second_choices.purchase_row_id, first_choices.purchase_row_id)
            as purchase_interaction_id
    from first_choices
    left join second_choices
        on
            first_choices.interaction_row_id = second_choices.interaction_row_id
            and second_choices.turn = second_choices.choice

)

select * from final
