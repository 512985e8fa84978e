import { configJsonSchema } from './reference.ts'

let names: ReadonlySet<string> | undefined

/** Every key that the schema itself has, at any depth: what is in a path and was not chosen by an administrator. */
export function settingNames(): ReadonlySet<string> {
  names ??= new Set(namesIn(configJsonSchema()))
  return names
}

function namesIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  const own = 'properties' in part ? Object.keys(part.properties ?? {}) : []
  return [...own, ...Object.values(part).flatMap(namesIn)]
}
