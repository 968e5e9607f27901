"""Steps by where they stand."""

from annotator.chains.models import ChainStep, Step


def step_at(chain_id: str, index: int) -> Step:
    return ChainStep.objects.select_related("step").get(chain__external_id=chain_id, index=index).step
