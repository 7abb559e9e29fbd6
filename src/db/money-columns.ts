/** Whether a result column is money, and so read as bigint (see Database). */
export function isMoneyColumn(name: string): boolean {
  return name.endsWith('_nano_usd');
}
