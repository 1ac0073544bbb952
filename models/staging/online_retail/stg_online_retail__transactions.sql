{{ config(materialized='table', enabled=var('connector') == 'online_retail') }}

{#- The shop's goods. What else stands in the column is postage, fees, discounts,
    vouchers, samples and tests. -#}
{%- set goods = '^([0-9]{5}[A-Z]*|DCGS[0-9A-Z]+|PADS|SP[0-9]+)$' -%}

{#- Services under a code like that of goods: a voucher, carriage and packing. Whoever
    finds another adds its code; meanwhile its title gives it away. -#}
{%- set service_codes = ['22016', '23444', '23574'] -%}
{%- set service_titles = '^((next day |dotcom )?(carriage|postage)|packing charge'
    ~ '|manual|samples?|discount|bank charges|amazon fee|.*gift voucher.*'
    ~ '|adjust(ment)? (by|bad) .*|.* commission|this is a test product.*)$' -%}

with

transactions as (

    select * from {{ aisle.online_retail_relation() }}

),

mapped as (

    select
        sheet,
        invoice as order_id,
        stock_code as product_id,
        customer as customer_id,
        quantity,
        price as unit_price,
        nullif(trim(description), '') as description,
        nullif(trim(country), '') as country,
        {{ aisle.month_first_text('invoiced_at') }} as occurred_at
    from transactions

),

{{ aisle.typed_input(
    'interactions', 'mapped', 'online_retail',
    given=[
        'customer_id', 'product_id', 'order_id', 'quantity', 'unit_price', 'occurred_at'
    ],
    keep=['sheet', 'description', 'country'],
    hash_too=['sheet']
) }},

sheet_starts as (

    select
        sheet,
        cast(cast(min(occurred_at) as date) as timestamp) as starts_at
    from typed
    where sheet is not null
    group by sheet

),

-- The workbook's first sheet runs nine days into the second and holds the same rows.
sheets as (

    select
        sheet,
        lead(starts_at) over (order by sheet asc) as next_sheet_starts_at
    from sheet_starts

),

identified as (

    select
        typed.*,
        upper(typed.product_id) as stock_code,
        -- Exports that passed through a table of floats write 13085.0.
        case
            when typed.customer_id like '%.0'
                then substr(typed.customer_id, 1, length(typed.customer_id) - 2)
            else typed.customer_id
        end as customer,
        coalesce(typed.occurred_at >= sheets.next_sheet_starts_at, false)
            as is_repeated_by_next_sheet
    from typed
    left join sheets
        on typed.sheet = sheets.sheet

),

final as (

    select
        interaction_id,
        customer as customer_id,
        case when customer is null then order_id end as session_id,
        stock_code as product_id,
        order_id,
        returned_interaction_id,
        case
            when order_id like 'C%' or order_id like 'c%' or quantity < 0 then 'return'
            else 'purchase'
        end as interaction_type,
        channel,
        source_system,
        source_row_id,
        invalid_columns,
        description,
        country,
        abs(quantity) as quantity,
        unit_price,
        rating,
        dwell_seconds,
        -- At no price, what stands for the title is a note on stock.
        (
            coalesce(not {{ aisle.is_match('stock_code', goods) }}, false)
            or coalesce(stock_code in ({{ aisle.text_list(service_codes) }}), false)
            or coalesce(
                unit_price > 0
                and {{ aisle.is_match('lower(description)', service_titles) }},
                false
            )
        ) as is_non_product,
        -- Nobody's negative quantity at no price is stock written off, not sent back.
        coalesce(quantity < 0 and customer is null and unit_price = 0, false)
            as is_stock_write_off,
        is_repeated_by_next_sheet,
        occurred_at
    from identified

)

select * from final
