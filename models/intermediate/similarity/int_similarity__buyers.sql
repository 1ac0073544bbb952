with

histories as (

    select
        fold_key,
        cast(customer_key as integer) as customer_key,
        unseen_customer_key,
        cast(product_key as integer) as product_key,
        weight,
        rank
    from {{ ref('int_similarity__histories') }}

),

-- Everybody meets everybody in a best seller: only those who like it most are looked
-- at, so that pairs grow with events, not squared.
ranked as (

    select
        fold_key,
        product_key,
        customer_key,
        weight,
        row_number() over (
            partition by fold_key, product_key
            order by weight desc, rank asc, customer_key asc
        ) as buyer_rank
    from histories
    where unseen_customer_key is null

),

-- Over all of the history: else whoever bought much would be alike to many.
norms as (

    select
        fold_key,
        customer_key,
        {{ aisle.norm('weight') }} as norm
    from histories
    group by fold_key, customer_key

),

final as (

    select
        ranked.fold_key,
        ranked.product_key,
        ranked.customer_key,
        ranked.weight,
        norms.norm
    from ranked
    inner join norms
        on
            ranked.fold_key = norms.fold_key
            and ranked.customer_key = norms.customer_key
    where ranked.buyer_rank <= {{ var('max_buyers_per_product') }}

)

select * from final
