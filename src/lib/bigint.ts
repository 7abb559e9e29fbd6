/** Math.min and Math.max do not take bigint. */
export function smallest(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
