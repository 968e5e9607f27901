"""A taxonomy of any size: a flawed step asks for one or many of its labels."""


def many_labels(count: int, *, kind: str = "one", key: str = "many_labels") -> str:
    labels = "\n".join(
        f"      - {{key: label_{number}, title: Label {number}, definition: What label {number} means.}}"
        for number in range(count)
    )
    return f"""
taxonomy: {key}
title: {count} labels
criteria:
  - key: verdict
    question: Is it right?
    required: true
    verdict: true
    labels:
      - {{key: good, title: Good, value: 1, hotkey: "1", tone: good, definition: Right.}}
      - {{key: bad, title: Bad, value: -1, hotkey: "3", tone: bad, definition: Wrong.}}
  - key: kind
    question: What kind of error?
    kind: {kind}
    shown_for: [verdict.bad]
    labels:
{labels}
"""
