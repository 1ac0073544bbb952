{%- set sources = aisle.candidate_sources() | map(attribute='name') | list -%}

with

{% for source in sources %}
{{ source }} as (

    select * from {{ ref('int_candidates__' ~ source) }}

),

{% endfor %}
customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

customers as (

    select * from {{ ref('int_features__customers') }}

),

products as (

    select * from {{ ref('int_features__products') }}

),

personal_customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

all_candidates as (

    {% for source in sources -%}
        select
            fold_id,
            customer_key,
            product_key,
            candidate_source,
            score,
            rank
        from {{ source }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% else -%}
        select
            fold_id,
            customer_key,
            cast(null as bigint) as product_key,
            cast(null as {{ dbt.type_string() }}) as candidate_source,
            cast(null as double) as score,
            cast(null as bigint) as rank
        from customers
        where false
    {% endfor %}

),

pivoted as (

    select
        fold_id,
        customer_key,
        product_key,
        {% for source in sources -%}
            max(case when candidate_source = '{{ source }}' then score end)
                as {{ source }}_score,
            min(case when candidate_source = '{{ source }}' then rank end)
                as {{ source }}_rank,
        {% endfor -%}
        count(*) as count_sources
    from all_candidates
    group by fold_id, customer_key, product_key

),

final as (

    select
        pivoted.fold_id,
        pivoted.customer_key,
        pivoted.product_key,
        {% for source in sources -%}
            pivoted.{{ source }}_score,
            pivoted.{{ source }}_rank,
        {% endfor -%}
        pivoted.count_sources,
        personal_customers.customer_key is not null as is_personal,
        coalesce(customer_products.count_orders, 0) as count_orders,
        coalesce(customer_products.count_views, 0) as count_views,
        coalesce(customer_products.count_carts, 0) as count_carts,
        coalesce(customer_products.decayed_orders, 0) as decayed_orders,
        customer_products.typical_interval_days,
        customer_products.last_purchase_age_days,
        customers.count_orders as count_customer_orders,
        customers.last_order_age_days,
        products.count_buyers_7d,
        products.count_buyers_30d,
        products.count_buyers_90d,
        products.trend,
        products.repeat_rate
    from pivoted
    inner join products
        on
            pivoted.fold_id = products.fold_id
            and pivoted.product_key = products.product_key
    left join customers
        on
            pivoted.fold_id = customers.fold_id
            and pivoted.customer_key = customers.customer_key
    left join customer_products
        on
            pivoted.fold_id = customer_products.fold_id
            and pivoted.customer_key = customer_products.customer_key
            and pivoted.product_key = customer_products.product_key
    left join personal_customers
        on
            pivoted.fold_id = personal_customers.fold_id
            and pivoted.customer_key = personal_customers.customer_key

)

select * from final
