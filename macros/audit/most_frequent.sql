{# The CTE `summed`, and the one before it: of a CTE with `example, count_rows` the rows in
   all and the five examples of most of them; no row where there is none. #}
{% macro most_frequent(found) -%}
ranked as (

    select
        *,
        row_number() over (order by count_rows desc, example asc) as position
    from {{ found }}

),

summed as (

    select
        cast(sum(count_rows) as bigint) as count_rows,
        {{ aisle.string_list('case when position <= 5 then example end') }} as examples
    from ranked
    having count(*) > 0

)
{%- endmacro %}
