{# What is wrong between the rows of `reason_templates`, one message each: see
   `seed_rules`. #}
{% macro template_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- set fields = aisle.reason_fields() -%}
    {%- set needed = [
        'answers', 'bought_before', 'bought_once', 'bought_similar_product',
        'bought_together', 'category_best_seller', 'discovery_complementary',
        'discovery_emerging', 'discovery_related', 'goes_with_gift', 'like_this',
        'new_arrival', 'picked_by_shop', 'popular', 'popular_in_region',
        'popular_with_newcomers', 'same_category', 'similar_content', 'similar_product',
        'similar_taste', 'suggested', 'trending',
    ] -%}
    {%- set languages = [] -%}
    {%- set english = [] -%}
    {%- for row in rows -%}
        {%- if row['language'] not in languages -%}
            {%- do languages.append(row['language']) -%}
        {%- endif -%}
        {%- if row['language'] == 'en' -%}
            {%- do english.append(row['reason_code']) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for row in rows -%}
        {%- set line = file ~ ', line ' ~ lines[loop.index0] ~ ': ' -%}
        {%- if row['reason_code'] not in english -%}
            {%- do messages.append(
                line ~ 'reason_code is ' ~ row['reason_code']
                ~ '; allowed: one that has a row in English (en).'
            ) -%}
        {%- endif -%}
        {%- for field in modules.re.findall('\{([^}]*)\}', row['template'] or '')
            if field not in fields -%}
            {%- do messages.append(
                line ~ 'template has {' ~ field ~ '}; allowed: {'
                ~ fields | join('}, {') ~ '}.'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for reason_code in needed if reason_code not in english -%}
        {%- do messages.append(
            file ~ ' needs a row in English (en) with the reason_code ' ~ reason_code ~ '.'
        ) -%}
    {%- endfor -%}
    {%- set language = aisle.checked_var('language') -%}
    {%- if language not in languages -%}
        {%- do messages.append(
            "Var 'language' is " ~ language ~ '; allowed: a language of ' ~ file ~ ', '
            ~ languages | join(', ') ~ '.'
        ) -%}
    {%- endif -%}
    {{- return(messages) -}}
{%- endmacro %}
