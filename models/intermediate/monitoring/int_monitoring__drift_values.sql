{#- Not among them: what moves by the passing of time alone, such as days since the
    first event or a share of all orders ever. -#}
{%- set customer_features = [
    'last_order_age_days', 'last_event_age_days', 'count_orders_90d',
    'count_products_bought', 'revenue', 'average_basket_size', 'average_price',
    'price_affinity',
] -%}
{%- set product_features = ['price', 'count_buyers_30d'] -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role in ('test', 'serving')

),

customers as (

    select * from {{ ref('int_calibration__customers') }}

),

features as (

    select * from {{ ref('int_features__customers') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

activity as (

    select * from {{ ref('int_calibration__activity') }}

),

probabilities as (

    select * from {{ ref('int_calibration__probabilities') }}

),

scored_customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

-- Whom a list would have been made for at the fold's cutoff: not whoever bought later.
described as (

    select
        folds.fold_id,
        customers.customer_key,
        segments.rfm_segment,
        features.region,
        customers.last_order_age_days,
        customers.last_event_age_days,
        customers.count_orders_90d,
        customers.count_products_bought,
        customers.revenue,
        customers.average_basket_size,
        features.average_price,
        features.price_affinity,
        activity.buys_probability
    from folds
    inner join customers
        on folds.fold_id = customers.fold_id
    inner join features
        on
            customers.fold_id = features.fold_id
            and customers.customer_key = features.customer_key
    left join segments
        on
            customers.fold_id = segments.fold_id
            and customers.customer_key = segments.customer_key
    left join activity
        on
            customers.fold_id = activity.fold_id
            and customers.customer_key = activity.customer_key
    where
        customers.last_event_age_days
        <= {{ aisle.checked_var('active_within_days') }}

),

ranked_probabilities as (

    select
        probabilities.fold_id,
        probabilities.customer_key,
        probabilities.purchase_probability_30d,
        row_number() over (
            partition by probabilities.fold_id, probabilities.customer_key
            order by
                probabilities.purchase_probability_30d desc,
                probabilities.product_key asc
        ) as rank
    from folds
    inner join probabilities
        on folds.fold_id = probabilities.fold_id

),

-- One row per customer: the rows of a list are not independent of each other.
lists as (

    select
        fold_id,
        customer_key,
        {{ aisle.exact_avg('purchase_probability_30d', 9) }} as list_probability
    from ranked_probabilities
    where rank <= {{ aisle.checked_var('list_length') }}
    group by fold_id, customer_key

),

-- In a past fold lists were scored for a sample, whose weights make up for it.
list_values as (

    select
        described.fold_id,
        described.customer_key,
        described.rfm_segment,
        lists.list_probability,
        scored_customers.sampling_weight
    from described
    inner join lists
        on
            described.fold_id = lists.fold_id
            and described.customer_key = lists.customer_key
    inner join scored_customers
        on
            lists.fold_id = scored_customers.fold_id
            and lists.customer_key = scored_customers.customer_key

),

unpivoted as (

    {% for feature in customer_features + ['buys_probability'] -%}
        select
            fold_id,
            '{{ 'score' if feature == 'buys_probability' else 'customer' }}' as subject,
            '{{ feature }}' as feature,
            rfm_segment,
            customer_key as subject_key,
            cast({{ feature }} as double) as value,
            cast(null as {{ dbt.type_string() }}) as category,
            cast(1 as double) as weight
        from described
        union all
    {% endfor -%}
    {% for feature in ['region', 'rfm_segment'] -%}
        select
            fold_id,
            'customer' as subject,
            '{{ feature }}' as feature,
            {{ 'rfm_segment' if feature == 'region' else 'null' }} as rfm_segment,
            customer_key as subject_key,
            cast(null as double) as value,
            {{ feature }} as category,
            cast(1 as double) as weight
        from described
        union all
    {% endfor -%}
    select
        fold_id,
        'score' as subject,
        'list_probability' as feature,
        rfm_segment,
        customer_key as subject_key,
        list_probability as value,
        cast(null as {{ dbt.type_string() }}) as category,
        sampling_weight as weight
    from list_values
    union all
    {% for feature in product_features -%}
        select
            products.fold_id,
            'product' as subject,
            '{{ feature }}' as feature,
            cast(null as {{ dbt.type_string() }}) as rfm_segment,
            products.product_key as subject_key,
            cast(products.{{ feature }} as double) as value,
            cast(null as {{ dbt.type_string() }}) as category,
            cast(1 as double) as weight
        from folds
        inner join products
            on folds.fold_id = products.fold_id
        union all
    {% endfor -%}
    select
        products.fold_id,
        'product' as subject,
        'category' as feature,
        cast(null as {{ dbt.type_string() }}) as rfm_segment,
        products.product_key as subject_key,
        cast(null as double) as value,
        products.category,
        cast(1 as double) as weight
    from folds
    inner join products
        on folds.fold_id = products.fold_id

),

final as (

    select
        fold_id,
        subject,
        feature,
        'all' as segment_type,
        'all' as segment,
        subject_key,
        value,
        category,
        weight
    from unpivoted
    union all
    select
        fold_id,
        subject,
        feature,
        'rfm_segment' as segment_type,
        rfm_segment as segment,
        subject_key,
        value,
        category,
        weight
    from unpivoted
    where rfm_segment is not null

)

select * from final
