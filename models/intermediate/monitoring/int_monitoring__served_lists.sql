with

lists as (

    select * from {{ ref('customer_recommendations') }}

),

release as (

    select * from {{ ref('int_releases__identity') }}

),

as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

promises as (

    select * from {{ aisle.of_full_build('int_monitoring__promises') }}
    where horizon = 'holdout'

),

-- One row too where nothing was measured.
promised as (

    select
        {% for metric in ['precision', 'hit_rate', 'ndcg'] -%}
            max(case when metric = '{{ metric }}' then value end)
                as promised_{{ metric }},
            max(case when metric = '{{ metric }}' then standard_error end)
                as promised_{{ metric }}_error
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from promises

),

-- What is the same in every row takes no room in a file of columns.
final as (

    select
        release.release_id,
        release.evaluated_release_id,
        lists.customer_id,
        lists.product_id,
        lists.slot,
        promised.promised_precision,
        promised.promised_precision_error,
        promised.promised_hit_rate,
        promised.promised_hit_rate_error,
        promised.promised_ndcg,
        promised.promised_ndcg_error,
        as_of.as_of,
        coalesce(release.full_as_of, as_of.as_of) as evaluated_as_of
    from lists
    cross join release
    cross join as_of
    cross join promised
    where lists.slot <= 10

)

select * from final
