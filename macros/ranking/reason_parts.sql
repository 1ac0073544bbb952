{# Which parts of the blend's score speak for which kind of reason, in the order that
   settles ties. #}
{% macro reason_parts() -%}
    {%- set parts = {
        'history': ['repurchase', 'personal_frequency'],
        'taste': [],
        'content': [],
        'new': [],
        'answers': [],
        'category': [],
        'trending': ['trending'],
        'popular': ['popularity', 'popularity_7d'],
    } -%}
    {%- for source in aisle.candidate_sources()
        if source.kind == 'personal' and source.name != 'repurchase' -%}
        {%- do parts[source.reason].append(source.name) -%}
    {%- endfor -%}
    {{ return(parts) }}
{%- endmacro %}
