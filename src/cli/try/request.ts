import { randomInt } from 'node:crypto'
import {
  type Attribute,
  attributeType,
  type Dictionary,
  type EncodedRequest,
  encodeRequest,
  findAllAttributes,
  findInteger,
  findText,
  type Packet,
  packetCode,
  RadiusError,
  type SharedSecret,
} from '../../radius/index.ts'
import { CliError } from '../errors.ts'
import { printable } from '../text/print.ts'

/** What a person sees of a challenge. */
export type Question = {
  readonly text: string
  /** Whether what is typed may be shown (RFC 2869 5.10). */
  readonly echo: boolean
}

/** The requests of one sign-in: identifiers increase by one, and each answer carries the last State. */
export type Requests = {
  /** Without a password where the gateway has checked it. */
  next(password: string | undefined): {
    readonly request: EncodedRequest
    readonly attributes: readonly Attribute[]
  }
  /** Keeps the State for the next request, and gives what the person is asked. */
  challenged(challenge: Packet): Question
}

export function createRequests(secret: SharedSecret, attributes: readonly Attribute[]): Requests {
  let identifier = randomInt(256)
  let state: readonly Attribute[] = []
  return {
    next(password) {
      identifier = (identifier + 1) % 256
      const sent = [...attributes, ...state]
      const request = encode(() =>
        encodeRequest(
          {
            code: packetCode.AccessRequest,
            identifier,
            attributes: sent,
            ...(password === undefined ? {} : { password }),
          },
          secret,
        ),
      )
      return { request, attributes: sent }
    },
    challenged(challenge) {
      const type = attributeType.State
      state = findAllAttributes(challenge, type).map((value) => ({ type, value }))
      const message = findText(challenge, attributeType.ReplyMessage) ?? 'Answer'
      return { text: printable(message), echo: findInteger(challenge, attributeType.Prompt) === 1 }
    },
  }
}

/** Attributes by their names; the command line writes further ones as `NAME=VALUE`. */
export function namedAttributes(
  named: Readonly<Record<string, string | undefined>>,
  further: readonly string[],
  dictionary: Dictionary,
): readonly Attribute[] {
  return [
    ...Object.entries(named).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
    ...further.map(parseAttribute),
  ].flatMap(([name, value]) => encode(() => dictionary.encode({ name, value })))
}

/** Throws CliError `usage`. */
export function parseAttribute(text: string): readonly [name: string, value: string | number] {
  const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new CliError('usage', `--attribute ${text} has to be NAME=VALUE.`)
  }
  return [name, /^\d{1,10}$/.test(value) ? Number(value) : value]
}

/** What cannot be encoded was typed wrong. */
function encode<Result>(make: () => Result): Result {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof RadiusError) throw new CliError('usage', `${cause.message}.`, { cause })
    throw cause
  }
}
