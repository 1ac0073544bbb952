{%- set list_length = var('list_length') -%}
{%- set placements = aisle.shelves() | list + ['email'] -%}
{%- set columns = [
    'placement', 'customer_id', 'context_product_id', 'week_part', 'count_slots',
    'count_candidates',
] -%}

with

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_features__products') }}
    where fold_id = 'serving'

),

part_scenarios as (

    select * from {{ ref('int_placements__part_scenarios') }}
    where fold_id = 'serving'

),

slots as (

    select * from {{ ref('int_recommendations__slots') }}

),

candidates as (

    select * from {{ ref('int_rules__candidates') }}
    where fold_id = 'serving'

),

home_ranked as (

    select * from {{ ref('int_slots__ranked') }}
    where
        fold_id = 'serving'
        and scenario_id = 'live'
        and placement = 'home'

),

emails as (

    select * from {{ ref('int_placements__emails') }}

),

part_ranked as (

    select * from {{ ref('int_placements__part_ranked') }}
    where
        fold_id = 'serving'
        and removed_by_rule_id is not null

),

anchored as (

    select * from {{ ref('int_placements__anchored') }}

),

anchored_slots as (

    select * from {{ ref('int_placements__anchored_slots') }}

),

open_carts as (

    select * from {{ ref('int_features__open_carts') }}

),

wanted as (

    {% for placement in placements -%}
        select
            customer_key,
            '{{ placement }}' as placement,
            cast(null as {{ dbt.type_string() }}) as week_part
        from customers
        union all
    {% endfor -%}
    select
        customers.customer_key,
        'home' as placement,
        part_scenarios.week_part
    from customers
    cross join part_scenarios

),

filled as (

    select
        placement,
        coalesce(week_part, 'all') as week_part,
        customer_key,
        count(*) as count_slots
    from slots
    group by placement, coalesce(week_part, 'all'), customer_key

),

short as (

    select
        wanted.*,
        coalesce(filled.count_slots, 0) as count_slots
    from wanted
    left join filled
        on
            wanted.customer_key = filled.customer_key
            and wanted.placement = filled.placement
            and coalesce(wanted.week_part, 'all') = filled.week_part
    where coalesce(filled.count_slots, 0) < {{ list_length }}

),

considered as (

    select
        customer_key,
        count(*) as count_all,
        count(last_purchase_age_days) as count_kept,
        count(case when not is_bought then 1 end) as count_new
    from candidates
    group by customer_key

),

removed as (

    select
        customer_key,
        count(case when removed_by_rule_id is not null and slot is null then 1 end)
            as count_removed,
        count(slot) as count_listed
    from home_ranked
    group by customer_key

),

mailed as (

    select
        customer_key,
        count(*) as count_listed
    from emails
    group by customer_key

),

part_removed as (

    select
        part_ranked.customer_key,
        part_ranked.week_part,
        count(*) as count_removed
    from part_ranked
    left join home_ranked
        on
            part_ranked.customer_key = home_ranked.customer_key
            and part_ranked.product_key = home_ranked.product_key
            and home_ranked.removed_by_rule_id is not null
            and home_ranked.slot is null
    where home_ranked.product_key is null
    group by part_ranked.customer_key, part_ranked.week_part

),

-- Of shelves that are no home list a short one shows all that rules leave.
counted as (

    select
        short.placement,
        customers.customer_id,
        cast(null as {{ dbt.type_string() }}) as context_product_id,
        short.week_part,
        short.count_slots,
        case short.placement
            when 'buy_again' then coalesce(considered.count_kept, 0)
            when 'new_for_you' then coalesce(considered.count_new, 0)
            else coalesce(considered.count_all, 0)
        end as count_candidates,
        case
            when short.placement in ('home', 'email')
                then
                    coalesce(removed.count_removed, 0)
                    + coalesce(part_removed.count_removed, 0)
                    + case
                        when short.placement = 'email'
                            then
                                coalesce(removed.count_listed, 0)
                                - coalesce(mailed.count_listed, 0)
                        else 0
                    end
        end as count_traced
    from short
    inner join customers
        on short.customer_key = customers.customer_key
    left join considered
        on short.customer_key = considered.customer_key
    left join removed
        on short.customer_key = removed.customer_key
    left join mailed
        on short.customer_key = mailed.customer_key
    left join part_removed
        on
            short.customer_key = part_removed.customer_key
            and short.week_part = part_removed.week_part

),

-- Every list that a product has, and every cart.
anchors as (

    select
        placements.placement,
        cast(products.product_key as bigint) as list_key,
        products.product_id as context_product_id,
        cast(null as {{ dbt.type_string() }}) as customer_id
    from products
    cross join
        {{ aisle.value_rows('placement', aisle.anchored_placements()) }} as placements
    union all
    select distinct
        'cart' as placement,
        -1 - cast(customers.customer_key as bigint) as list_key,
        cast(null as {{ dbt.type_string() }}) as context_product_id,
        customers.customer_id
    from open_carts
    inner join customers
        on open_carts.customer_key = customers.customer_key

),

anchored_considered as (

    select
        anchored.placement,
        anchored.list_key,
        count(*) as count_candidates,
        count(anchored_slots.product_key) as count_slots
    from anchored
    left join anchored_slots
        on
            anchored.placement = anchored_slots.placement
            and anchored.list_key = anchored_slots.list_key
            and anchored.product_key = anchored_slots.product_key
    group by anchored.placement, anchored.list_key

),

-- A short one shows all that rules leave.
anchored_counted as (

    select
        anchors.placement,
        anchors.customer_id,
        anchors.context_product_id,
        cast(null as {{ dbt.type_string() }}) as week_part,
        coalesce(anchored_considered.count_slots, 0) as count_slots,
        coalesce(anchored_considered.count_candidates, 0) as count_candidates
    from anchors
    left join anchored_considered
        on
            anchors.placement = anchored_considered.placement
            and anchors.list_key = anchored_considered.list_key
    where coalesce(anchored_considered.count_slots, 0) < {{ list_length }}

),

all_counted as (

    select
        {{ columns | join(', ') }},
        coalesce(count_traced, count_candidates - count_slots) as count_removed
    from counted
    union all
    select
        {{ columns | join(', ') }},
        count_candidates - count_slots as count_removed
    from anchored_counted

),

final as (

    select
        cast(placement as {{ dbt.type_string() }}) as placement,
        customer_id,
        context_product_id,
        cast(week_part as {{ dbt.type_string() }}) as week_part,
        case
            when
                count_candidates < {{ list_length }}
                and count_slots < count_candidates
                then 'too few candidates, of which rules removed some'
            when placement = 'buy_again' and count_candidates < {{ list_length }}
                then 'too few candidates: the customer has bought few products'
            when count_candidates = 0
                then 'no candidate: nothing has been sold that could be shown'
            when count_candidates < {{ list_length }}
                then 'too few candidates: the catalogue is smaller than the list'
            else 'rules removed too many candidates'
        end as reason,
        cast(count_slots as bigint) as count_slots,
        cast({{ list_length }} as bigint) as count_wanted,
        cast(count_candidates as bigint) as count_candidates,
        cast(count_removed as bigint) as count_removed
    from all_counted

)

select * from final
