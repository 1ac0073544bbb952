{# The CTEs `levels` to `ranked`: of each fold's `key` the `depth` rows of `relation` with
   the largest `figure`, 0 to 1, and some behind them, with their `rank`; ties end in
   `neighbour_key`. The nearest are in the first few levels of the figure, and to count by
   level is cheaper than to sort a thousand neighbours. #}
{% macro nearest(relation, key, figure, depth) -%}
levels as (

    select
        fold_key,
        {{ key }},
        floor(1000 * {{ figure }}) as level,
        count(*) as count_neighbours
    from {{ relation }}
    group by fold_key, {{ key }}, floor(1000 * {{ figure }})

),

levels_above as (

    select
        fold_key,
        {{ key }},
        level,
        sum(count_neighbours) over (
            partition by fold_key, {{ key }}
            order by level desc
        ) - count_neighbours as count_nearer
    from levels

),

lowest_levels as (

    select
        fold_key,
        {{ key }},
        min(level) as level
    from levels_above
    where count_nearer < {{ depth }}
    group by fold_key, {{ key }}

),

ranked as (

    select
        {{ relation }}.*,
        row_number() over (
            partition by {{ relation }}.fold_key, {{ relation }}.{{ key }}
            order by {{ relation }}.{{ figure }} desc, {{ relation }}.neighbour_key asc
        ) as rank
    from {{ relation }}
    inner join lowest_levels
        on
            {{ relation }}.fold_key = lowest_levels.fold_key
            and {{ relation }}.{{ key }} = lowest_levels.{{ key }}
            and 1000 * {{ relation }}.{{ figure }} >= lowest_levels.level

)
{%- endmacro %}
