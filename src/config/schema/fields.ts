import { isIP } from 'node:net'
import * as z from 'zod'
import type { Secret } from '../../support/index.ts'
import { formatPrefix, parsePrefix } from './prefix.ts'

export const defaultStoreFile = '/var/lib/holdfast/holdfast.db'

/** Where RADIUS requests arrive if the configuration does not say, and Accounting-Requests. */
export const defaultListen = ['0.0.0.0:1812', '[::]:1812'] as const
export const defaultAccountingListen = ['0.0.0.0:1813', '[::]:1813'] as const

/** What a field needs to know about the file it is in. Passed in, so that the schema reads no file. */
export type FieldContext = {
  /** Gives the secret that a reference names; throws Error with a text for the administrator. */
  readSecret(reference: string, options: { clearText: boolean }): Secret
  /** Makes a path absolute: relative ones count from the folder of the configuration file. */
  resolvePath(path: string): string
}

/** A span of time on its way through the schema; `section` turns it into a number named `…Ms`. */
export class Duration {
  readonly milliseconds: number

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds
  }
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of `20s`, `500ms`, `15m`, `2h`, `30d`, or `0`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? []
  return amount === undefined || unit === undefined
    ? undefined
    : Number(amount) * (unitMs[unit] ?? Number.NaN)
}

/** A span of time between `min` and `max`, both written as in the file. */
export function duration(range: { min?: string; max?: string } = {}) {
  const minMs = parseDuration(range.min ?? '0') ?? 0
  const maxMs = parseDuration(range.max ?? '3650d') ?? Number.MAX_SAFE_INTEGER
  return z
    .union([z.string(), z.literal(0)], { error: 'must be a time such as 20s, 500ms, 15m or 30d' })
    .meta({ form: 'time', unit: 'ms, s, m, h or d' })
    .transform((text, issues) => {
      const ms = parseDuration(String(text))
      if (ms === undefined) issues.addIssue('must be a time such as 20s, 500ms, 15m or 30d')
      else if (ms < minMs) issues.addIssue(`must be at least ${range.min}`)
      else if (ms > maxMs) issues.addIssue(`must be at most ${range.max}`)
      return new Duration(ms ?? 0)
    })
}

const unitBytes: Readonly<Record<string, number>> = { kB: 1e3, MB: 1e6, GB: 1e9 }

/** Bytes of `64MB`; undefined for anything else. */
function parseBytes(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,6})(kB|MB|GB)$/.exec(text) ?? []
  return amount === undefined ? undefined : Number(amount) * (unitBytes[unit] ?? Number.NaN)
}

/** An amount of memory between `min` and `max`, all written as in the file: `64MB`. In bytes. */
export function byteCount({ min, max }: { min: string; max: string }) {
  return z
    .string()
    .meta({ form: 'bytes', unit: 'kB, MB or GB' })
    .transform((text, issues) => {
      const bytes = parseBytes(text)
      if (bytes === undefined) issues.addIssue('must be an amount such as 64MB')
      else if (bytes < (parseBytes(min) ?? 0)) issues.addIssue(`must be at least ${min}`)
      else if (bytes > (parseBytes(max) ?? 0)) issues.addIssue(`must be at most ${max}`)
      return bytes ?? 0
    })
}

/** A whole number from `min` to `max`. */
export function count(min: number, max: number) {
  return z.int().min(min).max(max)
}

/**
 * Text that is not empty, in Unicode form NFC whatever the editor wrote: names in it are compared with
 * what is typed and with what directories say, and with each other.
 */
export function text() {
  return textOrNone().min(1)
}

/** The same, or no text at all. Gateways and libraries written in C end a text at its first NUL. */
export function textOrNone() {
  return z
    .string()
    .normalize('NFC')
    .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
}

/** The value of a RADIUS attribute. `true` and `false` are for those of type bool. */
export function replyValueOf(textValue: z.ZodString) {
  return z.union([textValue, z.number(), z.boolean().transform(String)], {
    error: 'must be a text or a number',
  })
}

/** One value or a list of them; always a list afterwards. */
export function oneOrMore<Item extends z.ZodType>(item: Item) {
  return z
    .union([item, z.array(item).min(1)])
    .transform((value): z.output<Item>[] => (Array.isArray(value) ? value : [value]))
}

