import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import * as z from 'zod'
import type { Secret } from '../support/index.ts'
import { messageOf } from '../support/index.ts'
import { parseYaml } from './files/problems.ts'
import {
  type InstallationPlace,
  locateInstallation,
  readInstallation,
  sealingKeyFile,
} from './installation-id.ts'
import { defaultStoreFile } from './schema/fields.ts'
import { type LastingStore, lastingStore } from './schema/store/place.ts'
import { createSecretReader } from './secrets.ts'

/** Where the store of an installation is, and its key, as far as they can be found. */
export type StoreParts = {
  /** Undefined where a demo keeps its store in a temporary folder. */
  readonly place?: LastingStore
  /** The sealing key, or why there is none. */
  readonly key: { readonly secret: Secret } | { readonly problem: string }
  /** Where the key has to be; undefined where it comes from no file. */
  readonly keyFile?: string
  readonly installation: InstallationPlace
  readonly nodeName: string
}

const fields = z.looseObject({
  store: z.unknown().default({ sqlite: defaultStoreFile }),
  sealing_key: z.string().default('credential:sealing-key'),
  insecure_demo: z.boolean().default(false),
  node_name: z.string().optional(),
})

/**
 * Reads of a configuration what `restore` and `store create` need. The rest may be wrong: on a new
 * machine other secrets are not there yet. With `isMissing` the file is not read, and the defaults of
 * one in its place count. Throws Error, which names the file.
 */
export function readStoreParts(
  configFile: string,
  options: {
    readonly env: Readonly<Record<string, string | undefined>>
    readonly isMissing: boolean
  },
): StoreParts {
  const value = options.isMissing ? {} : readYamlValue(configFile)
  const found = fields.safeParse(value)
  if (!found.success) throw new Error(`${configFile}: ${z.prettifyError(found.error)}`)
  const { store, sealing_key: reference, insecure_demo: demo, node_name: node } = found.data
  const folder = dirname(resolve(configFile))
  const resolvePath = (path: string) => resolve(folder, path)
  const readFile = (path: string) => readFileSync(path)
  const readSecret = createSecretReader({
    ...{ env: options.env, readFile, resolvePath, demo },
    onFile: () => undefined,
    onRemark: () => undefined,
  })
  const place = store === 'temporary' ? undefined : lastingStore({ readSecret, resolvePath })
  const placed = place?.safeParse(store)
  if (placed?.success === false) {
    throw new Error(`${configFile}: store: ${z.prettifyError(placed.error)}`)
  }
  const keyFile = sealingKeyFile(configFile, value)
  return {
    ...(placed === undefined ? {} : { place: placed.data }),
    ...(keyFile === undefined ? {} : { keyFile }),
    key: tryRead(() => readSecret(reference, { clearText: false })),
    nodeName: node ?? hostname(),
    installation: readInstallation(locateInstallation(configFile, value, options.env)),
  }
}

function readYamlValue(file: string): unknown {
  const yaml = parseYaml(file, readFileSync(file, 'utf8'))
  const [problem] = yaml.problems
  if (problem) throw new Error(`${file}:${problem.line}: ${problem.message}`)
  return yaml.value
}

function tryRead(read: () => Secret): StoreParts['key'] {
  try {
    return { secret: read() }
  } catch (error) {
    return { problem: messageOf(error) }
  }
}
