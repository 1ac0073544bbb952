{# Lines that say whether the strategy that is served beats the baselines, customer by
   customer, and which targets are met, both on the test fold. #}
{% macro summarise_quality(results) -%}
    {%- set lines = [] -%}
    {%- set live = {'strategy': var('live_strategy'), 'reason': ''} -%}
    {%- for row in aisle.summary_rows(
        results,
        'champion',
        ['placement', 'strategy', 'reason', 'is_live'],
        'strategy, reason',
        "where placement = 'home' and is_live"
    ) if row | length > 1 -%}
        {%- do live.update({'strategy': row[0], 'reason': ' (' ~ row[1] ~ ')'}) -%}
    {%- endfor -%}

    {%- set differences = aisle.summary_rows(
        results,
        'metric_differences',
        ['fold_role', 'strategy', 'scenario_id', 'baseline', 'task', 'k', 'metric',
            'interval_kind', 'difference', 'ci_low', 'ci_high', 'count_folds',
            'count_customers'],
        'baseline, difference, ci_low, ci_high, count_customers, count_folds, '
            ~ 'interval_kind',
        "where (fold_role = 'test' or interval_kind = 'over_folds')
            and strategy = '" ~ live.strategy ~ "'
            and scenario_id = 'relevance_only' and task = 'all' and k = 10
            and metric = 'ndcg' order by baseline, interval_kind desc"
    ) -%}
    {%- for row in differences -%}
        {%- if row | length == 1 -%}
            {%- do lines.append('  ' ~ row[0]) -%}
        {%- else -%}
            {%- if loop.first -%}
                {%- do lines.append(
                    'What ' ~ live.strategy ~ ', which is served' ~ live.reason
                    ~ ', adds to each baseline there, paired over ' ~ row[4]
                    ~ ' customers'
                ) -%}
            {%- endif -%}
            {%- set interval = '' -%}
            {%- if row[2] is not none and row[3] is not none -%}
                {%- set interval = '  [%+.3f, %+.3f]' | format(row[2], row[3]) -%}
            {%- endif -%}
            {%- set difference = '%+.3f' | format(row[1]) ~ interval -%}
            {%- if row[6] == 'within_fold' -%}
                {%- do lines.append('  %-24s' | format(row[0]) ~ difference) -%}
            {%- elif loop.previtem is defined and loop.previtem[0] == row[0] -%}
                {%- do lines.append(
                    lines.pop() ~ '; over ' ~ row[5] ~ ' months ' ~ difference
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set targets = aisle.summary_rows(
        results,
        'targets',
        ['fold_role', 'target_id', 'verdict', 'figure', 'threshold'],
        'target_id, verdict, figure, threshold',
        "where fold_role = 'test' order by target_id"
    ) -%}
    {%- if targets and targets[0] | length == 1 -%}
        {%- do lines.append('  ' ~ targets[0][0]) -%}
    {%- elif targets -%}
        {%- set missed = [] -%}
        {%- for row in targets if row[1] != 'met' -%}
            {%- do missed.append(row) -%}
        {%- endfor -%}
        {%- do lines.append(
            'Targets: ' ~ (targets | length - missed | length) ~ ' of '
            ~ targets | length ~ ' met on test'
        ) -%}
        {%- for row in missed -%}
            {%- set figures = '' -%}
            {%- if row[2] is not none -%}
                {%- set figures = ' (%.3f, asked for %.3f)' | format(row[2], row[3]) -%}
            {%- endif -%}
            {%- do lines.append('  ' ~ row[1] ~ ': ' ~ row[0] ~ figures) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(lines) -}}
{%- endmacro %}
