{%- set shelves = aisle.shelves() -%}

with

gains as (

    select * from {{ ref('int_ranking__strategy_gains') }}

),

placements as (

    {% for placement in shelves -%}
        select '{{ placement }}' as placement
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- The simplest that is not worse than the best by more than one percent of it.
contenders as (

    select
        *,
        row_number() over (
            partition by placement
            order by level asc, gain desc, strategy asc
        ) as position
    from gains
    where ci_low >= -0.01 * best_ndcg

),

final as (

    select
        placements.placement,
        {% if var('live_strategy') == 'champion' -%}
            coalesce(contenders.strategy, 'blend') as strategy,
        {%- else -%}
            case
                when placements.placement = 'home' then '{{ var("live_strategy") }}'
                else coalesce(contenders.strategy, 'blend')
            end as strategy,
        {%- endif %}
        contenders.strategy as champion_strategy,
        case
            when
                placements.placement = 'home'
                and {{ var('live_strategy') != 'champion' }}
                then 'set by the var live_strategy'
            when contenders.strategy is null
                then 'too few customers to compare strategies by'
            when contenders.strategy = contenders.best_strategy
                then 'the best, and none that is simpler comes within 1 % of it'
            else 'the simplest of those within 1 % of the best'
        end as reason
    from placements
    left join contenders
        on
            placements.placement = contenders.placement
            and contenders.position = 1

)

select * from final
