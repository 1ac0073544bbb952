{%- set keys = ['fold_id', 'subject', 'feature', 'segment_type', 'segment'] -%}
{%- set group = keys | join(', ') -%}

with

values_seen as (

    select * from {{ ref('int_monitoring__drift_values') }}

),

folds as (

    select * from {{ ref('folds') }}

),

-- Equal values stay in one bin: the decile is that of the middle of them, so that what
-- lies above many has a bin too.
placed as (

    select
        *,
        sum({{ aisle.exact_decimal('weight') }}) over (
            partition by {{ group }}
            order by value asc
        ) as weight_so_far,
        sum({{ aisle.exact_decimal('weight') }}) over (
            partition by {{ group }}, value
        ) as weight_of_value,
        sum({{ aisle.exact_decimal('weight') }}) over (
            partition by {{ group }}
        ) as weight_in_all
    from values_seen
    where value is not null

),

deciles as (

    select
        {{ group }},
        value,
        weight,
        ceil(
            10 * (
                cast(weight_so_far as double) - cast(weight_of_value as double) / 2
            ) / cast(weight_in_all as double)
        ) as decile
    from placed

),

numeric_bins as (

    select
        {{ group }},
        decile,
        max(value) as bin_high,
        {{ aisle.exact_sum('weight') }} as weight,
        count(*) as count_rows
    from deciles
    group by {{ group }}, decile

),

numbered as (

    select
        *,
        row_number() over (
            partition by {{ group }}
            order by decile asc nulls last
        ) as position,
        lag(bin_high) over (
            partition by {{ group }}
            order by decile asc nulls last
        ) as bin_low,
        count(*) over (partition by {{ group }}) as count_bins
    from numeric_bins

),

-- The outer bins are open: a value below or above all of the reference has a bin too.
bounded as (

    select
        {{ group }},
        position,
        bin_low,
        case when position < count_bins then bin_high end as bin_high,
        weight,
        count_rows
    from numbered

),

categories as (

    select
        {{ group }},
        category,
        {{ aisle.exact_sum('weight') }} as weight,
        count(*) as count_rows
    from values_seen
    where category is not null
    group by {{ group }}, category

),

ranked_categories as (

    select
        *,
        row_number() over (
            partition by {{ group }}
            order by count_rows desc, category asc
        ) as position
    from categories

),

missing as (

    select
        {{ group }},
        {{ aisle.exact_sum(
            'case when value is null and category is null then weight else 0 end'
        ) }} as weight,
        count(case when value is null and category is null then 1 end) as count_rows
    from values_seen
    group by {{ group }}

),

-- Beyond twenty categories, and for what the reference does not know, one bin.
counted_other as (

    select
        {{ group }},
        {{ aisle.exact_sum('weight') }} as weight,
        sum(count_rows) as count_rows
    from ranked_categories
    where position > 20
    group by {{ group }}

),

other as (

    select
        {% for key in keys -%}
            missing.{{ key }},
        {% endfor -%}
        coalesce(counted_other.weight, 0) as weight,
        coalesce(counted_other.count_rows, 0) as count_rows
    from missing
    left join counted_other
        on
            {% for key in keys -%}
                missing.{{ key }} = counted_other.{{ key }}
                {%- if not loop.last %} and{% endif %}
            {% endfor %}

),

bins as (

    select
        {{ group }},
        cast(position as {{ dbt.type_string() }}) as bin,
        bin_low,
        bin_high,
        weight,
        count_rows
    from bounded
    union all
    select
        {{ group }},
        concat_ws('', '=', category) as bin,
        cast(null as double) as bin_low,
        cast(null as double) as bin_high,
        weight,
        count_rows
    from ranked_categories
    where position <= 20
    union all
    select
        {{ group }},
        'other' as bin,
        cast(null as double) as bin_low,
        cast(null as double) as bin_high,
        weight,
        count_rows
    from other
    union all
    select
        {{ group }},
        'missing' as bin,
        cast(null as double) as bin_low,
        cast(null as double) as bin_high,
        weight,
        count_rows
    from missing

),

-- Rows of unequal weight tell less than as many equal ones: Kish, 1965.
sizes as (

    select
        {{ group }},
        count(*) as count_rows,
        {{ aisle.exact_sum('weight') }} * {{ aisle.exact_sum('weight') }}
        / {{ aisle.exact_sum('weight * weight') }} as effective_rows
    from values_seen
    group by {{ group }}

),

final as (

    select
        case folds.fold_role when 'serving' then 'fitted' else 'tested' end
            as reference,
        bins.subject,
        bins.feature,
        bins.segment_type,
        bins.segment,
        bins.bin,
        bins.bin_low,
        bins.bin_high,
        bins.weight,
        cast(bins.count_rows as bigint) as count_rows,
        cast(sizes.count_rows as bigint) as count_reference,
        sizes.effective_rows as effective_reference,
        folds.cutoff_at
    from bins
    inner join sizes
        on
            bins.fold_id = sizes.fold_id
            and bins.subject = sizes.subject
            and bins.feature = sizes.feature
            and bins.segment_type = sizes.segment_type
            and bins.segment = sizes.segment
    inner join folds
        on bins.fold_id = folds.fold_id

)

select * from final
