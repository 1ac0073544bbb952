with

exposure as (

    select * from {{ ref('int_evaluation__exposure') }}
    where
        task = 'all'
        and replicate = 0

),

folds as (

    select * from {{ ref('folds') }}

),

features as (

    select * from {{ ref('int_features__products') }}

),

details as (

    select * from {{ ref('int_folds__products') }}

),

products as (

    select
        details.fold_id,
        details.product_key,
        details.seller_id,
        details.is_sellable,
        features.count_buyers_30d
    from details
    inner join features
        on
            details.fold_id = features.fold_id
            and details.product_key = features.product_key
    where details.seller_id is not null

),

strategies as (

    select distinct
        fold_id,
        scenario_id,
        strategy
    from exposure

),

-- A seller who is never shown has a row too.
summed as (

    select
        strategies.fold_id,
        strategies.scenario_id,
        strategies.strategy,
        products.seller_id,
        count(case when products.is_sellable then 1 end) as count_products,
        sum(products.count_buyers_30d) as count_buyers_30d,
        coalesce(sum(exposure.count_shown), 0) as count_shown
    from strategies
    inner join products
        on strategies.fold_id = products.fold_id
    left join exposure
        on
            strategies.fold_id = exposure.fold_id
            and strategies.scenario_id = exposure.scenario_id
            and strategies.strategy = exposure.strategy
            and products.product_key = exposure.product_key
    group by
        strategies.fold_id,
        strategies.scenario_id,
        strategies.strategy,
        products.seller_id

),

positioned as (

    select
        *,
        sum(count_products) over lists as all_products,
        sum(count_buyers_30d) over lists as all_buyers,
        sum(count_shown) over lists as all_shown,
        count(*) over lists as count_sellers,
        row_number() over (
            partition by fold_id, scenario_id, strategy
            order by count_shown asc nulls last, seller_id asc nulls last
        ) as position
    from summed
    window lists as (partition by fold_id, scenario_id, strategy)

),

concentrated as (

    select
        fold_id,
        scenario_id,
        strategy,
        {{ aisle.gini(
            'sum(position * count_shown)', 'sum(count_shown)', 'max(count_sellers)'
        ) }} as gini
    from positioned
    group by fold_id, scenario_id, strategy

),

final as (

    select
        positioned.fold_id,
        folds.fold_role,
        positioned.scenario_id,
        positioned.strategy,
        positioned.seller_id,
        cast(positioned.count_products as bigint) as count_products,
        cast(positioned.count_shown as bigint) as count_shown,
        cast(
            positioned.count_products
            / nullif(cast(positioned.all_products as double), 0) as double
        ) as catalogue_share,
        cast(
            positioned.count_buyers_30d
            / nullif(cast(positioned.all_buyers as double), 0) as double
        ) as buyers_share,
        cast(
            positioned.count_shown / nullif(cast(positioned.all_shown as double), 0)
            as double
        ) as exposure_share,
        cast(concentrated.gini as double) as gini
    from positioned
    inner join folds
        on positioned.fold_id = folds.fold_id
    inner join concentrated
        on
            positioned.fold_id = concentrated.fold_id
            and positioned.scenario_id = concentrated.scenario_id
            and positioned.strategy = concentrated.strategy

)

select * from final
