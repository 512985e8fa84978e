import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

/** Where this program is. */
export const programFolder = join(import.meta.dirname, '../..')

const build = z.object({
  kind: z.enum(['deb', 'tarball', 'container']),
  version: z.string(),
  architecture: z.string(),
  builtAt: z.string(),
  commit: z.string().optional(),
})

/** What `npm run package` wrote into a package. */
export type Build = z.infer<typeof build>

/** The package that this program came in; undefined for one that runs from its repository. */
export function readBuild(folder = programFolder): Build | undefined {
  try {
    return build.parse(JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8')))
  } catch {
    return undefined
  }
}
