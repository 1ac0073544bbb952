{#- Files of several releases; a history of before lists were kept has none. -#}
{%- set path = aisle.history_files('int_monitoring__served_lists') -%}

with

customers as (

    select * from {{ ref('input_customers') }}

),

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

-- Who has left or withdrawn consent since is in no list any more.
final as (

    select
        source_rows.release_id,
        source_rows.evaluated_release_id,
        source_rows.customer_id,
        source_rows.product_id,
        source_rows.slot,
        source_rows.promised_precision,
        source_rows.promised_precision_error,
        source_rows.promised_hit_rate,
        source_rows.promised_hit_rate_error,
        source_rows.promised_ndcg,
        source_rows.promised_ndcg_error,
        source_rows.as_of,
        source_rows.evaluated_as_of
    from source_rows
    semi join customers
        on source_rows.customer_id = customers.customer_id

)

select * from final
