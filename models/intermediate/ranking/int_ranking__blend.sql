{%- set signals = aisle.blend_signals() -%}
{%- set products = [] -%}
{%- for signal in signals -%}
    {%- do products.append(
        'signals.signal_' ~ signal ~ ' * weights.weight_' ~ signal
    ) -%}
{%- endfor -%}

with

signals as (

    select * from {{ ref('int_ranking__signals') }}

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

weights as (

    select
        segment,
        {% for signal in signals -%}
            coalesce(max(case when signal = '{{ signal }}' then weight end), 0)
                as weight_{{ signal }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from {{ aisle.of_full_build('int_ranking__blend_weights') }}
    group by segment

),

-- The others, and customers without a segment, have the weights of all.
own_weights as (

    select
        segments.fold_id,
        segments.customer_key,
        weights.segment
    from segments
    inner join weights
        on segments.rfm_segment = weights.segment

),

-- Each part is kept, so that the score of any row can be added up again and the largest
-- part says why the product is there.
final as (

    select
        signals.fold_id,
        signals.customer_key,
        signals.product_key,
        {% for signal in signals -%}
            signals.signal_{{ signal }} * weights.weight_{{ signal }}
                as part_{{ signal }},
        {% endfor -%}
        {{ products | join('\n        + ') }} as score
    from signals
    left join own_weights
        on
            signals.fold_id = own_weights.fold_id
            and signals.customer_key = own_weights.customer_key
    inner join weights
        on coalesce(own_weights.segment, 'all') = weights.segment

)

select * from final
