import {
  type Config,
  ConfigError,
  findIdleSettings,
  findUnsafeSettings,
} from '../../config/index.ts'
import {
  type CheckRow,
  checkCertificates,
  checkProviders,
  collectRows,
} from '../../operations/index.ts'
import type { CliIo } from '../io.ts'
import { configEnvironment } from '../service/find-service.ts'
import { certificatesOf } from './certificates.ts'
import { providersOf } from './providers.ts'
import { checkRevocations } from './revocations.ts'

const area = 'configuration'

/**
 * Reads a configuration with all that it names. Rows and nothing else: they say what is wrong with it. Never rejects.
 */
export async function readConfiguration(
  file: string,
  io: CliIo,
): Promise<{ readonly rows: readonly CheckRow[]; readonly config?: Config }> {
  const { loadCheckedConfig } = await import('../../compose/checked-config.ts')
  let config: Config | undefined
  const rows = await collectRows([
    {
      ...{ area, what: file },
      rows: () => {
        try {
          config = loadCheckedConfig(file, configEnvironment(io))
          const detail = `gateways: ${Object.keys(config.gateways).length}`
          return [{ area, what: file, state: 'ok', detail, remedy: '' }]
        } catch (error) {
          if (error instanceof ConfigError) return problemsOf(error)
          throw error
        }
      },
    },
  ])
  return { rows, ...(config && { config }) }
}

function problemsOf({ problems }: ConfigError): readonly CheckRow[] {
  return problems.map(({ file, line, column, path, message, suggestion }) => ({
    ...{ area, what: `${file}:${line}:${column}`, state: 'failed' },
    detail: path === '' ? message : `${path}: ${message}`,
    remedy: suggestion === undefined ? '' : `Did you mean ${suggestion}?`,
  }))
}

/** What a configuration says, its certificates, and whether its providers can be reached from here. */
export function checkConfiguration(config: Config, io: CliIo): Promise<readonly CheckRow[]> {
  const { crlFile } = config.eap?.devices ?? {}
  return collectRows([
    { area, what: 'unsafe settings', rows: () => unsafeRows(config) },
    { area, what: 'settings without effect', rows: () => idleRows(config) },
    { area, what: 'dictionaries', rows: () => dictionaryRows(config) },
    {
      ...{ area: 'certificate', what: 'all' },
      rows: () => checkCertificates(certificatesOf(config), io.clock),
    },
    {
      ...{ area: 'certificate', what: 'revoked certificates of devices' },
      rows: () => (crlFile === undefined ? [] : checkRevocations(crlFile, io.clock.nowMs())),
    },
    {
      ...{ area: 'provider', what: 'all' },
      rows: () => checkProviders(providersOf(config), io.signal),
    },
  ])
}

function unsafeRows(config: Config): readonly CheckRow[] {
  return findUnsafeSettings(config).map(({ setting, danger }) => ({
    ...{ area, what: setting, state: 'warning', detail: danger, remedy: '' },
  }))
}

function idleRows(config: Config): readonly CheckRow[] {
  return findIdleSettings(config).map(({ setting, why, remedy, denies }) => ({
    ...{ area, what: setting, state: denies ? 'failed' : 'warning', detail: why, remedy },
  }))
}

async function dictionaryRows({ dictionaries }: Config): Promise<readonly CheckRow[]> {
  const { describeSkipped, skippedInDictionaries } = await import('../../compose/dictionary.ts')
  return skippedInDictionaries(dictionaries).map((kind) => ({
    ...{ area, what: 'dictionaries', state: 'warning', detail: describeSkipped(kind) },
    remedy: 'Nothing to do, unless you want to use them. What your configuration names is there.',
  }))
}
