{%- set inputs = [
    'interactions', 'products', 'customers', 'inventory', 'impressions',
    'experiment_assignments', 'questionnaire_answers', 'earlier_factors',
] -%}
{%- set logged = ['served_lists', 'release_settings'] -%}

with

{% for name in inputs -%}
    {{ name }} as (

        select * from {{ ref('input_' ~ name) }}

    ),

{% endfor -%}
as_of as (

    select * from {{ ref('int_audit__as_of') }}

),

{% for name in logged -%}
    all_{{ name }} as (

        select * from {{ ref('input_' ~ name) }}

    ),

{% endfor -%}
-- What was served from this very moment on tells this release nothing.
{% for name in logged -%}
    {{ name }} as (

        select all_{{ name }}.*
        from all_{{ name }}
        inner join as_of
            on all_{{ name }}.as_of < as_of.as_of

    ),

{% endfor -%}

row_hashes as (

    {% for name in inputs + logged -%}
        select
            '{{ name }}' as input_name,
            md5({{ aisle.row_text(name) }}) as row_hash
        from {{ name }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

-- Sums do not depend on the order of rows, and unlike exclusive or they count repeats.
summed as (

    select
        input_name,
        count(*) as count_rows,
        sum({{ aisle.hash_integer('row_hash', 1) }}) as first_sum,
        sum({{ aisle.hash_integer('row_hash', 9) }}) as second_sum,
        sum({{ aisle.hash_integer('row_hash', 17) }}) as third_sum,
        sum({{ aisle.hash_integer('row_hash', 25) }}) as fourth_sum
    from row_hashes
    group by input_name

),

final as (

    select
        input_name,
        md5(concat_ws(
            '-',
            cast(count_rows as {{ dbt.type_string() }}),
            cast(first_sum as {{ dbt.type_string() }}),
            cast(second_sum as {{ dbt.type_string() }}),
            cast(third_sum as {{ dbt.type_string() }}),
            cast(fourth_sum as {{ dbt.type_string() }})
        )) as rows_hash,
        count_rows
    from summed

)

select * from final
