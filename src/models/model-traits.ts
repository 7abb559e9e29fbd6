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
