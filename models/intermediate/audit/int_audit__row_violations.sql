with

interactions as (

    select * from {{ ref('int_audit__interactions_checked') }}

),

quantity_caps as (

    select * from {{ ref('int_features__quantity_caps') }}
    where fold_id = 'serving'

),

counted as (

    select
        count(*) as count_rows,
        count(case when disposition = 'after_as_of' then 1 end) as count_after_as_of
    from interactions

),

-- What about the row shows the trouble best.
rejected as (

    select
        rejection_reason,
        case rejection_reason
            when 'bad_type' then coalesce(invalid_columns, 'out of range')
            when 'unknown_interaction_type' then coalesce(interaction_type, 'empty')
            when 'future_date' then cast(occurred_at as {{ dbt.type_string() }})
            when 'test_account' then source_customer_id
            when 'non_product_code' then variant_product_id
            when 'stock_write_off' then variant_product_id
            when 'unknown_product' then variant_product_id
            when 'non_positive_price' then cast(unit_price as {{ dbt.type_string() }})
            when 'negative_price' then cast(unit_price as {{ dbt.type_string() }})
            when 'invalid_quantity' then cast(quantity as {{ dbt.type_string() }})
            when 'invalid_rating' then cast(rating as {{ dbt.type_string() }})
            when 'invalid_dwell' then cast(dwell_seconds as {{ dbt.type_string() }})
            when 'bot_like_volume' then coalesce(source_customer_id, session_id)
            else coalesce(interaction_id, order_id, interaction_row_id)
        end as example
    from interactions
    where disposition = 'rejected'

),

examples as (

    select
        rejection_reason,
        coalesce(example, 'empty') as example,
        count(*) as count_rows
    from rejected
    group by rejection_reason, coalesce(example, 'empty')

),

ranked_examples as (

    select
        *,
        row_number() over (
            partition by rejection_reason
            order by count_rows desc, example asc
        ) as position
    from examples

),

rejections as (

    select
        rejection_reason,
        cast(sum(count_rows) as bigint) as count_rows,
        {{ aisle.string_list('case when position <= 5 then example end') }} as examples
    from ranked_examples
    group by rejection_reason

),

final as (

    select
        rejections.rejection_reason as check_id,
        'interactions' as dataset,
        rejections.examples,
        concat_ws(
            '',
            {{ aisle.of_text('rejections.count_rows', 'counted.count_rows', 'rows') }},
            case
                when rejections.rejection_reason = 'invalid_rating'
                    then '; allowed: {{ var("rating_min") }} to {{ var("rating_max") }}'
                else ''
            end
        ) as detail,
        rejections.count_rows,
        cast(rejections.count_rows as double) / counted.count_rows as figure,
        cast(null as double) as threshold
    from rejections
    cross join counted
    union all
    select
        'rows_after_as_of' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text('count_after_as_of', 'count_rows', 'rows') }} as detail,
        count_after_as_of as count_rows,
        cast(count_after_as_of as double) / count_rows as figure,
        cast(null as double) as threshold
    from counted
    where count_after_as_of > 0
    union all
    select
        'bulk_quantities' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        concat_ws(
            '',
            {{ aisle.of_text(
                'count_capped_purchases', 'count_purchases', 'purchases'
            ) }},
            ' counted as ',
            cast(
                {{ aisle.exact_decimal('quantity_cap', 1) }} as {{ dbt.type_string() }}
            )
        ) as detail,
        count_capped_purchases as count_rows,
        count_capped_purchases / cast(count_purchases as double) as figure,
        cast(null as double) as threshold
    from quantity_caps
    where count_capped_purchases > 0

)

select * from final
