{# Lines that say whether this run published, what changed, or why it did not. #}
{% macro summarise_publishing(results) -%}
    {%- set lines = [] -%}
    {%- set failed = [] -%}
    {%- set publishing = [] -%}
    {%- set out_of_memory = [] -%}
    {%- for result in results -%}
        {%- if result.status in ('error', 'fail', 'runtime error') -%}
            {%- do failed.append(result.node.name) -%}
            {%- if 'Out of Memory Error' in (result.message or '') -%}
                {%- do out_of_memory.append(result.node.name) -%}
            {%- endif -%}
        {%- endif -%}
        {%- if result.node.unique_id == 'model.aisle.published' -%}
            {%- do publishing.append(result.status) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if not publishing -%}
        {%- do lines.append('Not published: the model `published` was not selected.') -%}
    {%- elif publishing[0] in ('success', 'error') and adapter.get_relation(
        aisle.publish_gate_relation().database,
        aisle.publish_gate_relation().schema,
        aisle.publish_gate_relation().identifier
    ) is not none -%}
        {%- set gate = run_query(
            'select is_published, reason, published_path from '
            ~ aisle.publish_gate_relation()
        ).rows[0] -%}
        {%- if gate[0] -%}
            {%- do lines.append('Published: ' ~ gate[2]) -%}
            {%- for row in aisle.summary_rows(
                results,
                'published',
                ['schema_name', 'table_name', 'count_rows', 'count_rows_changed'],
                "schema_name || '.' || table_name, count_rows_changed,
                    count(*) over (), sum(count_rows_changed) over ()",
                'order by count_rows_changed desc nulls last, schema_name, table_name limit 6'
            ) -%}
                {%- if loop.first -%}
                    {%- do lines.append(
                        '  ' ~ row[2] ~ ' tables; rows of recommendations added or removed'
                        ~ ' since the last release: ' ~ row[3]
                    ) -%}
                {%- endif -%}
                {%- if row[1] -%}
                    {%- do lines.append('  %8d  %s' | format(row[1], row[0])) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- else -%}
            {%- do lines.append('Not published: ' ~ (gate[1] or 'see the error above')) -%}
        {%- endif -%}
    {%- else -%}
        {%- do lines.append('Not published: something before it failed.') -%}
    {%- endif -%}
    {%- if failed -%}
        {%- do lines.append(
            'Failed: ' ~ failed[:10] | join(', ')
            ~ (' and ' ~ (failed | length - 10) ~ ' more' if failed | length > 10 else '')
        ) -%}
    {%- endif -%}
    {%- if out_of_memory -%}
        {%- do lines.append(
            'Out of memory in ' ~ out_of_memory | join(', ') ~ ': give DuckDB more'
            ~ ' (AISLE_MEMORY_LIMIT), or run one model at a time (--threads 1).'
        ) -%}
    {%- endif -%}
    {{- return(lines) -}}
{%- endmacro %}
