/** The fields of `body` that are not as `before` has them: what a PATCH leaves out stays as somebody else may have made it. */
export function changedOf<Body extends object>(body: Body, before: Body): Partial<Body> {
  const changed = Object.entries(body).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(before, name)),
  );
  return Object.fromEntries(changed) as Partial<Body>;
}