/** Where to listen. */
export type Endpoint = { readonly address: string; readonly port: number }

/** `192.0.2.1:1812`, `[2001:db8::1]:1812`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** Parses `192.0.2.1:1812` or `[2001:db8::1]:1812`; undefined for anything else. */
export function parseEndpoint(endpoint: string): Endpoint | undefined {
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+)):(\d{1,5})$/.exec(endpoint) ?? []
  const address = v6 ?? v4 ?? ''
  const fits = v6 === undefined ? isIP(address) === 4 : isIP(address) === 6
  return fits && Number(port) <= 65535 ? { address, port: Number(port) } : undefined
}

export function endpoint() {
  return z
    .string()
    .meta({ form: 'address:port' })
    .transform((value, issues): Endpoint => {
      const parsed = parseEndpoint(value)
      if (parsed === undefined) {
        issues.addIssue('must be an address and a port such as 0.0.0.0:1812 or "[::]:1812"')
      }
      return parsed ?? { address: '', port: 0 }
    })
}

/** An address or a prefix, in one spelling: `192.0.2.10`, `10.0.0.0/8`, `2001:db8::/32`. */
export function addressOrPrefix() {
  return z
    .string()
    .meta({ form: 'address or prefix' })
    .transform((value, issues) => {
      const parsed = parsePrefix(value)
      if (typeof parsed !== 'string') return formatPrefix(parsed)
      issues.addIssue(parsed)
      return value
    })
}

/** A day of the calendar, as `2027-01-31`. */
export function day() {
  return z
    .string({ error: 'must be a day such as 2027-01-31' })
    .meta({ form: 'day' })
    .refine((value) => startOfDayMs(value, 0) !== undefined, 'must be a day such as 2027-01-31')
}

/** When the day `daysLater` than this one begins here, milliseconds since 1970. Undefined for what is not a day. */
export function startOfDayMs(text: string, daysLater: number): number | undefined {
  const [, year, month, dayOfMonth] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? []
  if (year === undefined || month === undefined || dayOfMonth === undefined) return undefined
  const day = new Date(year, month - 1, dayOfMonth)
  if (day.getMonth() !== month - 1 || day.getDate() !== dayOfMonth) return undefined
  return new Date(year, month - 1, dayOfMonth + daysLater).getTime()
}

/** A path; relative ones count from the folder of the configuration file. */
export function path(context: FieldContext) {
  // Byte for byte: a file system may keep another form.
  return z
    .string()
    .min(1)
    .meta({ form: 'path' })
    .transform((value) => context.resolvePath(value))
}

/**
 * A secret: `file:PATH`, `env:NAME` or `credential:NAME`. Clear text only under `insecure_demo`,
 * or where `clearText` says that the value need not be secret (a header).
 */
export function secret(context: FieldContext, options = { clearText: false }) {
  return z
    .string({ error: 'must be file:PATH, env:NAME or credential:NAME, as text' })
    .meta({ form: 'secret' })
    .transform((reference, issues) => {
      try {
        return context.readSecret(reference, options)
      } catch (error) {
        issues.addIssue(error instanceof Error ? error.message : 'cannot be read')
        return z.NEVER
      }
    })
}

type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name

type Field<Name, Value> = Name extends string
  ? NonNullable<Value> extends Duration
    ? `${CamelCase<Name>}Ms`
    : CamelCase<Name>
  : never

/**
 * What a section gives: keys in camelCase, spans of time as numbers named `…Ms`. An optional field
 * that is not in the file is absent.
 */
export type SectionOutput<Shape> = {
  readonly [Name in keyof Shape as Field<Name, Shape[Name]>]: NonNullable<
    Shape[Name]
  > extends Duration
    ? number
    : Exclude<Shape[Name], undefined>
}

/**
 * A mapping with fixed keys. Unknown ones are errors whose message is the list of known keys,
 * separated by spaces; `problems.ts` makes a suggestion of it.
 */
export function section<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? Object.keys(shape).join(' ') : undefined,
    })
    .transform((fields) => camelFields(fields) as SectionOutput<typeof fields>)
}

function camelFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      if (value === undefined) return []
      return [value instanceof Duration ? [`${camel}Ms`, value.milliseconds] : [camel, value]]
    }),
  )
}
