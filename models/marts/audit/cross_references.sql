with

interactions as (

    select * from {{ ref('int_audit__accepted_interactions') }}

),

customers as (

    select * from {{ ref('input_customers') }}
    where not is_test_account

),

products as (

    select * from {{ ref('int_audit__current_products') }}
    where is_listed

),

return_matches as (

    select * from {{ ref('int_audit__return_matches') }}

),

orders as (

    select
        basket_id as subject,
        not bool_or(is_known_customer) as is_broken
    from interactions
    where interaction_type = 'purchase'
    group by basket_id

),

active_customers as (

    select distinct customer_id
    from interactions

),

sold_products as (

    select distinct product_id
    from interactions
    where interaction_type = 'purchase'

),

subjects as (

    select
        'orders_without_known_customer' as reference,
        'interactions' as dataset,
        subject,
        is_broken
    from orders
    union all
    select
        'customers_without_events' as reference,
        'customers' as dataset,
        customers.customer_id as subject,
        active_customers.customer_id is null as is_broken
    from customers
    left join active_customers
        on customers.customer_id = active_customers.customer_id
    union all
    select
        'products_never_sold' as reference,
        'products' as dataset,
        products.product_id as subject,
        sold_products.product_id is null as is_broken
    from products
    left join sold_products
        on products.product_id = sold_products.product_id
    union all
    select
        'unmatched_returns' as reference,
        'interactions' as dataset,
        interaction_id as subject,
        purchase_interaction_id is null as is_broken
    from return_matches

),

ranked as (

    select
        *,
        row_number() over (
            partition by reference, is_broken
            order by subject asc
        ) as position
    from subjects

),

found as (

    select
        reference,
        {{ aisle.string_list(
            'case when is_broken and position <= 5 then subject end'
        ) }} as examples,
        count(case when is_broken then 1 end) as count_broken,
        count(*) as count_subjects
    from ranked
    group by reference

),

-- A reference without anything to check is listed too: nothing was wrong.
listed as (

    {% for reference, dataset in [
        ('orders_without_known_customer', 'interactions'),
        ('customers_without_events', 'customers'),
        ('products_never_sold', 'products'),
        ('unmatched_returns', 'interactions')
    ] -%}
        select
            '{{ reference }}' as reference,
            '{{ dataset }}' as dataset
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        listed.reference,
        listed.dataset,
        found.examples,
        coalesce(found.count_broken, 0) as count_broken,
        coalesce(found.count_subjects, 0) as count_subjects,
        coalesce(cast(found.count_broken as double) / found.count_subjects, 0.0)
            as broken_rate
    from listed
    left join found
        on listed.reference = found.reference

)

select * from final
