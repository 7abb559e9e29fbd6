/** What a model's name tells about it. Names, because no provider has an address that says so for all its models. */

/** OpenAI's models that think: they take `max_completion_tokens` and no sampling parameters. */
export function isOpenAiReasoningModel(model: string): boolean {
  const name = model.slice(model.lastIndexOf('/') + 1);
  if (/-chat(-|$)/.test(name)) return false;
  return /^(o\d|gpt-[5-9]|gpt-\d{2}|codex)/.test(name);
}

/** True for models that may be silent for long before the first word. */
export function thinksInSilence(model: string): boolean {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return (
    isOpenAiReasoningModel(name) ||
    /^claude-(3-7|fable|(opus|sonnet|haiku)-[4-9]|[4-9])/.test(name) ||
    /^gemini-(2\.5|[3-9])/.test(name) ||
    /(^|[-_.])(r1|reasoner|reasoning|thinking|think|qwq|gpt-oss|qwen3|magistral)/.test(name)
  );
}

const MAX_OUTPUT: readonly (readonly [RegExp, number])[] = [
  [/^gpt-(5-chat|4o)/, 16_384],
  [/^gpt-4\.1/, 32_768],
  [/^gpt-4-turbo|^gpt-3\.5/, 4_096],
  // Its window is 8,192 for question and answer together, and the whole of it is refused.
  [/^gpt-4/, 4_096],
  [/^(gpt-[5-9]|gpt-\d{2}|codex)/, 128_000],
  [/^o1-(mini|preview)/, 32_768],
  [/^o\d/, 100_000],
  [/^claude-(v1|2|3-(opus|sonnet|haiku))/, 4_096],
  [/^claude-3-5/, 8_192],
  [/^claude-opus-4-[01]/, 32_000],
  [/^claude/, 64_000],
  [/^gemini-(1|2\.0|pro)/, 8_192],
  [/^gemini/, 65_536],
];

/** The most that a model writes in one reply, as its maker documents it; undefined when nothing is known. */
export function maxOutputTokensOf(model: string): number | undefined {
  const name = model.slice(model.lastIndexOf('/') + 1);
  return MAX_OUTPUT.find(([pattern]) => pattern.test(name))?.[1];
}

/** False for the models of the known families that read text only. */
export function takesImages(model: string): boolean {
  const name = model.slice(model.lastIndexOf('/') + 1);
  return !/^(gpt-3|gpt-4($|-\d|-32k)|o1-mini|o1-preview|o3-mini|claude-(v1|2)|gemini-(1\.0-)?pro$|gpt-oss|gemma-[12])/.test(
    name,
  );
}
