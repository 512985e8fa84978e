import { messageOf } from '../../../support/index.ts'
import type { Finding } from '../../finding.ts'
import type { ConfigCheck } from './elsewhere.ts'

/** Throws where no attribute of a request can have this name and value. */
export type AttributeReader = (name: string, value: string | number) => unknown

/**
 * Reads every attribute that `rules` compare with, so that a value that does not fit its type shows with
 * its place. `openDictionary` reads further dictionary files and may throw.
 */
export function checkAttributes(
  openDictionary: (files: readonly string[]) => AttributeReader,
): ConfigCheck {
  return (config) => {
    if (config.rules.every(({ attribute }) => attribute === undefined)) return []
    let read: AttributeReader
    try {
      read = openDictionary(config.dictionaries)
    } catch (error) {
      return [{ path: ['dictionaries'], message: messageOf(error) }]
    }
    return config.rules.flatMap(({ attribute = {} }, index) =>
      Object.entries(attribute).flatMap(([name, values]) =>
        values.flatMap((value): readonly Finding[] => {
          try {
            read(name, value)
            return []
          } catch (error) {
            const path = ['rules', index, 'attribute', name]
            return [{ path, message: messageOf(error) }]
          }
        }),
      ),
    )
  }
}
