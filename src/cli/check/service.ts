import { randomBytes } from 'node:crypto'
import type { Config } from '../../config/index.ts'
import {
  type CheckRow,
  failureOf,
  notExamined,
  type ServiceStatus,
} from '../../operations/index.ts'
import { HoldfastError } from '../../support/index.ts'
import { isSameFile } from '../files.ts'
import type { CliIo } from '../io.ts'
import { programVersion } from '../program-version.ts'
import { candidateSockets, type Target } from '../service/find-service.ts'
import { findService, statusOf } from '../service/session.ts'
import type { Session } from '../service/session-type.ts'
import { formatDateTime } from '../text/times.ts'

/** The running service, or a row that says why there is none to ask. */
export type Service =
  | { readonly session: Session; readonly status: ServiceStatus }
  | {
      readonly session?: undefined
      readonly row: CheckRow
      /** One runs and has its store open, but is too old to be asked. */
      readonly isOlder?: boolean
    }

const row = { area: 'service', what: 'running' } as const

/** Never rejects: a service that may not be asked is a row. */
export async function lookForService(target: Target, io: CliIo): Promise<Service> {
  try {
    const found = await findService(target, io)
    if (found === undefined) return { row: notRunning(target, io) }
    const { session } = found
    try {
      return { session, status: await statusOf(session) }
    } catch (error) {
      await session.close()
      throw error
    }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    if (error.code === 'no-configuration') {
      const why = 'the configuration cannot be read, so its socket is not known'
      return { row: notExamined(row.area, row.what, why, 'Name the socket with --socket.') }
    }
    if (error.code === 'service-older') {
      const remedy = 'Correct what is wrong here, then restart it and run holdfast check again.'
      const detail = 'one that was started before the upgrade, which cannot be asked'
      return { row: { ...row, state: 'warning', detail, remedy }, isOlder: true }
    }
    return { row: { ...row, ...failureOf(error) } }
  }
}

function notRunning(target: Target, io: CliIo): CheckRow {
  const detail = `no: nothing listens on ${candidateSockets(target, io).join(' or ')}`
  return target.socket === undefined
    ? { ...row, state: 'warning', detail, remedy: 'Start it. The rest was looked at from here.' }
    : { ...row, state: 'failed', detail, remedy: 'Start it, or correct --socket.' }
}

/** How what the service runs and the file that is examined belong together. */
export type ConfigComparison =
  /** What it runs is what the file says now. */
  | { readonly kind: 'same' }
  /** It was started with this file, which has changed since. */
  | { readonly kind: 'changed' }
  /** It was started with this file, which cannot be used any more. */
  | { readonly kind: 'broken' }
  | { readonly kind: 'other' }

/** Compares them; `row` says it. `config`: undefined where the file cannot be used. */
export async function compareWithService(
  { session, status }: Extract<Service, { session: Session }>,
  file: string,
  config: Config | undefined,
): Promise<{ readonly status: ConfigComparison; readonly row: CheckRow }> {
  const { configFile, pid, version } = status
  const who = `version ${version}, process ${pid}`
  if (!isSameFile(configFile, file)) {
    const detail = `${who}, with another configuration: ${configFile}, not ${file}`
    const remedy = `This table is about ${file}; rows on gateways and store are about the running service. To examine what it runs: holdfast check --config ${configFile}`
    return { status: { kind: 'other' }, row: { ...row, state: 'warning', detail, remedy } }
  }
  if (config === undefined) {
    const detail = `${who}, with what it read from ${file} before; the file cannot be used now`
    const remedy = 'Correct the file: the next start or reload would be refused.'
    return { status: { kind: 'broken' }, row: { ...row, state: 'warning', detail, remedy } }
  }
  const { isSame, readAtMs } = await askWhetherSame(session, config)
  if (isSame) {
    const detail = `${who}, with this configuration`
    return { status: { kind: 'same' }, row: { ...row, state: 'ok', detail, remedy: '' } }
  }
  const isOlder = version !== programVersion()
  const detail = isOlder
    ? `${who}, which read ${file} as that version does; this is version ${programVersion()}`
    : `${who}, with ${file} as it was at ${formatDateTime(readAtMs)}; the file, or one that it names, has changed since`
  const remedy = isOlder ? 'Restart it.' : 'Apply the change with holdfast reload.'
  return { status: { kind: 'changed' }, row: { ...row, state: 'warning', detail, remedy } }
}

async function askWhetherSame(session: Session, config: Config) {
  const { identifyConfig, saltIdentity } = await import('../../config/identity.ts')
  const salt = randomBytes(32)
  return session.call('configuration.compare', {
    salt: salt.toString('base64'),
    digest: saltIdentity(identifyConfig(config), salt).toString('base64'),
  })
}
