with

inputs as (

    select * from {{ ref('int_releases__inputs') }}

),

package as (

    select * from {{ ref('int_releases__package') }}

),

full_builds as (

    select * from {{ ref('input_full_build') }}

),

-- One row in a full build too.
full_build as (

    select
        max(release_id) as release_id,
        max(as_of) as as_of
    from full_builds

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
        full_build.release_id as full_release_id,
        full_build.as_of as full_as_of,
        {{ dbt.string_literal(dbt.escape_single_quotes(aisle.release_vars())) }}
            as vars,
        md5(concat_ws(
            '-',
            '{{ aisle.code_hash() }}',
            package.package_version,
            package.source_hash
        )) as code_hash,
        '{{ aisle.rules_hash() }}' as rules_hash
    from inputs_hashed
    cross join package
    cross join full_build

),

identified as (

    select
        md5(concat_ws(
            '-', inputs_hash, code_hash, rules_hash, vars, full_release_id
        )) as release_id,
        *
    from hashed

),

final as (

    select
        release_id,
        coalesce(full_release_id, release_id) as evaluated_release_id,
        vars,
        code_hash,
        rules_hash,
        inputs_hash,
        package_version,
        full_as_of
    from identified

)

select * from final
