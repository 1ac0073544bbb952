{#- Files of several releases; a history of before settings were kept has none. -#}
{%- set path = aisle.history_files('int_releases__settings') -%}

with

source_rows as (

    {% if execute and var('release_history') and aisle.list_files(path) -%}
        select * from {{ aisle.read_file(path) }}
    {%- else -%}
        select
            {% for name in [
                'release_id', 'setting_kind', 'setting_id', 'experiment_id', 'value',
            ] -%}
                cast(null as {{ dbt.type_string() }}) as {{ name }},
            {% endfor -%}
            cast(null as timestamp) as as_of
        where false
    {%- endif %}

),

final as (

    select
        release_id,
        setting_kind,
        setting_id,
        experiment_id,
        value,
        as_of
    from source_rows

)

select * from final
