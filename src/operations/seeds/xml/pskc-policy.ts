import { shownPart } from '../record.ts'
import { attributeOf, childOf, childrenOf, textOf, type XmlElement } from './xml.ts'

/** When the codes of a key count, or why the key cannot be used as its policy asks. */
export type PskcPolicy =
  | { readonly validFromMs?: number; readonly validUntilMs?: number }
  | { readonly problem: string }

const elements = ['StartDate', 'ExpiryDate', 'KeyUsage', 'PINPolicy', 'NumberOfTransactions']
const pinAttributes = [
  'PINKeyId',
  'PINUsageMode',
  'MaxFailedAttempts',
  'MinLength',
  'MaxLength',
  'PINEncoding',
]

/**
 * What limits a key (RFC 6030 section 5), of its `Policy`, and of the device it is in. A key whose policy has something
 * that cannot be kept is not usable, by the RFC and here.
 */
export function readPskcPolicy(
  key: XmlElement,
  device: XmlElement | undefined,
  nowMs: number,
): PskcPolicy {
  const policy = childOf(key, 'Policy')
  const problem = policyProblem(policy) ?? usageProblem(key, policy)
  if (problem !== undefined) return { problem }
  const places = [policy, key, device]
  const starts = places.flatMap((place) => datesOf(place, 'start', 'StartDate'))
  const ends = places.flatMap((place) => datesOf(place, 'end', 'ExpiryDate', 'Expiry'))
  const wrong = [...starts, ...ends].find((date) => typeof date === 'string')
  if (wrong !== undefined) {
    return { problem: `its ${wrong} is not a date and time such as 2030-12-31T00:00:00Z` }
  }
  const validFromMs = Math.max(...starts.map(Number))
  const validUntilMs = Math.min(...ends.map(Number))
  if (validUntilMs <= nowMs) {
    return {
      problem: `it expired on ${new Date(validUntilMs).toISOString().slice(0, 10)} (ExpiryDate)`,
    }
  }
  if (validFromMs >= validUntilMs) return { problem: 'its StartDate is not before its ExpiryDate' }
  return {
    // One that has begun limits nothing any more.
    ...(validFromMs > nowMs ? { validFromMs } : {}),
    ...(Number.isFinite(validUntilMs) ? { validUntilMs } : {}),
  }
}

function policyProblem(policy: XmlElement | undefined): string | undefined {
  if (!policy) return undefined
  const unknown = policy.children.find(({ name }) => !elements.includes(name))
  if (unknown)
    return `its Policy has ${shownPart(unknown.name) || 'an element'}, which is not supported`
  if (childOf(policy, 'NumberOfTransactions')) {
    return 'its Policy limits the number of uses (NumberOfTransactions), which is not supported'
  }
  const pin = childOf(policy, 'PINPolicy')
  if (!pin) return undefined
  const mode = attributeOf(pin, 'PINUsageMode')
  if (mode?.toLowerCase() !== 'local') {
    return `its PINPolicy asks for a PIN that the server checks (PINUsageMode ${shownPart(mode ?? '') || 'is missing'}), which is not supported; Local is`
  }
  const isKnown = [...pin.attributes.keys()].every((name) => pinAttributes.includes(name))
  return isKnown && pin.children.length === 0
    ? undefined
    : 'its PINPolicy has something that is not supported'
}

/** Keys may be meant for other uses than codes; the drafts said it in attributes of `Usage`. */
function usageProblem(key: XmlElement, policy: XmlElement | undefined): string | undefined {
  const usages = childrenOf(policy, 'KeyUsage').map(({ text }) => text.trim())
  const older = childOf(key, 'Usage')?.attributes ?? new Map<string, string>()
  const olderUsages = [...older].flatMap(([name, value]) =>
    /^(true|1)$/i.test(value) ? [name] : [],
  )
  for (const all of [usages, olderUsages]) {
    if (all.length > 0 && !all.some((usage) => usage.toUpperCase() === 'OTP')) {
      return `it is not for one-time passwords (KeyUsage ${all.map(shownPart).join(', ')})`
    }
  }
  return undefined
}

/** As milliseconds since 1970; the name of the element where it is not a date. A date without a time zone is UTC, as the RFC has it. */
function datesOf(
  place: XmlElement | undefined,
  edge: 'start' | 'end',
  ...names: readonly string[]
): readonly (number | string)[] {
  return names.flatMap((name) => {
    const text = textOf(place, name)
    if (text === undefined) return []
    const [, date, time, zone] =
      /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? []
    const wholeDay = edge === 'start' ? 'T00:00:00' : 'T23:59:59'
    const ms = Date.parse(`${date}${time ?? wholeDay}${zone ?? 'Z'}`)
    return [Number.isNaN(ms) ? name : ms]
  })
}
