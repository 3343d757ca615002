"""E-1: what is wrong with an input."""


class Refusal(Exception):
    """Bad input; its code is the verdict (E-1)."""

    def __init__(self, code, detail=""):
        super().__init__(f"{code} {detail}")
        self.code = code


def require(condition, code, detail=""):
    if not condition:
        raise Refusal(code, detail)
