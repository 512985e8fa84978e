import { headerLength, maxPacketLength, maxValueLength } from '../../../radius/numbers.ts'
import { closest, messageOf, placesIn } from '../../../support/index.ts'
import { entryOf, type Finding } from '../../finding.ts'
import type { Config } from '../../resolved/resolve.ts'

/** A check that needs what another part knows. `compose` passes them to `loadConfig`. */
export type ConfigCheck = (config: Config) => readonly Finding[]

/**
 * What static attributes may take together, in bytes: a packet without its header, Message-Authenticator (16 bytes),
 * User-Name and Reply-Message, each with 2 bytes in front.
 */
export const maxStaticBytes = maxPacketLength - headerLength - (2 + 16) - 2 * (2 + maxValueLength)

/**
 * Encodes every attribute under `reply` and sums them (RULES 19). `openDictionary` reads further
 * dictionary files and gives a function from name and value to bytes on the wire; both may throw.
 */
export function checkReplies(
  openDictionary: (
    files: readonly string[],
  ) => (attribute: { name: string; value: string | number }) => number,
): ConfigCheck {
  return (config) => {
    let encodedBytes: (attribute: { name: string; value: string | number }) => number
    try {
      encodedBytes = openDictionary(config.dictionaries)
    } catch (error) {
      return [{ path: ['dictionaries'], message: messageOf(error) }]
    }
    return Object.values(config.gateways).flatMap(({ name, reply }): readonly Finding[] => {
      const path = ['gateways', name, 'reply']
      const findings: Finding[] = []
      let bytes = 0
      for (const attribute of reply) {
        try {
          bytes += encodedBytes(attribute)
        } catch (error) {
          findings.push({ path: [...path, attribute.name], message: messageOf(error) })
        }
      }
      if (bytes <= maxStaticBytes) return findings
      const message = `takes ${bytes} bytes, ${maxStaticBytes} is the most`
      return [...findings, { path, message }]
    })
  }
}

/**
 * Looks at `language` and `texts`. `builtIn` has the wording of each language by key; `en` is there,
 * and its `{places}` are those a text may use.
 */
export function checkWording(
  builtIn: Readonly<Record<string, Readonly<Record<string, string>>>>,
): ConfigCheck {
  const known = builtIn.en ?? {}
  return ({ language, texts }) => {
    const languages = [...Object.keys(builtIn), ...Object.keys(texts)]
    const primary = language.toLowerCase().split('-')[0] ?? ''
    const findings = Object.entries(texts).flatMap(([tag, wording]) =>
      Object.entries(wording).flatMap(([key, text]) => checkText(['texts', tag, key], text, known)),
    )
    return languages.includes(language) || languages.includes(primary)
      ? findings
      : [{ path: ['language'], message: `there are texts in ${languages.join(', ')}` }, ...findings]
  }
}

function checkText(
  path: readonly [string, string, string],
  text: string,
  known: Readonly<Record<string, string>>,
): readonly Finding[] {
  const [, , key] = path
  const original = entryOf(known, key)
  if (original === undefined) {
    const suggestion = closest(key, Object.keys(known))
    const message = 'is not a text that can be changed'
    return [suggestion === undefined ? { path, message } : { path, message, suggestion }]
  }
  const places = placesIn(original).map(asPlace)
  return placesIn(text)
    .map(asPlace)
    .filter((place) => !places.includes(place))
    .map((place) => ({
      path,
      message: `${place} is not filled in here; it may use ${places.join(' ') || 'none'}`,
    }))
}

function asPlace(name: string): string {
  return `{${name}}`
}
