{# What a person reads at the end of a build (`on-run-end`). #}
{% macro print_summary(results) -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- set lines = ['', 'Aisle, connector ' ~ var('connector')] -%}

        {%- for row in aisle.summary_rows(
            results, 'int_audit__as_of', ['as_of'], 'cast(as_of as ' ~ dbt.type_string() ~ ')'
        ) -%}
            {%- do lines.append('  as of ' ~ row[0]) -%}
        {%- endfor -%}
        {%- set parts = ['accepted', 'rejected', 'after_as_of', 'without_consent'] -%}
        {%- for row in aisle.summary_rows(
            results,
            'int_audit__input_rows',
            ['input_name', 'count_accepted', 'count_rejected', 'count_after_as_of',
                'count_without_consent'],
            'count_accepted + count_rejected + count_after_as_of + count_without_consent,
                count_accepted, count_rejected, count_after_as_of,
                count_without_consent',
            "where input_name = 'interactions'"
        ) -%}
            {%- do lines.append('  interactions ' ~ (
                row[0] if row | length == 1 else 'in the input: ' ~ row[0]
            )) -%}
            {%- for part in parts if row | length > 1 -%}
                {%- do lines.append(
                    '    ' ~ part | replace('_', ' ') ~ ': ' ~ row[loop.index]
                ) -%}
            {%- endfor -%}
        {%- endfor -%}

        {%- set gates = aisle.summary_rows(
            results,
            'readiness_gates',
            ['fold_id', 'use_case', 'gate_id', 'tier', 'is_passed', 'message'],
            "fold_id || ', ' || use_case || ', ' || tier || ': '
                || coalesce(message, gate_id)",
            "where not is_passed and fold_id in ('test', 'serving')
                order by tier desc, fold_id, use_case, gate_id"
        ) -%}
        {%- if gates -%}
            {%- do lines.append('Readiness gates not passed') -%}
            {%- for row in gates -%}
                {%- do lines.append('  ' ~ row[0]) -%}
            {%- endfor -%}
        {%- endif -%}

        {%- set findings = aisle.summary_rows(
            results,
            'findings',
            ['severity', 'priority', 'check_id', 'dataset', 'message', 'remedy',
                'count_rows'],
            'severity, message, remedy, count(*) over ()',
            "order by
                case severity when 'error' then 1 when 'warning' then 2 else 3 end,
                priority, count_rows desc, check_id, dataset
                limit 8"
        ) -%}
        {%- if findings -%}
            {%- do lines.append('Findings (all in audit.findings)') -%}
            {%- for row in findings -%}
                {%- do lines.append('  ' ~ row[0] ~ (': ' ~ row[1] if row | length > 1)) -%}
                {%- if row | length > 1 and row[2] -%}
                    {%- do lines.append('      remedy: ' ~ row[2]) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if findings[0] | length > 3 and findings[0][3] > findings | length -%}
                {%- do lines.append(
                    '  and ' ~ (findings[0][3] - findings | length) ~ ' more'
                ) -%}
            {%- endif -%}
        {%- endif -%}

        {%- set figures = aisle.summary_rows(
            results,
            'metrics',
            ['fold_role', 'strategy', 'scenario_id', 'task', 'segment_type', 'segment',
                'k', 'metric', 'value', 'ci_low', 'ci_high', 'count_customers'],
            'strategy, value, ci_low, ci_high, count_customers',
            "where fold_role = 'test' and task = 'all' and segment_type = 'all'
                and segment = 'all' and k = 10 and metric = 'ndcg'
                and scenario_id = 'relevance_only'
                order by value desc, strategy"
        ) -%}
        {%- if figures -%}
            {%- do lines.append('NDCG@10 on the test fold, with its 95 % interval') -%}
            {%- for row in figures -%}
                {%- if row | length == 1 -%}
                    {%- do lines.append('  ' ~ row[0]) -%}
                {%- elif row[1] is not none -%}
                    {%- set interval = '' -%}
                    {%- if row[2] is not none and row[3] is not none -%}
                        {%- set interval = '  [%.3f, %.3f]' | format(row[2], row[3]) -%}
                    {%- endif -%}
                    {%- set is_baseline =
                        row[0] in ('random', 'popularity', 'personal_frequency') -%}
                    {%- do lines.append(
                        '  %-28s%.3f' | format(row[0], row[1]) ~ interval
                        ~ ('  baseline' if is_baseline else '')
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}

        {%- do lines.extend(aisle.summarise_quality(results)) -%}
        {%- do lines.extend(aisle.summarise_publishing(results)) -%}
        {%- do log(lines | join('\n'), info=true) -%}
    {%- endif -%}
{%- endmacro %}
