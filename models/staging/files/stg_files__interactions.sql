{{ config(
    materialized='table',
    enabled=var('connector') == 'files',
    pre_hook='{{ aisle.forget_release() }}'
) }}

{%- set again_from = aisle.read_again_from() -%}
{#- As `typed_input` reads it. -#}
{%- set time = aisle.trimmed('cast(occurred_at as ' ~ dbt.type_string() ~ ')') %}

with

source_rows as (

    select * from {{ aisle.file_relation('interactions') }}
    {% if again_from -%}
        where
            coalesce(
                {{ aisle.readable_value('nullif(' ~ time ~ ", '')", 'timestamp') }}
                >= {{ again_from }},
                true
            )
    {%- endif %}

),

{{ aisle.typed_input('interactions', 'source_rows', 'files') }},

{% if again_from -%}
    -- Whatever the source says now of the time since, it replaces: late and corrected
    -- rows come in once, withdrawn rows go. Rows without a time are read again, too.
    earlier_rows as (

        select * from {{ this }}
        where occurred_at < {{ again_from }}

    ),

{% endif -%}
final as (

    select
        {{ aisle.staged_columns('interactions') }},
        false as is_non_product,
        false as is_stock_write_off
    from typed
    {% if again_from -%}
        union all
        select
            {{ aisle.staged_columns('interactions') }},
            is_non_product,
            is_stock_write_off
        from earlier_rows
    {%- endif %}

)

select * from final
