"""Checks of plain parameters that several models share."""

__all__ = ["check_at_least"]


def check_at_least(least: int, **parameters: int) -> None:
    """Refuse a parameter that is too small.

    Parameters
    ----------
    least : int
        The smallest value that is allowed.
    **parameters : int
        Values by name.

    Raises
    ------
    ValueError
        Naming the first that is smaller.

    Examples
    --------
    >>> check_at_least(1, factors=8, iterations=0)
    Traceback (most recent call last):
        ...
    ValueError: iterations is 0; it must be at least 1
    """
    for name, value in parameters.items():
        if value < least:
            raise ValueError(f"{name} is {value}; it must be at least {least}")
