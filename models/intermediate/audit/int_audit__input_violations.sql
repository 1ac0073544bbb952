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

totals as (

    select * from {{ ref('int_audit__customer_totals') }}
    where lifetime_value > 0

),

accepted_counted as (

    select
        count(*) as count_events,
        count(case when interaction_type = 'purchase' then 1 end) as count_purchases,
        count(case when interaction_type = 'purchase' and unit_price is null then 1 end)
            as count_unpriced
    from accepted

),

-- With fewer than a hundred customers the top 1 % is a single one.
ranked_totals as (

    select
        {{ aisle.exact_decimal('lifetime_value', 2) }} as lifetime_value,
        row_number() over (order by lifetime_value desc, customer_id asc) as position,
        count(*) over () as count_customers
    from totals

),

revenue as (

    select
        count(case when position <= ceil(count_customers / 100) then 1 end)
            as count_top,
        max(count_customers) as count_customers,
        cast(
            sum(case
                when position <= ceil(count_customers / 100) then lifetime_value
            end) as double
        ) / cast(sum(lifetime_value) as double) as top_rate
    from ranked_totals
    where count_customers >= 100

),

ids as (

    {% for input_name, column_name in
        {'products': 'product_id', 'customers': 'customer_id'}.items() -%}
        select
            '{{ input_name }}' as dataset,
            {{ column_name }} as id,
            regexp_extract(lower({{ column_name }}), '^0*(.*)$', 1) as plain_id
        from accepted
        where {{ column_name }} is not null
        group by {{ column_name }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
),

id_groups as (

    select
        dataset,
        plain_id,
        count(*) as count_ids,
        min(id) as first_id,
        max(id) as last_id,
        row_number() over (
            partition by dataset
            order by count(*) desc, plain_id asc
        ) as position
    from ids
    group by dataset, plain_id
    having count(*) > 1

),

ids_alike as (

    select
        dataset,
        cast(sum(count_ids) as bigint) as count_rows,
        count(*) as count_groups,
        {{ aisle.string_list("""case
            when position <= 5 then concat_ws('', first_id, ' and ', last_id)
        end""") }} as examples
    from id_groups
    group by dataset

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
    union all
    select
        'purchases_without_price' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text('count_unpriced', 'count_purchases', 'purchases') }} as detail,
        count_unpriced as count_rows,
        count_unpriced / cast(count_purchases as double) as figure,
        cast(null as double) as threshold
    from accepted_counted
    where count_unpriced > 0
    union all
    select
        'concentrated_revenue' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        concat_ws(
            '',
            {{ aisle.percent_text('top_rate') }},
            ' of it is of ',
            {{ aisle.of_text('count_top', 'count_customers', 'customers') }}
        ) as detail,
        count_top as count_rows,
        top_rate as figure,
        cast(0.5 as double) as threshold
    from revenue
    where top_rate > 0.5
    union all
    select
        'ids_alike' as check_id,
        dataset,
        examples,
        concat_ws(
            '',
            cast(count_rows as {{ dbt.type_string() }}),
            ' ids are perhaps ',
            cast(count_groups as {{ dbt.type_string() }})
        ) as detail,
        count_rows,
        cast(null as double) as figure,
        cast(null as double) as threshold
    from ids_alike

)

select * from final
