"""Made-up grades of every step by several annotators each, written by PostgreSQL itself: a million in a minute or two."""

from collections.abc import Callable, Iterator

import orjson
from django.db import connection

from annotator.assignments.models import Campaign
from bench import made_up
from tests.makers import EVERY_KIND

ANNOTATORS = 20
STEPS = 10
OVERLAP = 3

# Three of twenty annotators for each chain, so that every two of them meet.
ASSIGNMENTS = """
INSERT INTO assignments_assignment (public_id, campaign_id, taxonomy_version_id, chain_id, annotator_id, seat, purpose,
    status, claimed_at, expires_at, submitted_at, finish_reason, finish_note, active_seconds, rendering, rendering_seed,
    exposure)
SELECT gen_random_uuid(), k.id, k.taxonomy_version_id, c.id, m.user_id, seats.seat, 'work', 'submitted', now(), now(),
    now(), 'solution', '', 40, CASE WHEN abs(hashint8(c.id * 50 + seats.seat)) %% 100 < %(plain)s THEN 'plain' ELSE 'styled' END,
    0, '{}'
FROM assignments_campaign k JOIN chains_chain c ON c.dataset_id = k.dataset_id
CROSS JOIN LATERAL (VALUES (0, c.id), (1, c.id + 1 + c.id %% 9), (2, c.id + 10 + c.id / 9 %% 10)) seats (seat, place)
JOIN (SELECT campaign_id, user_id, row_number() OVER (ORDER BY id) - 1 AS place FROM assignments_membership
      WHERE campaign_id = %(campaign)s) m ON m.place = seats.place %% %(annotators)s
WHERE k.id = %(campaign)s
"""

# One step in four is flawed or neutral, and an annotator errs on one in eight; a step every half a minute.
GRADES = """
INSERT INTO grading_grade (campaign_id, taxonomy_version_id, annotator_id, assignment_id, chain_id, step_id, state,
    verdict_id, verdict_criterion_id, comment, flag_reason, human_step, in_bulk, seconds, rendering, revision,
    operation_id, operation_digest, saved_at)
SELECT a.campaign_id, a.taxonomy_version_id, a.annotator_id, a.id, a.chain_id, cs.step_id, 'graded', l.id, v.id, '', '',
    '', false, 3 + abs(drawn.own %% 40), a.rendering, 1, gen_random_uuid(), sha256('x'),
    timestamptz '2026-01-01' + interval '30 seconds' * cs.step_id
FROM assignments_assignment a JOIN chains_chainstep cs ON cs.chain_id = a.chain_id
CROSS JOIN LATERAL (SELECT hashint8(cs.step_id) AS shared, hashint8(cs.step_id * 50 + a.seat) AS own) drawn
JOIN taxonomies_criterion v ON v.version_id = a.taxonomy_version_id AND v.is_verdict
JOIN taxonomies_label l ON l.criterion_id = v.id
    AND l.value = CASE WHEN drawn.own %% 8 = 0 THEN drawn.own / 8 %% 2
        WHEN drawn.shared %% 4 = 0 THEN -abs(drawn.shared / 4 %% 2) ELSE 1 END
WHERE a.campaign_id = %s
"""

# What is wrong, for each flawed step; and something about one step in eight.
ANSWERS = """
INSERT INTO grading_answer (grade_id, revision, taxonomy_version_id, criterion_id, kind, scope, label_id, text)
SELECT g.id, 1, g.taxonomy_version_id, c.id, c.kind, 'step', l.id, ''
FROM grading_grade g
JOIN taxonomies_label verdict ON verdict.id = g.verdict_id
JOIN taxonomies_criterion c ON c.version_id = g.taxonomy_version_id AND NOT c.is_verdict AND c.kind <> 'text'
JOIN taxonomies_label l ON l.criterion_id = c.id AND l.position = abs(hashint8(g.step_id + g.annotator_id %% 4)) %% 2
WHERE g.campaign_id = %s AND CASE c.kind WHEN 'one' THEN verdict.value = -1 ELSE g.step_id %% 8 = 0 END
"""


def varied_lines(*, chains: int, prefix: str) -> Iterator[bytes]:
    """As `made_up.lines`, from seven generators and in five domains."""
    for number, line in enumerate(made_up.lines(chains=chains, steps=STEPS, prefix=prefix)):
        chain = orjson.loads(line)
        chain["generator"] = f"model-{number % 7}"
        chain["metadata"] = {"domain": f"domain-{number % 5}"}
        yield orjson.dumps(chain, option=orjson.OPT_APPEND_NEWLINE)


def styled_lines(*, chains: int, prefix: str) -> Iterator[bytes]:
    """As `varied_lines`, each step in one of many mixtures of styles."""
    for number, line in enumerate(varied_lines(chains=chains, prefix=prefix)):
        chain = orjson.loads(line)
        chain["steps"] = [
            in_style(text, draw=number * 31 + index * 17) for index, text in enumerate(chain["steps"])
        ]
        yield orjson.dumps(chain, option=orjson.OPT_APPEND_NEWLINE)


def in_style(text: str, *, draw: int) -> str:
    """Every third step has bullets, every fifth a formula, and so on; from 18 to 90 words."""
    words = text.split()
    words = words[:3] + words[3:] * (1 + draw % 5)
    half = len(words) // 2
    parts = [" ".join(words[:half]) + ".", " ".join(words[half:]) + "."]
    added = {5: "So $x = 3$.", 7: "Clearly, **this** holds.", 11: "I think it may be so.", 13: "Is it?"}
    parts += [more for every, more in added.items() if draw % every == 0]
    return "\n".join(f"- {part}" for part in parts) if draw % 3 == 0 else " ".join(parts)


def graded_campaign(
    *, key: str, grades: int, plain_percent: int = 0, lines: Callable[..., Iterator[bytes]] = varied_lines
) -> Campaign:
    """With at least so many grades of steps, a share of them in plain rendering."""
    chains = made_up.dataset(key=key)
    count = -(-grades // (STEPS * OVERLAP))
    made_up.import_lines(into=chains, lines=lines(chains=count, prefix=key), count=count)
    campaign = made_up.campaign(
        key=key,
        chains=chains,
        annotators=made_up.people(prefix=key, count=ANNOTATORS),
        overlap=OVERLAP,
        taxonomy=EVERY_KIND,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            ASSIGNMENTS, {"campaign": campaign.pk, "annotators": ANNOTATORS, "plain": plain_percent}
        )
        cursor.execute(GRADES, [campaign.pk])
        cursor.execute(ANSWERS, [campaign.pk])
        cursor.execute("VACUUM ANALYZE")
    return campaign
