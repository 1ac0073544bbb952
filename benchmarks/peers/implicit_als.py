"""ALS by implicit, on the weights and with the parameters of the build's own."""

from __future__ import annotations

from implicit.cpu.als import AlternatingLeastSquares

from peers.protocol import Work


def main() -> None:
    """Fit and list for every fold; only test's lists are written."""
    Work("implicit_als").fit_and_list(
        "weights",
        lambda settings: AlternatingLeastSquares(
            factors=settings["factors"],
            regularization=settings["regularisation"],
            alpha=settings["alpha"],
            iterations=settings["iterations"],
            random_state=settings["seed"],
        ),
    )


if __name__ == "__main__":
    main()
