{# The common table expressions that turn raw columns into an input of the contract; the
   last of them, `typed`, has the columns of `staged_columns` and those of `keep`.

   `relation` is a CTE with the raw columns under the contract's names; those not in
   `given` (all, unless told) are null. A cell that is not blank and cannot be read
   becomes null and its column's name goes to `invalid_columns`; the audit judges.
   `source_row_id` needs no order of rows: it numbers those that are alike in the raw
   columns and in those of `hash_too`. #}
{% macro typed_input(input_name, relation, source_system, given=none, keep=[], hash_too=[]) -%}
{%- set columns = aisle.input_contract()[input_name] -%}
{%- set string = dbt.type_string() -%}
cleaned as (

    select
    {%- for column in columns %}
        {%- if given is none or column.name in given %}
        nullif({{ aisle.trimmed('cast(' ~ column.name ~ ' as ' ~ string ~ ')') }}, '')
            as {{ column.name }}
        {%- else %}
        cast(null as {{ string }}) as {{ column.name }}
        {%- endif %}
        {%- if keep or not loop.last %},{% endif %}
    {%- endfor %}
    {%- for name in keep %}
        {{ name }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    from {{ relation }}

),

hashed as (

    select
        *,
        md5(concat_ws(
            chr(31)
            {%- for column in columns if given is none or column.name in given %},
            coalesce({{ column.name }}, '')
            {%- endfor %}
            {%- for name in hash_too %},
            coalesce({{ name }}, '')
            {%- endfor %}
        )) as row_hash
    from cleaned

),

numbered as (

    select
        *,
        row_number() over (partition by row_hash order by row_hash) as occurrence
    from hashed

),

typed as (

    select
    {%- for column in columns %}
        {%- if column.name == 'interaction_type' %}
        lower({{ column.name }}) as {{ column.name }},
        {%- elif column.type == 'text' %}
        {{ column.name }},
        {%- else %}
        {{ aisle.readable_value(column.name, column.type) }} as {{ column.name }},
        {%- endif %}
    {%- endfor %}
        '{{ source_system }}' as source_system,
        concat_ws('', row_hash, '-', cast(occurrence as {{ string }})) as source_row_id,
        nullif(concat_ws(
            ', ',
            null
            {%- for column in columns
                if column.type != 'text'
                and (given is none or column.name in given) %},
            case
                when
                    {{ column.name }} is not null
                    and lower({{ column.name }}) != 'nan'
                    and ({{ aisle.readable_value(column.name, column.type) }}) is null
                    then '{{ column.name }}'
            end
            {%- endfor %}
        ), '') as invalid_columns
    {%- for name in keep %},
        {{ name }}
    {%- endfor %}
    from numbered

)
{%- endmacro %}
