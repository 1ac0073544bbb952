with

inputs as (

    select * from {{ ref('int_releases__inputs') }}

),

package as (

    select * from {{ ref('int_releases__package') }}

),

inputs_hashed as (

    select
        md5(coalesce(
            {{ aisle.string_list("concat_ws('', input_name, '=', rows_hash)") }}, ''
        )) as inputs_hash
    from inputs

),

hashed as (

    select
        inputs_hashed.inputs_hash,
        package.package_version,
        {{ dbt.string_literal(dbt.escape_single_quotes(aisle.release_vars())) }}
            as vars,
        md5(concat_ws(
            '-',
            '{{ aisle.code_hash() }}',
            package.package_version,
            package.source_hash
        )) as code_hash
    from inputs_hashed
    cross join package

),

final as (

    select
        md5(concat_ws('-', inputs_hash, code_hash, vars)) as release_id,
        vars,
        code_hash,
        inputs_hash,
        package_version
    from hashed

)

select * from final
