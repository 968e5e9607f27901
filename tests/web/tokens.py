import re


def without_token(page: str) -> str:
    """The page as scripts get it: only a plain form sends the token that stands in it."""
    return re.sub(r'<input type="hidden" name="csrfmiddlewaretoken" value="\w+">', "", page)
