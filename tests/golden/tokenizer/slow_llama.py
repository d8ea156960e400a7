# SPDX-License-Identifier: Apache-2.0
"""The original's tokenizer call: transformers' slow LlamaTokenizer with legacy=False.

transformers 5 no longer ships the slow class, but keeps its parts: SentencePieceBackend (no dummy prefix,
the <unk> device for leading blanks) and PreTrainedTokenizer (splitting at special tokens). The override below is
what LlamaTokenizer of transformers 4.37 added to them.
"""
from transformers.tokenization_utils_sentencepiece import SentencePieceBackend

IMAGE = -200


class SlowLlama(SentencePieceBackend):
    def __init__(self, vocab_file, **kwargs):
        super().__init__(vocab_file=vocab_file, bos_token="<s>", eos_token="</s>", unk_token="<unk>",
                         clean_up_tokenization_spaces=False, **kwargs)
        # legacy=False, without the protobuf package: a second normalizer_spec {add_dummy_prefix: false} merges in.
        self.legacy = False
        self.sp_model.LoadFromSerializedProto(self.sp_model.serialized_model_proto() + b"\x1a\x02\x18\x00")

    def tokenize(self, text, **kwargs):
        if len(text) == 0:
            return super().tokenize(text, **kwargs)
        tokens = super().tokenize("▁" + text.replace("▁", " "), **kwargs)
        if len(tokens) > 1 and tokens[0] == "▁" and tokens[1] in self.all_special_tokens:
            tokens = tokens[1:]
        return tokens

    def call(self, text):
        """tokenizer(text).input_ids of LLaVA: BOS, then the text with its special tokens read."""
        return [self.bos_token_id] + self.convert_tokens_to_ids(self.tokenize(text))


def tokenizer_image_token(tokenizer, prompt):
    """LLaVA's mm_utils.tokenizer_image_token."""
    chunks = [tokenizer.call(chunk) for chunk in prompt.split("<image>")]
    ids = list(chunks[0])
    for chunk in chunks[1:]:
        ids += [IMAGE] + chunk[1:]
    return ids
