/** A count and what is counted: `1 gateway`, `2 gateways`, `0 people`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}
