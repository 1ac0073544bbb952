with

exposure as (

    select * from {{ ref('int_evaluation__exposure') }}

),

products as (

    select * from {{ ref('int_features__products') }}
    where is_sellable

),

catalogue as (

    select
        fold_id,
        count(*) as count_products
    from products
    group by fold_id

),

positioned as (

    select
        exposure.*,
        catalogue.count_products,
        count(*) over (
            partition by
                exposure.fold_id,
                exposure.scenario_id,
                exposure.strategy,
                exposure.task,
                exposure.replicate
        ) as count_shown_products,
        row_number() over (
            partition by
                exposure.fold_id,
                exposure.scenario_id,
                exposure.strategy,
                exposure.task,
                exposure.replicate
            order by exposure.count_shown asc nulls last, exposure.product_key asc
        ) as position
    from exposure
    inner join catalogue
        on exposure.fold_id = catalogue.fold_id

),

final as (

    select
        fold_id,
        scenario_id,
        strategy,
        task,
        replicate,
        max(count_shown_products) as count_shown_products,
        max(count_products) as count_products,
        {{ aisle.coverage('max(count_shown_products)', 'max(count_products)') }}
            as coverage,
        {{ aisle.gini(
            'sum((count_products - count_shown_products + position) * count_shown)',
            'sum(count_shown)',
            'max(count_products)'
        ) }} as gini
    from positioned
    group by fold_id, scenario_id, strategy, task, replicate

)

select * from final
