{#- What a list can have more or fewer of: which impressions it is about, what is
    expected of them and of the others, and which of all count. -#}
{%- set contrasts = {
    'discovery_share': {
        'is_subject': 'is_discovery', 'expected': '1', 'where': 'has_discoveries',
    },
    'diversity': {
        'is_subject': 'is_new_category', 'expected': 'expected_clicks',
        'where': 'is_new_category is not null',
    },
} -%}

with

exposures as (

    select * from {{ ref('int_fatigue__exposures') }}
    where fold_id = 'serving'

),

products as (

    select * from {{ ref('int_folds__products') }}
    where fold_id = 'serving'

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}
    where fold_id = 'serving'

),

following as (

    select
        *,
        lag(served_at) over (
            partition by customer_id, placement
            order by served_at asc nulls last, impression_id asc
        ) as previous_served_at
    from exposures

),

-- The slots of one list may be logged one after the other.
listed as (

    select
        *,
        sum(
            case
                when {{ aisle.shown_together('previous_served_at', 'served_at') }}
                    then 0
                else 1
            end
        ) over (
            partition by customer_id, placement
            order by served_at asc nulls last, impression_id asc
            rows between unbounded preceding and current row
        ) as list_number
    from following

),

-- What stands above it in the list that was shown with it.
placed as (

    select
        listed.customer_id,
        listed.position,
        listed.slot,
        listed.is_discovery,
        listed.is_clicked,
        max(case when listed.is_discovery then 1 else 0 end) over (
            partition by listed.placement, listed.position_group
        ) = 1 as has_discoveries,
        case
            when listed.slot is not null and products.category != 'unknown'
                then
                    row_number() over (
                        partition by
                            listed.customer_id,
                            listed.placement,
                            listed.list_number,
                            products.category
                        order by
                            listed.slot asc nulls last,
                            listed.product_id asc,
                            listed.impression_id asc
                    ) = 1
        end as is_new_category
    from listed
    inner join products
        on listed.product_id = products.product_id

),

expected as (

    select
        placed.*,
        coalesce(segments.rfm_segment, 'unknown') as segment,
        count(case when placed.is_clicked then 1 end) over (
            partition by placed.position
        ) / cast(
            count(*) over (partition by placed.position) as double
        ) as expected_clicks
    from placed
    left join segments
        on placed.customer_id = segments.customer_id

),

final as (

    {% for setting, contrast in contrasts.items() -%}
        {% for segment in ["'all'", 'segment'] -%}
            select
                '{{ setting }}' as setting,
                {{ segment }} as segment,
                customer_id,
                {% for side in ['', 'not '] -%}
                    {%- set name = 'subject' if side == '' else 'other' -%}
                    {%- set chosen = 'case when ' ~ side ~ contrast.is_subject -%}
                    count({{ chosen }} then 1 end) as {{ name }}_impressions,
                    count({{ chosen }} and is_clicked then 1 end) as {{ name }}_clicks,
                    coalesce({{ aisle.exact_sum(
                        chosen ~ ' then ' ~ contrast.expected ~ ' end', 9
                    ) }}, 0) as {{ name }}_expected
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
            from expected
            where {{ contrast.where }}
            group by {{ "segment, " if segment == 'segment' }}customer_id
            {% if not loop.last -%}
                union all
            {% endif -%}
        {% endfor -%}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

)

select * from final
