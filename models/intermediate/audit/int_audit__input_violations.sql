with

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

datasets as (

    select * from {{ ref('input_datasets') }}

),

columns as (

    select * from {{ ref('input_columns') }}

),

input_rows as (

    select * from {{ ref('int_audit__input_rows') }}

),

accepted as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

profiles as (

    select * from {{ ref('input_customer_profiles') }}
    where is_consenting

),

products as (

    select * from {{ aisle.connector_relation('products') }}
    where product_id is not null

),

accepted_counted as (

    select
        count(*) as count_events,
        count(case when interaction_type = 'purchase' then 1 end) as count_purchases
    from accepted

),

-- Only what is fed by the day can be late: products and customers may rest.
ends as (

    select
        datasets.input_name,
        case
            when datasets.input_name = 'interactions' then as_of.data_ends_at
            else input_rows.last_accepted_at
        end as ends_at,
        as_of.as_of
    from datasets
    cross join as_of
    left join input_rows
        on datasets.input_name = input_rows.input_name
    where datasets.input_name in ('interactions', 'inventory', 'impressions')

),

stale as (

    select
        input_name,
        {{ aisle.elapsed_days('ends_at', 'as_of') }} as days_late,
        ends_at
    from ends

),

renamed as (

    select
        input_name,
        count(*) as count_columns,
        {{ aisle.string_list(
            "concat_ws('', column_name, ' for ', nearest_contract_column)"
        ) }} as examples
    from columns
    where nearest_contract_column is not null
    group by input_name

),

repeated_products as (

    select
        product_id,
        valid_from,
        count(*) - 1 as count_surplus,
        row_number() over (order by count(*) desc, product_id asc) as position
    from products
    group by product_id, valid_from
    having count(*) > 1

),

duplicate_products as (

    select
        cast(sum(count_surplus) as bigint) as count_rows,
        {{ aisle.string_list('case when position <= 5 then product_id end') }}
            as examples
    from repeated_products
    having count(*) > 0

),

merged_profiles as (

    select
        source_customer_id,
        customer_id,
        row_number() over (order by source_customer_id asc) as position
    from profiles
    where source_customer_id != customer_id

),

duplicate_profiles as (

    select
        count(*) as count_rows,
        {{ aisle.string_list("""case
            when position <= 5
                then concat_ws('', source_customer_id, ' is ', customer_id)
        end""") }} as examples
    from merged_profiles
    having count(*) > 0

),

final as (

    select
        'no_interactions' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        'no row was accepted' as detail,
        cast(0 as bigint) as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from accepted_counted
    where count_events = 0
    union all
    select
        'no_purchases' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        'no purchase was accepted' as detail,
        cast(0 as bigint) as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from accepted_counted
    where count_purchases = 0
    union all
    select
        'as_of_before_data' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        concat_ws(
            '',
            'as_of is ',
            cast(as_of as {{ dbt.type_string() }}),
            ', the first event ',
            cast(first_event_at as {{ dbt.type_string() }})
        ) as detail,
        cast(0 as bigint) as count_rows,
        {{ aisle.elapsed_days('as_of', 'first_event_at') }} as figure,
        cast(0 as double) as threshold
    from as_of
    where as_of <= first_event_at
    union all
    select
        'stale_input' as check_id,
        input_name as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        concat_ws(
            '', 'it ends at ', cast(ends_at as {{ dbt.type_string() }})
        ) as detail,
        cast(0 as bigint) as count_rows,
        days_late as figure,
        cast({{ var('stale_after_days') }} as double) as threshold
    from stale
    where days_late > {{ var('stale_after_days') }}
    union all
    select
        'input_missing' as check_id,
        input_name as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        input_name as detail,
        cast(0 as bigint) as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from datasets
    where
        not is_supplied
        and not is_derived
    union all
    select
        'input_derived' as check_id,
        input_name as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        concat_ws(
            '', cast(count_rows as {{ dbt.type_string() }}), ' ', input_name
        ) as detail,
        count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from datasets
    where is_derived
    union all
    select
        'column_renamed' as check_id,
        input_name as dataset,
        examples,
        examples as detail,
        count_columns as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from renamed
    union all
    select
        'bad_type' as check_id,
        input_name as dataset,
        unreadable_columns as examples,
        concat_ws(
            '', cast(count_unreadable as {{ dbt.type_string() }}), ' rows'
        ) as detail,
        count_unreadable as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from input_rows
    where
        input_name != 'interactions'
        and count_unreadable > 0
    union all
    select
        'rows_without_consent' as check_id,
        input_name as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        concat_ws('', cast(count_without_consent as {{ dbt.type_string() }}), ' rows')
            as detail,
        count_without_consent as count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from input_rows
    where count_without_consent > 0
    union all
    select
        'duplicate_products' as check_id,
        'products' as dataset,
        examples,
        concat_ws(
            '', cast(count_rows as {{ dbt.type_string() }}), ' surplus rows'
        ) as detail,
        count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from duplicate_products
    union all
    select
        'duplicate_profiles' as check_id,
        'customers' as dataset,
        examples,
        concat_ws(
            '', cast(count_rows as {{ dbt.type_string() }}), ' profiles'
        ) as detail,
        count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from duplicate_profiles

)

select * from final
