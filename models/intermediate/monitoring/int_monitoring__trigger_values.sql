{#- All since the present model was fitted: what was so before is in it. -#}
with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

customers as (

    select * from {{ ref('int_folds__customers') }}
    where fold_id = 'serving'

),

drift as (

    select * from {{ ref('drift') }}
    where
        reference = 'fitted'
        and segment_type = 'all'

),

quality as (

    select * from {{ ref('release_quality') }}
    where
        source = 'served'
        and metric = 'ndcg'
        and verdict in ('below promise', 'above promise', 'as promised')

),

fits as (

    select
        release.evaluated_release_id,
        coalesce(release.full_as_of, folds.cutoff_at) as fitted_at,
        folds.cutoff_at
    from release
    cross join folds

),

catalogue as (

    select
        products.is_sellable,
        {{ aisle.has_come('products', 'fits.fitted_at') }} as is_new,
        {{ aisle.has_gone('products', 'fits.fitted_at', 'fits.cutoff_at') }} as is_gone
    from products
    cross join fits

),

catalogue_counted as (

    select
        count(case when is_sellable and is_new then 1 end) as count_new,
        count(case when is_gone then 1 end) as count_gone,
        count(case when is_sellable then 1 end) as count_sellable,
        count(case when is_gone or (is_sellable and not is_new) then 1 end)
            as count_before
    from catalogue

),

customers_counted as (

    select
        count(case when customers.first_event_at >= fits.fitted_at then 1 end)
            as count_new,
        count(*) as count_active
    from customers
    cross join fits
    where
        customers.last_event_at >= {{ aisle.add_days('fits.cutoff_at', -30) }}

),

-- The worst of those beyond chance; of none such the worst.
ranked_drift as (

    select
        concat_ws(' ', subject, feature) as detail,
        psi,
        coalesce(psi > noise_limit, false) as is_certain,
        largest_change,
        row_number() over (
            order by
                case when psi > noise_limit then 0 else 1 end asc nulls last,
                psi desc,
                subject asc nulls last,
                feature asc nulls last
        ) as position
    from drift

),

-- The latest lists of this model that have had any of their time, and the longest of
-- it.
ranked_quality as (

    select
        quality.horizon,
        quality.loss,
        coalesce(quality.difference_ci_high < 0, false) as is_lost,
        coalesce(quality.difference_ci_low > 0, false) as is_won,
        quality.value,
        quality.promised,
        row_number() over (
            order by
                case when quality.horizon = 'holdout' then 0 else 1 end asc nulls last,
                quality.listed_at desc,
                quality.horizon desc,
                quality.release_id asc nulls last
        ) as position
    from quality
    inner join fits
        on quality.evaluated_release_id = fits.evaluated_release_id

),

final as (

    select
        'model_age' as trigger_id,
        {{ aisle.elapsed_days('fitted_at', 'cutoff_at') }} as value,
        true as is_certain,
        cast(null as {{ dbt.type_string() }}) as detail
    from fits
    union all
    select
        'drift' as trigger_id,
        psi as value,
        is_certain,
        concat_ws('', detail, ', ', largest_change) as detail
    from ranked_drift
    where position = 1
    union all
    select
        'quality_loss' as trigger_id,
        loss as value,
        is_lost as is_certain,
        concat_ws(
            '',
            'NDCG@10 ',
            {{ aisle.number_text('value', 3) }},
            ', promised ',
            {{ aisle.number_text('promised', 3) }},
            ', ',
            replace(horizon, '_', ' '),
            case
                when is_lost then ', less beyond chance'
                when is_won then ', more beyond chance'
                else ', within chance'
            end
        ) as detail
    from ranked_quality
    where position = 1
    union all
    select
        'new_product_rate' as trigger_id,
        cast(count_new as double) / count_sellable as value,
        true as is_certain,
        concat_ws(
            ' ',
            cast(count_new as {{ dbt.type_string() }}),
            'of',
            cast(count_sellable as {{ dbt.type_string() }}),
            'products'
        ) as detail
    from catalogue_counted
    where count_sellable > 0
    union all
    select
        'catalogue_change' as trigger_id,
        cast(count_new + count_gone as double) / count_before as value,
        true as is_certain,
        concat_ws(
            '',
            cast(count_new as {{ dbt.type_string() }}),
            ' came and ',
            cast(count_gone as {{ dbt.type_string() }}),
            ' went of ',
            cast(count_before as {{ dbt.type_string() }})
        ) as detail
    from catalogue_counted
    where count_before > 0
    union all
    select
        'new_customer_rate' as trigger_id,
        cast(count_new as double) / count_active as value,
        true as is_certain,
        concat_ws(
            ' ',
            cast(count_new as {{ dbt.type_string() }}),
            'of',
            cast(count_active as {{ dbt.type_string() }}),
            'customers'
        ) as detail
    from customers_counted
    where count_active > 0

)

select * from final
