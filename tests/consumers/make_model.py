"""Makes a tokenizer of bytes and a model of two small layers: python make_model.py FOLDER. Nothing is downloaded."""

import sys

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForTokenClassification

PAD = "<pad>"


def main(folder: str) -> None:
    letters = [PAD, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    made = Tokenizer(models.BPE(vocab={letter: place for place, letter in enumerate(letters)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=made, pad_token=PAD).save_pretrained(folder)
    shape = Qwen2Config(
        vocab_size=len(letters),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=512,
        pad_token_id=0,
        num_labels=2,
    )
    Qwen2ForTokenClassification(shape).save_pretrained(folder)


if __name__ == "__main__":
    main(sys.argv[1])
