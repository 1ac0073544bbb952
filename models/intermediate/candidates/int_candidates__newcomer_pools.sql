{%- set prior = var('newcomer_prior') -%}

with

profiles as (

    select distinct
        fold_id,
        region,
        profile
    from {{ ref('int_candidates__newcomer_profiles') }}

),

folds as (

    select
        *,
        cast(
            extract(month from {{ aisle.local_time(aisle.add_days(
                'cutoff_at', var('gap_days') + var('fold_days') // 2
            )) }}) as integer
        ) as coming_month
    from {{ ref('folds') }}

),

products as (

    select
        *,
        floor(count(*) over (partition by fold_id) / 5) as count_top_fifth
    from {{ ref('int_features__products') }}
    where is_sellable

),

recent_orders as (

    select * from {{ ref('int_features__orders') }}
    where
        age_days <= 30
        and unseen_customer_key is null

),

first_orders as (

    select * from {{ ref('int_features__first_orders') }}

),

months as (

    select * from {{ ref('int_features__product_months') }}

),

regions as (

    select * from {{ ref('int_features__attribute_lifts') }}
    where field = 'region'

),

answer_weights as (

    select * from {{ ref('int_candidates__answer_weights') }}

),

recent_buyers as (

    select
        fold_id,
        count(distinct customer_key) as count_buyers
    from recent_orders
    group by fold_id

),

newcomers as (

    select
        fold_id,
        max(count_newcomers) as count_newcomers
    from first_orders
    group by fold_id

),

-- The share of newcomers who begin with the product, shrunk towards the share of all
-- recent buyers; times the roots of how much faster than usual it sells, and of its
-- season.
demand as (

    select
        products.fold_id,
        products.product_key,
        products.popularity_rank,
        products.count_top_fifth,
        (
            coalesce(first_orders.count_first_buyers, 0)
            + cast({{ prior }} as double)
            * products.count_buyers_30d / recent_buyers.count_buyers
        )
        / (coalesce(newcomers.count_newcomers, 0) + {{ prior }})
        * sqrt(
            (products.count_buyers_30d + 10)
            / (products.count_buyers_90d / 3 + 10)
        )
        * sqrt({{ aisle.shrunk_lift(
            'months.count_orders',
            '((months.count_orders + 1) / months.seasonal_index - 1)',
            prior
        ) }}) as demand
    from products
    inner join folds
        on products.fold_id = folds.fold_id
    inner join recent_buyers
        on products.fold_id = recent_buyers.fold_id
    left join newcomers
        on products.fold_id = newcomers.fold_id
    left join first_orders
        on
            products.fold_id = first_orders.fold_id
            and products.product_key = first_orders.product_key
    left join months
        on
            products.fold_id = months.fold_id
            and products.product_key = months.product_key
            and folds.coming_month = months.month
    where products.is_in_stock

),

scored as (

    select
        profiles.fold_id,
        profiles.region,
        profiles.profile,
        demand.product_key,
        demand.popularity_rank,
        demand.count_top_fifth,
        demand.demand
        * {{ aisle.shrunk_lift(
            'regions.count_buyers', 'regions.expected_buyers', prior
        ) }}
        * (1 + coalesce(answer_weights.weight, 0)) as score
    from profiles
    inner join demand
        on profiles.fold_id = demand.fold_id
    left join regions
        on
            profiles.fold_id = regions.fold_id
            and profiles.region = regions.value
            and demand.product_key = regions.product_key
    left join answer_weights
        on
            profiles.fold_id = answer_weights.fold_id
            and profiles.profile = answer_weights.profile
            and demand.product_key = answer_weights.product_key
    where demand.demand > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, region, profile
            order by score desc, popularity_rank asc
        ) as rank
    from scored

),

-- A fifth of a large shop is more than anybody's list ever reaches.
final as (

    select
        fold_id,
        region,
        profile,
        product_key,
        score,
        rank
    from ranked
    where rank <= least(count_top_fifth, {{ 10 * var('list_length') }})

)

select * from final
