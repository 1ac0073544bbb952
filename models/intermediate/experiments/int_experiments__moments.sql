{#- Sums are all that means, ratios, CUPED and looks by the day need, so that the units
    are read once. -#}
{%- set segments = {'all': "'all'", 'history': 'history'} -%}
{%- set scale = 4 -%}

with

outcomes as (

    select * from {{ ref('int_experiments__outcomes') }}

),

final as (

    {% for segment_type, segment in segments.items() -%}
        {%- set outer_loop = loop -%}
        {%- set metrics = aisle.experiment_metrics() -%}
        {%- if segment_type != 'all' -%}
            {%- set metrics = metrics | selectattr('is_headline') | list -%}
        {%- endif -%}
        {%- for metric in metrics %}
            {%- set y = metric.numerator -%}
            {%- set d = metric.denominator or '1' -%}
            {%- set x = metric.covariate or 'null' -%}
            select
                experiment_id,
                basis,
                '{{ segment_type }}' as segment_type,
                {{ segment }} as segment,
                variant,
                '{{ metric.name }}' as metric,
                count(*) as count_customers,
                sum(count_orders) as count_orders,
                {{ aisle.exact_sum(y, scale) }} as total,
                {{ aisle.exact_wide_sum(y ~ ' * ' ~ y) }} as squares,
                {{ aisle.exact_sum(d, scale) }} as denominator_total,
                {{ aisle.exact_wide_sum(d ~ ' * ' ~ d) }} as denominator_squares,
                {{ aisle.exact_wide_sum(y ~ ' * ' ~ d) }} as cross_total,
                {{ aisle.exact_sum(x, scale) }} as covariate_total,
                {{ aisle.exact_wide_sum(x ~ ' * ' ~ x) }} as covariate_squares,
                {{ aisle.exact_wide_sum(x ~ ' * ' ~ y) }} as covariate_cross,
                count(case when is_new then 1 end) as count_new,
                coalesce(
                    {{ aisle.exact_sum('case when is_new then ' ~ y ~ ' end', scale) }},
                    0
                ) as new_total,
                entered_on
            from outcomes
            group by
                experiment_id,
                basis,
                {% if segment_type != 'all' %}{{ segment }},{% endif %}
                variant,
                entered_on
            having count({{ y }}) > 0
            {% if not (loop.last and outer_loop.last) -%}
                union all
            {% endif -%}
        {% endfor -%}
    {% endfor %}

)

select * from final
