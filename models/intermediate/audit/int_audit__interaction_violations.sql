with

accepted as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

totals as (

    select * from {{ ref('int_audit__customer_totals') }}
    where lifetime_value > 0

),

purchases as (

    select
        count(*) as count_purchases,
        count(case when unit_price is null then 1 end) as count_unpriced
    from accepted
    where interaction_type = 'purchase'

),

-- With fewer than a hundred customers the top 1 % is a single one.
ranked_totals as (

    select
        {{ aisle.exact_decimal('lifetime_value', 2) }} as lifetime_value,
        row_number() over (order by lifetime_value desc, customer_id asc)
        <= ceil(count(*) over () / 100) as is_top,
        count(*) over () as count_customers
    from totals

),

revenue as (

    select
        count(case when is_top then 1 end) as count_top,
        count(*) as count_customers,
        cast(sum(case when is_top then lifetime_value end) as double)
        / cast(sum(lifetime_value) as double) as top_rate
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

final as (

    select
        'purchases_without_price' as check_id,
        'interactions' as dataset,
        cast(null as {{ dbt.type_string() }}) as examples,
        {{ aisle.of_text('count_unpriced', 'count_purchases', 'purchases') }} as detail,
        count_unpriced as count_rows,
        count_unpriced / cast(count_purchases as double) as figure,
        cast(null as double) as threshold
    from purchases
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
