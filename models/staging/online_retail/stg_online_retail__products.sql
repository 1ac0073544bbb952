{{ config(materialized='table', enabled=var('connector') == 'online_retail') }}

with

transactions as (

    select * from {{ ref('stg_online_retail__transactions') }}
    where
        not is_repeated_by_next_sheet
        and not is_non_product
        and product_id is not null

),

-- Rows at no price are stock notes: "damaged", "check", "sold as set on dotcom".
sold as (

    select
        product_id,
        occurred_at,
        case when unit_price > 0 then description end as description
    from transactions

),

-- The first description stays: a later one must not change what was known before it.
described as (

    select
        product_id,
        description,
        occurred_at,
        row_number() over (
            partition by product_id
            order by
                case when description is null then 1 else 0 end asc nulls last,
                occurred_at asc nulls last,
                description asc nulls last
        ) as occurrence
    from sold

),

mapped as (

    select
        product_id,
        description as title,
        occurred_at as valid_from
    from described
    where occurrence = 1

),

{{ aisle.typed_input(
    'products', 'mapped', 'online_retail', given=['product_id', 'title', 'valid_from']
) }},

final as (

    select
        {{ aisle.staged_columns('products') }}
    from typed

)

select * from final
