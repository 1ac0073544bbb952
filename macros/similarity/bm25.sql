{# Weight of a product in a customer's vector under BM25: what is liked more counts more,
   but ever less so, and counts less where the customer likes much. The usual constants.
   The rarity of a product, BM25's other part, is one factor for all of its vector and
   cancels out in the cosine. #}
{% macro bm25(weight, length, mean_length, saturation=1.2, length_share=0.75) -%}
{{ weight }} * {{ saturation + 1 }}
/ (
    {{ weight }}
    + {{ saturation }}
    * (
        {{ 1 - length_share }}
        + {{ length_share }} * {{ length }} / {{ mean_length }}
    )
)
{%- endmacro %}
