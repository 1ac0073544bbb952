{%- set keys = ['subject', 'feature', 'segment_type', 'segment'] -%}
{%- set group = keys | join(', ') -%}
{#- Half a row in every bin: an empty bin would make the index infinite. -#}
{%- set smoothing = 0.5 -%}

with

reference_bins as (

    select * from {{ aisle.of_full_build('int_monitoring__drift_reference') }}

),

current_values as (

    select * from {{ ref('int_monitoring__drift_values') }}
    where fold_id = 'serving'

),

known_categories as (

    select *
    from reference_bins
    where bin like '=%'

),

numeric_bins as (

    select *
    from reference_bins
    where
        bin not like '=%'
        and bin not in ('missing', 'other')

),

reference_groups as (

    select distinct
        reference,
        {{ group }}
    from reference_bins

),

-- What the reference had no bin for at all is `other`: a new category, or the first
-- values of a feature that was missing.
placed as (

    select
        reference_groups.reference,
        {% for key in keys -%}
            reference_groups.{{ key }},
        {% endfor -%}
        case
            when current_values.value is null and current_values.category is null
                then 'missing'
            else coalesce(numeric_bins.bin, known_categories.bin, 'other')
        end as bin,
        current_values.weight
    from reference_groups
    inner join current_values
        on
            {% for key in keys -%}
                reference_groups.{{ key }} = current_values.{{ key }}
                {%- if not loop.last %} and{% endif %}
            {% endfor %}
    left join numeric_bins
        on
            reference_groups.reference = numeric_bins.reference
            {% for key in keys -%}
                and reference_groups.{{ key }} = numeric_bins.{{ key }}
            {% endfor -%}
            and current_values.value is not null
            and coalesce(current_values.value > numeric_bins.bin_low, true)
            and coalesce(current_values.value <= numeric_bins.bin_high, true)
    left join known_categories
        on
            reference_groups.reference = known_categories.reference
            {% for key in keys -%}
                and reference_groups.{{ key }} = known_categories.{{ key }}
            {% endfor -%}
            and known_categories.bin = concat_ws('', '=', current_values.category)

),

counted as (

    select
        reference,
        {{ group }},
        bin,
        count(*) as count_rows,
        {{ aisle.exact_sum('weight') }} as weight
    from placed
    group by reference, {{ group }}, bin

),

joined as (

    select
        reference_bins.reference,
        {% for key in keys -%}
            reference_bins.{{ key }},
        {% endfor -%}
        reference_bins.bin,
        reference_bins.bin_low,
        reference_bins.bin_high,
        reference_bins.weight as reference_weight,
        coalesce(counted.weight, 0) as current_weight,
        reference_bins.count_reference,
        reference_bins.effective_reference,
        coalesce(counted.count_rows, 0) as count_rows,
        reference_bins.cutoff_at
    from reference_bins
    left join counted
        on
            reference_bins.reference = counted.reference
            {% for key in keys -%}
                and reference_bins.{{ key }} = counted.{{ key }}
            {% endfor -%}
            and reference_bins.bin = counted.bin

),

-- A bin that neither has, such as that of missing values, is none.
used as (

    select
        *,
        count(*) over (partition by reference, {{ group }}) as count_bins,
        sum({{ aisle.exact_decimal('reference_weight') }}) over (
            partition by reference, {{ group }}
        ) as reference_total,
        sum({{ aisle.exact_decimal('current_weight') }}) over (
            partition by reference, {{ group }}
        ) as current_total,
        sum(count_rows) over (partition by reference, {{ group }}) as count_current
    from joined
    where
        reference_weight > 0
        or current_weight > 0

),

rated as (

    select
        *,
        (reference_weight + {{ smoothing }})
        / (cast(reference_total as double) + {{ smoothing }} * count_bins)
            as reference_rate,
        (current_weight + {{ smoothing }})
        / (cast(current_total as double) + {{ smoothing }} * count_bins)
            as current_rate
    from used

),

final as (

    select
        reference,
        {{ group }},
        bin,
        bin_low,
        bin_high,
        reference_rate,
        current_rate,
        round(
            (current_rate - reference_rate) * ln(current_rate / reference_rate), 9
        ) as contribution,
        cast(count_bins as bigint) as count_bins,
        count_reference,
        effective_reference,
        cast(count_current as bigint) as count_current,
        cutoff_at
    from rated

)

select * from final
