with

dates as (

    select
        fold_id,
        {{ aisle.local_date('cutoff_at') }} as first_date
    from {{ ref('folds') }}
    where fold_role = 'serving'

),

collections as (

    select
        collection_id,
        {{ aisle.selector_cells() | indent(8) }},
        starts_on,
        ends_on
    from {{ ref('collections') }}
    where cast(is_enabled as boolean)

),

numbered as (

    select
        *,
        {{ aisle.selector_numbers() | indent(8) }}
    from collections

),

dated as (

    select
        dates.fold_id,
        dates.first_date,
        numbered.*
    from numbered
    cross join dates
    where coalesce(dates.first_date <= numbered.ends_on, true)

),

{{ aisle.selector_values('dated') }},

final as (

    select
        valued.collection_id,
        valued.product_key,
        cast(products.popularity_rank as integer) as popularity_rank,
        coalesce(valued.first_date >= valued.starts_on, true) as is_in_force
    from valued
    inner join products
        on
            valued.fold_id = products.fold_id
            and valued.product_key = products.product_key
    where
        products.is_sellable
        and {{ aisle.rule_matches('') }}
        and {{ aisle.rule_matches('and_') }}

)

select * from final
