{#- So many of what the customer has dealt with most are compared with. -#}
{%- set seeds = 10 -%}
{%- set has_neighbours = aisle.checked_var('is_customer_neighbours_enabled') -%}

with

openings as (

    select * from {{ ref('int_diversity__openings') }}

),

histories as (

    select * from {{ ref('int_similarity__histories') }}
    where rank <= {{ seeds }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

similarities as (

    select * from {{ ref('int_similarity__mixed_pairs') }}

),

basket_neighbours as (

    select * from {{ ref('int_similarity__basket_neighbours') }}
    where lift > 1

),

products as (

    select * from {{ ref('int_features__products') }}

),

means as (

    select * from {{ ref('int_similarity__mixed_means') }}
    where mean_category = 'any category'

),

customer_categories as (

    select * from {{ ref('int_features__customer_categories') }}
    where rank = 1

),

{% if has_neighbours -%}
    customer_neighbours as (

        select * from {{ ref('int_candidates__customer_neighbours') }}

    ),

{% endif -%}
pairs as (

    select distinct
        fold_id,
        customer_key,
        product_key
    from openings

),

seeds as (

    select
        histories.fold_id,
        histories.customer_key,
        histories.product_key,
        histories.rank,
        products.category,
        coalesce(customer_products.is_bought, false) as is_bought,
        coalesce(customer_products.count_orders > 0, false) as is_kept
    from histories
    inner join products
        on
            histories.fold_id = products.fold_id
            and histories.product_key = products.product_key
    left join customer_products
        on
            histories.fold_id = customer_products.fold_id
            and histories.customer_key = customer_products.customer_key
            and histories.product_key = customer_products.product_key

),

linked as (

    select
        pairs.fold_id,
        pairs.customer_key,
        pairs.product_key,
        seeds.product_key as seed_product_key,
        seeds.is_bought,
        seeds.rank,
        similarities.similarity,
        case
            when
                basket_neighbours.neighbour_key is not null
                and seeds.is_kept
                and seeds.category != products.category
                then 1
            else 0
        end as is_complementary
    from pairs
    inner join products
        on
            pairs.fold_id = products.fold_id
            and pairs.product_key = products.product_key
    inner join seeds
        on
            pairs.fold_id = seeds.fold_id
            and pairs.customer_key = seeds.customer_key
    left join similarities
        on
            seeds.fold_id = similarities.fold_id
            and seeds.product_key = similarities.product_key
            and pairs.product_key = similarities.other_product_key
    left join basket_neighbours
        on
            seeds.fold_id = basket_neighbours.fold_id
            and seeds.product_key = basket_neighbours.product_key
            and pairs.product_key = basket_neighbours.neighbour_key

),

-- What goes with it comes first, then what is nearest; what has no tie has no order.
ordered as (

    select
        *,
        case
            when similarity is not null or is_complementary = 1
                then
                    1e6 * (1 - is_complementary - coalesce(similarity, 0))
                    + cast(rank as double) / 1000
        end as seed_order
    from linked

),

compared as (

    select
        fold_id,
        customer_key,
        product_key,
        max(similarity) as similarity,
        max(is_complementary) as is_complementary,
        min_by(seed_product_key, seed_order) as seed_product_key,
        min_by(is_bought, seed_order) as is_seed_bought
    from ordered
    group by fold_id, customer_key, product_key

),

kinds as (

    select
        compared.fold_id,
        compared.customer_key,
        compared.product_key,
        compared.seed_product_key,
        1 - coalesce(compared.similarity, means.similarity) as distance,
        case
            when compared.is_complementary = 1 then 'complementary'
            {% if has_neighbours -%}
                when
                    customer_neighbours.product_key is not null
                    and products.category != customer_categories.category
                    and products.category != 'unknown'
                    then 'unexpected_overlap'
            {% endif -%}
            when compared.similarity is not null and not compared.is_seed_bought
                then 'emerging'
            when compared.similarity is not null then 'related'
        end as discovery_kind
    from compared
    inner join products
        on
            compared.fold_id = products.fold_id
            and compared.product_key = products.product_key
    left join means
        on compared.fold_id = means.fold_id
    left join customer_categories
        on
            compared.fold_id = customer_categories.fold_id
            and compared.customer_key = customer_categories.customer_key
    {% if has_neighbours -%}
        left join customer_neighbours
            on
                compared.fold_id = customer_neighbours.fold_id
                and compared.customer_key = customer_neighbours.customer_key
                and compared.product_key = customer_neighbours.product_key
    {% endif %}
),

-- For what neighbours have bought they speak, and none of the customer's products.
final as (

    select
        fold_id,
        customer_key,
        product_key,
        case when discovery_kind != 'unexpected_overlap' then seed_product_key end
            as seed_product_key,
        distance,
        discovery_kind
    from kinds

)

select * from final
