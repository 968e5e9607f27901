"""How a pipeline asks the very same question: a command and a script, and what its token needs."""

import json
import shlex
from dataclasses import dataclass
from urllib.parse import urlencode

from annotator.exports.queries import ExportQuery, as_texts

CURL = """\
curl -fsS --compressed -H "Authorization: Bearer $TOKEN" \\
  -o {file} \\
  {url}"""

PYTHON = """\
import hashlib, json, os, requests

answer = requests.get(
    {url},
    params={params},
    headers={{"Authorization": f"Bearer {{os.environ['TOKEN']}}"}},
    timeout=600,
)
answer.raise_for_status()
lines = answer.content.splitlines(keepends=True)
trailer = json.loads(lines.pop())["trailer"]
assert hashlib.sha256(b"".join(lines)).hexdigest() == trailer["sha256"]
rows = [json.loads(line) for line in lines]"""

SNAPSHOT_CURL = """\
curl -fsS -H "Authorization: Bearer $TOKEN" -C - \\
  -o {file} \\
  {url}
echo "{sha256}  {file}" | sha256sum -c"""


@dataclass(frozen=True, slots=True)
class Recipes:
    curl: str
    python: str
    scopes: tuple[str, ...]


def recipes_for(query: ExportQuery, *, key: str, address: str) -> Recipes:
    """`address`: of this server, without a slash at its end."""
    base = f"{address}/api/v1/campaigns/{key}/export/"
    texts = {**as_texts(query), "trailer": "1"}
    file = f"{key}-{query.format}.jsonl"
    return Recipes(
        curl=CURL.format(file=file, url=quoted(f"{base}?{urlencode(texts, safe='/:')}")),
        python=PYTHON.format(url=json.dumps(base), params=json.dumps(texts, ensure_ascii=False)),
        scopes=scopes_of(query),
    )


def scopes_of(query: ExportQuery) -> tuple[str, ...]:
    wanted = {
        "export:read": True,
        "votes:read": query.tells_single_votes,
        "gold:read": query.gold,
    }
    return tuple(scope for scope, is_needed in wanted.items() if is_needed)


def file_recipe(*, snapshot_id: int, name: str, sha256: str, address: str) -> str:
    """One file of a snapshot, going on where an earlier try was cut, and checked."""
    url = f"{address}/api/v1/snapshots/{snapshot_id}/files/{name}"
    return SNAPSHOT_CURL.format(file=name, url=quoted(url), sha256=sha256)


def quoted(url: str) -> str:
    """For a shell, in double quotes where that is enough."""
    return f'"{url}"' if not set(url) & set('"$`\\!') else shlex.quote(url)
