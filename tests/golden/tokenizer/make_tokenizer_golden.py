# SPDX-License-Identifier: Apache-2.0
"""Makes the small vocabularies beside this script, and what the originals make of some texts with them.

Needs sentencepiece, transformers 5 and tokenizers. Usage: make_tokenizer_golden.py [FOLDER-WITH-MISTRAL-JSON.gz]
  tiny.model          BPE, as LLaMA's: byte fallback, identity, digits split, blanks kept
  tiny-unigram.model  unigram with a charsmap of its own and blanks removed
  tiny.tokenizer.json the first as Hugging Face's converter writes it
  golden.json         ids and texts: sentencepiece's own, the slow tokenizer's call, the tokenizers library's
"""
import io
import json
import pathlib
import sys

import sentencepiece as spm
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, processors
from transformers.tokenization_utils_sentencepiece import SentencePieceExtractor

from slow_llama import SlowLlama, tokenizer_image_token

HERE = pathlib.Path(__file__).parent
TRAINING_TEXT = """
The quick brown fox jumps over the lazy dog, and the dog sleeps under the old apple tree.
What is shown in this picture? A small stone, light as a sponge, floats on the water of the bay.
Answer the question using a single word or phrase. USER: How many stones are there? ASSISTANT: There are twelve.
A chat between a curious user and an artificial intelligence assistant gives helpful and polite answers.
Pumice is a volcanic rock; lapilli are the little stones which a volcano throws out. They fall like hail.
Ein kleiner Stein liegt auf dem Weg. Größe, Straße, süß, schön. Où est l'été? Ça va très bien.
    for (int i = 0; i < 10; ++i) {  return value[i] == 42;  }
Привет, мир. Камень лежит на дороге. 世界 你好 世界
""" * 4

TEXTS = [
    "", " ", "  ", "a", " a", "a ", "Hello world", " Hello  world ", "The quick brown fox", "stones", "\n", "\n\n", "\t",
    "line\nbreak", "a\r\nb", "1234567890", "3.14 and 1,000", "A. cat\nB. dog", "größer", "süß schön", "Привет, мир.",
    "世界", "你好世界!", "🙂", "👍🏽é", "e\u0301", "\u00a0x", "▁", "a▁b", "<s>", "</s>", "<unk>", "<0x0A>", "<image>",
    "A chat between a curious user and an artificial intelligence assistant.", "    for (int i = 0;", "ﬁne Ａ", "\x00",
    "x\x00y", "What is shown in this picture? " * 5, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\ufffd", "\u2028", "Ā",
]
CALLS = ["", " ", "Hello</s>world", "</s> x", " </s>", "x </s> y", "<s>a", "▁a▁", "a<unk>b", "</s></s>", "<s></s><unk>",
         "USER: <image>\nWhat? ASSISTANT:", "<image><image>x", "a<image>", " <image> ", "A.</s>USER: <image>"]
DECODINGS = [[300, 301], [5, 1, 2, 6], [229, 187, 3 + 0xBD], [3 + 0xE4, 3 + 0xB8], [3 + 0xE4, 300, 3 + 0xB8],
             [3 + 0xC0, 3 + 0x80], [3 + 0xED, 3 + 0xA0, 3 + 0x80], [3 + 0xF0, 3 + 0x9F, 3 + 0x99, 3 + 0x82], [0, 300],
             [2, 262], [1, 262, 262]]


def train(prefix, **options):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(TRAINING_TEXT.splitlines()), model_writer=model, byte_fallback=True, split_digits=True,
        character_coverage=1.0, num_threads=1, minloglevel=2, hard_vocab_limit=False, **options)
    path = HERE / (prefix + ".model")
    path.write_bytes(model.getvalue())
    return path


def hugging_face_json(model_path):
    processor = spm.SentencePieceProcessor(model_file=str(model_path))
    scores = {processor.id_to_piece(i): processor.get_score(i) for i in range(processor.get_piece_size())}
    vocab, _, merges = SentencePieceExtractor(str(model_path)).extract(scores)
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<unk>", "<s>", "</s>")])
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in ("<image>", "<pad>")])
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    (HERE / "tiny.tokenizer.json").write_text(
        json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")))
    return tokenizer


def plain_cases(model_path):
    processor = spm.SentencePieceProcessor(model_file=str(model_path))
    cases = []
    for text in TEXTS:
        ids = processor.encode(text)
        cases.append({"text": text, "ids": ids, "decoded": processor.decode(ids)})
    return cases


def main():
    bpe = train("tiny", model_type="bpe", vocab_size=620, normalization_rule_name="identity",
                remove_extra_whitespaces=False, add_dummy_prefix=True, allow_whitespace_only_pieces=True)
    rules = pathlib.Path("/tmp/rules.tsv")
    rules.write_text("FF21\t41\nFB01\t66 69\nA0\t20\n")
    unigram = train("tiny-unigram", model_type="unigram", vocab_size=420, normalization_rule_tsv=str(rules))
    json_tokenizer = hugging_face_json(bpe)
    slow = SlowLlama(str(bpe))
    processor = spm.SentencePieceProcessor(model_file=str(bpe))
    golden = {
        "bpe": plain_cases(bpe),
        "unigram": plain_cases(unigram),
        "call": [{"text": t, "ids": tokenizer_image_token(slow, t)} for t in CALLS],
        "decode": [{"ids": ids, "decoded": processor.decode(ids)} for ids in DECODINGS],
        "json": [{"text": t, "ids": json_tokenizer.encode(t, add_special_tokens=False).ids} for t in TEXTS
                 if t and not any(s in t for s in ("<s>", "</s>", "<unk>", "<image>"))],
    }
    if len(sys.argv) > 1:
        import gzip
        mistral = Tokenizer.from_str(gzip.open(sys.argv[1]).read().decode())
        golden["mistral_json"] = [{"text": c["text"], "ids": mistral.encode(c["text"], add_special_tokens=False).ids}
                                  for c in golden["json"]]
    (HERE / "golden.json").write_text(json.dumps(golden, ensure_ascii=True, separators=(",", ":")).replace("]},", "]},\n") + "\n")


main()
