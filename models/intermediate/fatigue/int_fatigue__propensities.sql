{#- What is known of a few impressions alone says little: so many clicks as expected
    stand beside those of each customer and product. -#}
{%- set prior = 1 -%}

with

exposures as (

    select * from {{ ref('int_fatigue__exposures') }}
    where is_first_exposure

),

-- What a place does to clicks is no merit of who saw it there, or what was there.
expected as (

    select
        fold_id,
        customer_id,
        product_id,
        case when is_first_click then 1 else 0 end as is_click,
        count(case when is_first_click then 1 end) over (
            partition by fold_id, position
        ) / cast(
            count(*) over (partition by fold_id, position) as double
        ) as expected_clicks
    from exposures

),

summed as (

    select
        *,
        sum(is_click) over (partition by fold_id, customer_id) as customer_clicks,
        sum(is_click) over (partition by fold_id, product_id) as product_clicks,
        cast(
            sum({{ aisle.exact_decimal('expected_clicks') }}) over (
                partition by fold_id, customer_id
            ) as double
        ) as customer_expected,
        cast(
            sum({{ aisle.exact_decimal('expected_clicks') }}) over (
                partition by fold_id, product_id
            ) as double
        ) as product_expected
    from expected

),

-- The pair's own click has no say in where it stands: else those who clicked would make
-- up the group of those who click.
factors as (

    select
        fold_id,
        customer_id,
        product_id,
        expected_clicks,
        (customer_clicks - is_click + {{ prior }})
        / (greatest(customer_expected - expected_clicks, 0) + {{ prior }})
        * (product_clicks - is_click + {{ prior }})
        / (greatest(product_expected - expected_clicks, 0) + {{ prior }})
            as click_factor
    from summed

),

final as (

    select
        fold_id,
        customer_id,
        product_id,
        click_factor,
        {{ aisle.quintile('click_factor') }} as propensity_quintile
    from factors

)

select * from final
