import type { RememberedPlace } from '../../accounts/index.ts'

type Device = RememberedPlace['device']

const kinds: readonly Device['kind'][] = ['mac', 'address', 'certificate']

/** How pages name a remembered device. */
export function deviceId({ kind, value }: Device): string {
  return `${kind}.${value}`
}

/** Undefined for what is not such a name. */
export function readDeviceId(id: string): Device | undefined {
  const kind = kinds.find((each) => id.startsWith(`${each}.`))
  return kind && { kind, value: id.slice(kind.length + 1) }
}
