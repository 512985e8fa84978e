import type { ParsedConfig } from './schema.ts'
import { type SurfaceName, surfaceNames } from './web.ts'

type Web = ParsedConfig['web']

/** One web surface that the file has. */
export type SurfaceConfig = { readonly name: SurfaceName } & NonNullable<
  NonNullable<Web>[SurfaceName]
>

/** The web surfaces of the file, in one order. */
export function surfacesOf(web: Web): readonly SurfaceConfig[] {
  return surfaceNames.flatMap((name) => {
    const settings = web?.[name]
    return settings === undefined ? [] : [{ name, ...settings }]
  })
}
