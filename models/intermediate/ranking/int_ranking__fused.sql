{#- Of reciprocal rank fusion: how far apart first places are from later ones. -#}
{%- set fusion_constant = 60 -%}

with

proposals as (

    select * from {{ ref('int_candidates__proposals') }}
    where {{ aisle.in_block('customer_key') }}

),

folds as (

    select * from {{ ref('folds') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where
        is_bought
        and {{ aisle.in_block('customer_key') }}

),

personal_customers as (

    select * from {{ ref('int_candidates__personal_customers') }}
    where {{ aisle.in_block('customer_key') }}

),

-- In billionths: whole numbers add up exactly.
summed as (

    select
        fold_key,
        customer_key,
        product_key,
        count(*) as count_sources,
        sum(
            cast(
                round(cast(1000000000 as double) / ({{ fusion_constant }} + rank))
                as bigint
            )
        ) as fused_score
    from proposals
    group by fold_key, customer_key, product_key

),

placed as (

    select
        folds.fold_id,
        summed.fold_key,
        summed.customer_key,
        summed.product_key,
        summed.count_sources,
        personal_customers.customer_key is not null as is_personal,
        customer_products.product_key is not null as is_bought,
        row_number() over (
            partition by {{ aisle.list_number(
                '(2 * summed.fold_key + case when customer_products.product_key'
                ~ ' is not null then 1 else 0 end)', 'summed.customer_key'
            ) }}
            order by summed.fused_score desc, summed.product_key asc
        ) as fused_rank
    from summed
    inner join folds
        on summed.fold_key = folds.fold_key
    left join personal_customers
        on
            folds.fold_id = personal_customers.fold_id
            and summed.customer_key = personal_customers.customer_key
    left join customer_products
        on
            folds.fold_id = customer_products.fold_id
            and summed.customer_key = customer_products.customer_key
            and summed.product_key = customer_products.product_key

),

-- What no source ranks high, nor several of them together, is not worth its features.
final as (

    select
        fold_id,
        fold_key,
        cast(customer_key as bigint) as customer_key,
        cast(product_key as bigint) as product_key,
        cast(count_sources as integer) as count_sources,
        is_personal,
        is_bought,
        cast(fused_rank as integer) as fused_rank,
        case
            when not is_personal then true
            when is_bought then fused_rank <= {{ var('ranked_bought_candidates') }}
            else fused_rank <= {{ var('ranked_new_candidates') }}
        end as is_ranked
    from placed

)

select * from final
