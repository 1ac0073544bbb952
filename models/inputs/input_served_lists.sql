{#- Files of several releases; a history of before lists were kept has none. -#}
{%- set path = aisle.history_files('int_monitoring__served_lists') -%}

with

source_rows as (

    {% if execute and var('release_history') and aisle.list_files(path) -%}
        select * from {{ aisle.read_file(path) }}
    {%- else -%}
        select
            {% for name in [
                'release_id', 'evaluated_release_id', 'customer_id', 'product_id',
            ] -%}
                cast(null as {{ dbt.type_string() }}) as {{ name }},
            {% endfor -%}
            cast(null as integer) as slot,
            {% for metric in ['precision', 'hit_rate', 'ndcg'] -%}
                cast(null as double) as promised_{{ metric }},
                cast(null as double) as promised_{{ metric }}_error,
            {% endfor -%}
            cast(null as timestamp) as as_of,
            cast(null as timestamp) as evaluated_as_of
        where false
    {%- endif %}

),

final as (

    select
        release_id,
        evaluated_release_id,
        customer_id,
        product_id,
        slot,
        promised_precision,
        promised_precision_error,
        promised_hit_rate,
        promised_hit_rate_error,
        promised_ndcg,
        promised_ndcg_error,
        as_of,
        evaluated_as_of
    from source_rows

)

select * from final
