"""Loads each format from the address with `datasets` and with pandas, and prints what came as JSON: python load_formats.py ADDRESS FORMAT ..."""

import json
import os
import sys

import pandas
from datasets import load_dataset


def main(address: str, formats: list[str]) -> None:
    headers = {"Authorization": f"Bearer {os.environ['STEPMARK_TOKEN']}"}
    found = {}
    for name in formats:
        asked = f"{address}/campaigns/pilot/export/?format={name}"
        rows = load_dataset("json", data_files=asked, split="train", storage_options={"headers": headers})
        frame = pandas.read_json(asked, lines=True, storage_options=headers)
        found[name] = {
            "rows": rows.num_rows,
            "columns": rows.column_names,
            "types": {column: str(kind) for column, kind in rows.features.items()},
            "pandas": list(frame.shape),
            "first": rows[0],
        }
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
