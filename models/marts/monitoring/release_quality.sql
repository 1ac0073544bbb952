{%- set metrics = ['precision', 'hit_rate', 'ndcg'] -%}

with

lists as (

    select * from {{ ref('int_monitoring__past_lists') }}

),

outcomes as (

    select * from {{ ref('int_monitoring__list_outcomes') }}

),

current_lists as (

    select * from {{ ref('int_monitoring__served_lists') }}

),

promises as (

    select * from {{ aisle.of_full_build('int_monitoring__promises') }}

),

checks as (

    select * from {{ ref('int_monitoring__checks') }}
    where check_id = 'quality_below_promise'

),

-- Null, and nothing is judged, where the check was taken out.
thresholds as (

    select max(threshold) as threshold
    from checks

),

current_releases as (

    select
        release_id,
        evaluated_release_id,
        as_of,
        count(distinct customer_id) as count_lists
    from current_lists
    group by release_id, evaluated_release_id, as_of

),

past_releases as (

    select
        source,
        release_id,
        evaluated_release_id,
        {% for metric in metrics -%}
            max(promised_{{ metric }}) as promised_{{ metric }},
            max(promised_{{ metric }}_error) as promised_{{ metric }}_error,
        {% endfor -%}
        min(listed_at) as listed_at,
        count(distinct customer_id) as count_lists
    from lists
    group by source, release_id, evaluated_release_id

),

summed as (

    select
        source,
        release_id,
        horizon,
        {% for metric in metrics -%}
            {{ aisle.error_sums(metric, metric) }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from outcomes
    group by source, release_id, horizon

),

measured as (

    {% for metric in metrics -%}
        select
            source,
            release_id,
            horizon,
            '{{ metric }}' as metric,
            total_{{ metric }} / nullif(count_{{ metric }}, 0) as value,
            {{ aisle.standard_error(
                'count_' ~ metric, 'total_' ~ metric, 'squares_' ~ metric
            ) }} as standard_error,
            count_{{ metric }} as count_customers
        from summed
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- By week only the present model's promise is known.
past as (

    select
        measured.source,
        measured.release_id,
        past_releases.evaluated_release_id,
        measured.horizon,
        measured.metric,
        measured.value,
        measured.standard_error,
        case
            when measured.horizon != 'holdout' then promises.value
            {% for metric in metrics -%}
                when measured.metric = '{{ metric }}'
                    then past_releases.promised_{{ metric }}
            {% endfor -%}
        end as promised,
        case
            when measured.horizon != 'holdout' then promises.standard_error
            {% for metric in metrics -%}
                when measured.metric = '{{ metric }}'
                    then past_releases.promised_{{ metric }}_error
            {% endfor -%}
        end as promised_error,
        measured.count_customers,
        past_releases.count_lists,
        past_releases.listed_at
    from measured
    inner join past_releases
        on
            measured.source = past_releases.source
            and measured.release_id = past_releases.release_id
    left join current_releases
        on past_releases.evaluated_release_id = current_releases.evaluated_release_id
    left join promises
        on
            current_releases.evaluated_release_id is not null
            and measured.horizon = promises.horizon
            and measured.metric = promises.metric

),

-- What is served now is listed with what it promises.
present as (

    select
        'served' as source,
        current_releases.release_id,
        current_releases.evaluated_release_id,
        promises.horizon,
        promises.metric,
        cast(null as double) as value,
        cast(null as double) as standard_error,
        promises.value as promised,
        promises.standard_error as promised_error,
        0 as count_customers,
        current_releases.count_lists,
        current_releases.as_of as listed_at
    from current_releases
    cross join promises

),

compared as (

    select * from past
    union all
    select * from present

),

judged as (

    select
        compared.*,
        1 - compared.value / nullif(compared.promised, 0) as loss,
        compared.value - compared.promised as difference,
        {{ aisle.normal_quantile() }} * sqrt(
            compared.standard_error * compared.standard_error
            + coalesce(compared.promised_error * compared.promised_error, 0)
        ) as half_width,
        thresholds.threshold
    from compared
    cross join thresholds

),

final as (

    select
        source,
        release_id,
        evaluated_release_id,
        horizon,
        metric,
        case
            when value is null then 'not matured'
            when promised is null then 'no promise known'
            when count_customers < {{ aisle.checked_var('cohort_min_customers') }}
                then 'too few customers'
            when loss > threshold and difference + half_width < 0 then 'below promise'
            when difference - half_width > 0 then 'above promise'
            else 'as promised'
        end as verdict,
        cast(value as double) as value,
        {{ aisle.interval('value', 'standard_error') }},
        cast(promised as double) as promised,
        cast(loss as double) as loss,
        cast(difference - half_width as double) as difference_ci_low,
        cast(difference + half_width as double) as difference_ci_high,
        cast(count_customers as bigint) as count_customers,
        cast(count_lists as bigint) as count_lists,
        listed_at
    from judged

)

select * from final
