with

kinds as (

    select * from {{ ref('int_recommendations__reason_kinds') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}

),

folds as (

    select * from {{ ref('folds') }}

),

first_orders as (

    select * from {{ ref('int_features__first_orders') }}

),

customer_regions as (

    select * from {{ ref('int_folds__customer_regions') }}

),

profiles as (

    select distinct
        fold_id,
        customer_key,
        profile
    from {{ ref('int_candidates__answer_profiles') }}

),

answer_weights as (

    select * from {{ ref('int_candidates__answer_weights') }}

),

-- Where more buy it than elsewhere, the region speaks for the product.
product_regions as (

    select * from {{ ref('int_features__attribute_lifts') }}
    where
        field = 'region'
        and value != 'unknown'
        and count_buyers > expected_buyers

),

anchors as (

    select * from {{ ref('int_recommendations__anchors') }}

),

templates as (

    select * from {{ ref('int_recommendations__templates') }}

),

liked as (

    select * from anchors
    where reason_code = 'similar_product'

),

drawn as (

    select * from anchors
    where reason_code in (
        'discovery_related', 'discovery_emerging', 'discovery_complementary'
    )

),

companions as (

    select * from anchors
    where reason_code = 'bought_together'

),

-- A reason that names a product needs that product; without one, taste stays unnamed.
described as (

    select
        kinds.fold_id,
        kinds.customer_key,
        kinds.product_key,
        case
            when kinds.kind = 'pinned' then 'picked_by_shop'
            when kinds.kind = 'discovery'
                then coalesce(drawn.reason_code, 'similar_taste')
            when kinds.kind = 'history' and customer_products.count_orders > 1
                then 'bought_before'
            when kinds.kind = 'history' and customer_products.count_orders = 1
                then 'bought_once'
            when kinds.kind = 'taste' and liked.anchor_product_id is not null
                then 'similar_product'
            when kinds.kind = 'taste' and companions.anchor_product_id is not null
                then 'bought_together'
            when kinds.kind = 'taste' then 'similar_taste'
            when kinds.kind = 'trending' then 'trending'
            when kinds.kind = 'content' then 'similar_content'
            when kinds.kind = 'new' then 'new_arrival'
            when kinds.kind = 'answers' then 'answers'
            when kinds.kind = 'newcomers' and answer_weights.product_key is not null
                then 'answers'
            when kinds.kind = 'newcomers' and product_regions.product_key is not null
                then 'popular_in_region'
            when kinds.kind = 'newcomers' and first_orders.product_key is not null
                then 'popular_with_newcomers'
            when kinds.kind = 'category' then 'category_best_seller'
            when kinds.is_best_seller then 'popular'
            else 'suggested'
        end as reason_code,
        coalesce(
            drawn.anchor_product_id,
            liked.anchor_product_id,
            companions.anchor_product_id
        ) as anchor_product_id,
        coalesce(drawn.anchor_title, liked.anchor_title, companions.anchor_title)
            as anchor_title,
        drawn.reason_code is not null as is_drawn,
        product_regions.value as region,
        kinds.category,
        coalesce(customer_products.count_orders, 0) as count_orders,
        {{ aisle.local_date(aisle.shift_days(
            'folds.cutoff_at', '-customer_products.last_purchase_age_days'
        )) }} as last_bought_date
    from kinds
    inner join folds
        on kinds.fold_id = folds.fold_id
    left join customer_products
        on
            kinds.fold_id = customer_products.fold_id
            and kinds.customer_key = customer_products.customer_key
            and kinds.product_key = customer_products.product_key
    left join first_orders
        on
            kinds.fold_id = first_orders.fold_id
            and kinds.product_key = first_orders.product_key
    left join profiles
        on
            kinds.fold_id = profiles.fold_id
            and kinds.customer_key = profiles.customer_key
    left join answer_weights
        on
            kinds.fold_id = answer_weights.fold_id
            and kinds.product_key = answer_weights.product_key
            and profiles.profile = answer_weights.profile
    left join customer_regions
        on
            kinds.fold_id = customer_regions.fold_id
            and kinds.customer_key = customer_regions.customer_key
    left join product_regions
        on
            kinds.fold_id = product_regions.fold_id
            and kinds.product_key = product_regions.product_key
            and customer_regions.region = product_regions.value
    left join liked
        on
            kinds.fold_id = liked.fold_id
            and kinds.customer_key = liked.customer_key
            and kinds.product_key = liked.product_key
    left join drawn
        on
            kinds.fold_id = drawn.fold_id
            and kinds.customer_key = drawn.customer_key
            and kinds.product_key = drawn.product_key
    left join companions
        on
            kinds.fold_id = companions.fold_id
            and kinds.customer_key = companions.customer_key
            and kinds.product_key = companions.product_key

),

final as (

    select
        described.fold_id,
        described.customer_key,
        described.product_key,
        described.reason_code,
        case
            when
                described.is_drawn
                or described.reason_code in ('similar_product', 'bought_together')
                then described.anchor_product_id
        end as anchor_product_id,
        case
            when described.reason_code in ('bought_before', 'bought_once')
                then described.count_orders
        end as count_orders,
        case
            when described.reason_code in ('bought_before', 'bought_once')
                then described.last_bought_date
        end as last_bought_date,
        {{ aisle.reason_text('templates.template', {
            'count_orders': 'cast(described.count_orders as ' ~ dbt.type_string() ~ ')',
            'last_bought_date':
                'cast(described.last_bought_date as ' ~ dbt.type_string() ~ ')',
            'anchor_title': 'described.anchor_title',
            'region': 'described.region',
            'category': 'described.category',
        }) }} as reason_text
    from described
    left join templates
        on described.reason_code = templates.reason_code

)

select * from final
