"""Which words belong together in comments: TF-IDF and non-negative matrix factorisation.

The same comments give the same themes: the factorisation starts from singular vectors and takes a
fixed number of steps.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dashboard.formats import visible

SEED: Final = 7
STEPS: Final = 120
WORDS: Final = 4
"""Words that name a theme."""
COMMENTS_A_THEME: Final = 10
"""There is one theme for so many comments at most."""
NEAR: Final = 0.25
"""Cosine between a comment and a theme from which on the comment belongs to it."""
MOST_SHARED: Final = 0.7
"""A word in more than this share of the comments tells none from another."""
MOST_COMMENTS: Final = 20_000
"""The latest so many comments are read."""
_WORD: Final = r"(?u)\b[^\W\d_][\w'-]{1,29}\b"
_DECIMALS: Final = 9
"""Beyond these, two machines may differ."""


@dataclass(frozen=True, slots=True)
class Themes:
    """Words of each theme, the largest theme first, and the theme of each comment."""

    words: tuple[str, ...]
    of_comment: tuple[int | None, ...]
    """Place in ``words``; ``None`` where a comment is near no theme."""


def themes(comments: Sequence[str], most: int) -> Themes:
    """At most ``most`` themes of comments in any language; none where no word is shared.

    Words need two letters and at most thirty; English stop words and words in more than
    seven in ten comments are left out, and so are words of a single comment.
    """
    # Loaded here: a second and many megabytes that no other page pays for.
    import numpy as np  # noqa: PLC0415
    from sklearn.decomposition import NMF  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    none = Themes((), (None,) * len(comments))
    texts = [
        unicodedata.normalize("NFKC", visible(text)).replace("\u2019", "'").casefold()
        for text in comments
    ]
    vectorizer = TfidfVectorizer(
        stop_words="english",
        token_pattern=_WORD,
        min_df=2,
        max_df=max(2, int(MOST_SHARED * len(texts))),
        lowercase=False,
    )
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # Not one word is left.
        return none
    number = min(most, len(texts) // COMMENTS_A_THEME, *weights.shape)
    if number < 1 or not weights.nnz:
        return none
    model = NMF(number, init="nndsvd", random_state=SEED, max_iter=STEPS, tol=0)
    model.fit(weights)
    parts = model.components_.round(_DECIMALS)
    parts = parts[parts.any(axis=1)]
    if not len(parts):
        return none
    names = vectorizer.get_feature_names_out()
    length = np.linalg.norm(parts, axis=1, keepdims=True)
    near = np.asarray(weights @ (parts / length).T).round(_DECIMALS)
    best = near.argmax(axis=1)
    belongs = near[np.arange(len(texts)), best] >= NEAR
    sizes = np.bincount(best[belongs], minlength=len(parts))
    words = [
        ", ".join(names[place] for place in np.lexsort((names, -part))[:WORDS] if part[place] > 0)
        for part in parts
    ]
    order = [place for place in np.lexsort((np.array(words), -sizes)) if sizes[place]]
    rank = {place: number for number, place in enumerate(order)}
    return Themes(
        tuple(words[place] for place in order),
        tuple(rank[place] if has else None for place, has in zip(best, belongs, strict=True)),
    )
