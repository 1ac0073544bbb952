with

products as (

    select
        fold_id,
        product_key,
        concat_ws(' ', title, description) as product_text
    from {{ ref('int_folds__products') }}

),

folds as (

    select * from {{ ref('folds') }}

),

-- Split once per text, whatever the number of folds that know it.
texts as (

    select distinct product_text
    from products

),

words as (

    select
        product_text,
        {{ aisle.text_words('product_text') }} as token
    from texts

),

text_tokens as (

    select
        product_text,
        token,
        count(*) as count_uses
    from words
    where length(token) > 1
    group by product_text, token

),

product_tokens as (

    select
        folds.fold_key,
        products.product_key,
        text_tokens.token,
        text_tokens.count_uses
    from products
    inner join folds
        on products.fold_id = folds.fold_id
    inner join text_tokens
        on products.product_text = text_tokens.product_text

),

totals as (

    select
        fold_key,
        count(distinct product_key) as count_described
    from product_tokens
    group by fold_key

),

token_products as (

    select
        fold_key,
        token,
        count(*) as count_products
    from product_tokens
    group by fold_key, token

),

-- A word of one product compares it with nothing; a word of very many says nothing, and
-- would pair each of them with each.
telling as (

    select
        token_products.fold_key,
        token_products.token,
        token_products.count_products,
        ln(totals.count_described / cast(token_products.count_products as double))
            as rarity
    from token_products
    inner join totals
        on token_products.fold_key = totals.fold_key
    where
        token_products.count_products >= 2
        and token_products.count_products <= {{ var('max_token_products') }}
        and token_products.count_products
        <= {{ var('token_share') }} * totals.count_described

),

ranked as (

    select
        product_tokens.fold_key,
        product_tokens.product_key,
        product_tokens.token,
        telling.count_products,
        (1 + ln(product_tokens.count_uses)) * telling.rarity as weight,
        row_number() over (
            partition by product_tokens.fold_key, product_tokens.product_key
            order by telling.count_products asc, product_tokens.token asc
        ) as rank
    from product_tokens
    inner join telling
        on
            product_tokens.fold_key = telling.fold_key
            and product_tokens.token = telling.token

),

kept as (

    select *
    from ranked
    where
        rank <= {{ var('tokens_per_product') }}
        and weight > 0

),

norms as (

    select
        fold_key,
        product_key,
        sqrt({{ aisle.exact_sum('weight * weight') }}) as norm
    from kept
    group by fold_key, product_key

),

final as (

    select
        kept.fold_key,
        cast(kept.product_key as integer) as product_key,
        cast(
            dense_rank() over (
                partition by kept.fold_key order by kept.token asc
            ) as integer
        ) as token_key,
        kept.token,
        cast(kept.count_products as integer) as count_products,
        -- Thousandths of a vector of length one: whole numbers add up exactly.
        cast(round(1000 * kept.weight / norms.norm) as integer) as weight
    from kept
    inner join norms
        on
            kept.fold_key = norms.fold_key
            and kept.product_key = norms.product_key

)

select * from final
