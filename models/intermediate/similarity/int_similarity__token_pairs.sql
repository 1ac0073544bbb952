with

tokens as (

    select
        fold_key,
        product_key,
        token_key,
        weight
    from {{ ref('int_similarity__product_tokens') }}

),

-- No token has more than `max_token_products` products, so pairs grow with products.
pairs as (

    select
        tokens.fold_key,
        tokens.product_key,
        others.product_key as other_product_key,
        sum(tokens.weight * others.weight) as dot_product
    from tokens
    inner join tokens as others
        on
            tokens.fold_key = others.fold_key
            and tokens.token_key = others.token_key
            and tokens.product_key < others.product_key
    group by tokens.fold_key, tokens.product_key, others.product_key

),

-- Rounded weights make a product's own length miss one by a little.
final as (

    select
        fold_key,
        product_key,
        other_product_key,
        least(dot_product / 1000000, 1) as cosine
    from pairs
    where dot_product >= 1000000 * {{ var('min_token_cosine') }}

)

select * from final
