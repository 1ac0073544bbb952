with

audiences as (

    select * from {{ ref('int_recommendations__audiences') }}

),

states as (

    select * from {{ ref('int_recommendations__product_states') }}

),

folds as (

    select * from {{ ref('folds') }}

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}

),

products as (

    select * from {{ ref('int_folds__products') }}

),

templates as (

    select * from {{ ref('int_recommendations__templates') }}
    where reason_code = 'bought_similar_product'

),

named as (

    select
        audiences.rank,
        audiences.score,
        products.product_id,
        products.title,
        customers.customer_id,
        similar_products.product_id as similar_product_id,
        similar_products.title as similar_title,
        states.is_new_product,
        states.is_overstocked,
        {{ aisle.local_date(aisle.shift_days(
            'folds.cutoff_at', '-audiences.last_purchase_age_days'
        )) }} as similar_bought_date
    from audiences
    inner join folds
        on audiences.fold_id = folds.fold_id
    inner join customers
        on
            audiences.fold_id = customers.fold_id
            and audiences.customer_key = customers.customer_key
    inner join products
        on
            audiences.fold_id = products.fold_id
            and audiences.product_key = products.product_key
    inner join products as similar_products
        on
            audiences.fold_id = similar_products.fold_id
            and audiences.similar_key = similar_products.product_key
    inner join states
        on
            audiences.fold_id = states.fold_id
            and audiences.product_key = states.product_key

),

final as (

    select
        named.product_id,
        named.customer_id,
        named.title,
        {{ aisle.reason_text('templates.template', {
            'last_bought_date':
                'cast(named.similar_bought_date as ' ~ dbt.type_string() ~ ')',
            'anchor_title': 'coalesce(named.similar_title, named.similar_product_id)',
        }) }} as reason,
        named.similar_product_id,
        named.similar_title,
        cast(named.rank as integer) as rank,
        cast(named.score as double) as score,
        named.is_new_product,
        named.is_overstocked,
        named.similar_bought_date
    from named
    left join templates
        on true

)

select * from final
