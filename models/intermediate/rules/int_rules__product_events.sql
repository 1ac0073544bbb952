{#- A product with as many is as much itself as it is one of the shop's. -#}
{%- set prior_purchases = 20 -%}
{%- set prior_impressions = 100 -%}

with

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        interaction_type in ('purchase', 'return', 'complaint')
        and unseen_customer_key is null

),

counted as (

    select
        fold_id,
        product_key,
        cast(count(case when interaction_type = 'purchase' then 1 end) as double)
            as count_purchases,
        count(case when interaction_type = 'return' then 1 end) as count_returns,
        count(case when interaction_type = 'complaint' then 1 end) as count_complaints,
        {{ aisle.exact_sum("""case
            when age_days > 30 then 0
            when interaction_type = 'purchase' then quantity
            when interaction_type = 'return' then -quantity
        end""") }} as units_sold_30d
    from interactions
    group by fold_id, product_key

),

shops as (

    select
        fold_id,
        sum(count_returns + count_complaints) / nullif(sum(count_purchases), 0)
            as trouble_rate
    from counted
    group by fold_id

),

impressions as (

    select
        fold_id,
        product_key,
        count(*) as count_impressions,
        count(case when is_clicked then 1 end) as count_clicks
    from {{ ref('int_folds__impressions') }}
    group by fold_id, product_key

),

known as (

    select
        fold_id,
        product_key
    from counted
    union
    select
        fold_id,
        product_key
    from impressions

),

shown_shops as (

    select
        fold_id,
        sum(count_clicks) / cast(sum(count_impressions) as double) as click_rate
    from impressions
    group by fold_id

),

-- Few purchases or impressions say little: rates are drawn towards that of the shop.
final as (

    select
        known.fold_id,
        known.product_key,
        counted.units_sold_30d,
        counted.count_returns / nullif(counted.count_purchases, 0) as return_rate,
        counted.count_complaints / nullif(counted.count_purchases, 0)
            as complaint_rate,
        1 - least(
            (
                coalesce(counted.count_returns + counted.count_complaints, 0)
                + {{ prior_purchases }} * coalesce(shops.trouble_rate, 0)
            ) / (coalesce(counted.count_purchases, 0) + {{ prior_purchases }}),
            0.99e0
        ) as satisfaction,
        (
            coalesce(impressions.count_clicks, 0)
            + {{ prior_impressions }} * shown_shops.click_rate
        ) / (coalesce(impressions.count_impressions, 0) + {{ prior_impressions }})
            as engagement
    from known
    left join counted
        on
            known.fold_id = counted.fold_id
            and known.product_key = counted.product_key
    left join shops
        on known.fold_id = shops.fold_id
    left join impressions
        on
            known.fold_id = impressions.fold_id
            and known.product_key = impressions.product_key
    left join shown_shops
        on known.fold_id = shown_shops.fold_id

)

select * from final
