with

ranker_models as (

    select * from {{ aisle.of_full_build('int_ranking__ranker_models') }}

),

final as (

    select
        shelf,
        target,
        seed,
        rounds,
        count_folds,
        count_examples,
        count_positives,
        ndcg,
        features,
        gains,
        splits,
        model
    from ranker_models

)

select * from final
