import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  type ChainReport,
  type Store,
  type StoreErrorCode,
  storeErrorCodes,
} from '../../store/index.ts'
import { type Clock, counted, dayMs, decodeMostlyUtf8, HoldfastError } from '../../support/index.ts'
import { judgeSigning } from '../gateways/signing.ts'
import type { GatewayStatus } from '../parts.ts'
import { adviceOf, type CheckRow, failureOf, rowOfStoreDown } from './check-row.ts'

/** A certificate of the configuration, and its key where we serve with it. PEM files. */
export type CertificateFiles = {
  readonly what: string
  readonly certificateFile: string
  readonly keyFile?: string
}

const warningDays = 30

/** Reads every certificate of the files: do they parse, are they valid now, does the key fit? */
export function checkCertificates(
  certificates: readonly CertificateFiles[],
  clock: Clock,
): readonly CheckRow[] {
  return certificates.map((files) => {
    const row = { area: 'certificate', what: files.what }
    try {
      return { ...row, ...judge(files, clock.nowMs()) }
    } catch (error) {
      return {
        ...row,
        ...failureOf(error),
        remedy: `Put PEM files that this user can read at ${[files.certificateFile, files.keyFile].filter(Boolean).join(' and ')}.`,
      }
    }
  })
}

function judge(
  { certificateFile, keyFile }: CertificateFiles,
  nowMs: number,
): Omit<CheckRow, 'area' | 'what'> {
  const certificates = readCertificates(certificateFile)
  const [leaf] = certificates
  if (!leaf) {
    const remedy = 'Put a PEM file there.'
    return { state: 'failed', detail: `no certificate in ${certificateFile}`, remedy }
  }
  if (keyFile !== undefined && !leaf.checkPrivateKey(createPrivateKey(readPem(keyFile)))) {
    const remedy =
      'Use the key that the certificate was made for; the leaf comes first in the file.'
    return { state: 'failed', detail: 'the key does not belong to the certificate', remedy }
  }
  const starts = Math.max(...certificates.map(({ validFrom }) => Date.parse(validFrom)))
  const ends = Math.min(...certificates.map(({ validTo }) => Date.parse(validTo)))
  const subject = leaf.subject.replaceAll('\n', ', ')
  if (starts > nowMs) {
    const remedy = 'Set the clock right, or wait.'
    return { state: 'failed', detail: `${subject}: not valid yet`, remedy }
  }
  const daysLeft = Math.floor((ends - nowMs) / dayMs)
  const detail = `${subject}: ends ${new Date(ends).toISOString().slice(0, 10)}`
  if (daysLeft < 0) return { state: 'failed', detail, remedy: 'Renew it: it has ended.' }
  if (daysLeft < warningDays) {
    return {
      state: 'warning',
      detail,
      remedy: `Renew it: ${counted(daysLeft, 'day is', 'days are')} left.`,
    }
  }
  return { state: 'ok', detail, remedy: '' }
}

function readCertificates(file: string): readonly X509Certificate[] {
  const blocks =
    readPem(file).match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

function readPem(file: string): string {
  return decodeMostlyUtf8(file, readFileSync(file))
}

/** A directory as far as it can be looked at. */
export type CheckedDirectory = {
  readonly name: string
  /** `groups`: those that rules name; each has to be there once. */
  check?(
    groups: readonly string[],
  ): Promise<
    readonly { what: string; ok: boolean; detail: string; remedy: string; group?: string }[]
  >
}

/**
 * Asks every directory that can be checked. `groupsOf` gives the groups rules look for in one, `placesOf` where the
 * file names one.
 */
export async function checkDirectories(
  directories: readonly CheckedDirectory[],
  groupsOf: (directory: string) => readonly string[],
  placesOf: (group: string) => string = () => '',
): Promise<readonly CheckRow[]> {
  const rows = await Promise.all(
    directories.map(async (directory): Promise<readonly CheckRow[]> => {
      if (!directory.check) {
        const detail = 'people listed in the configuration'
        return [{ area: 'directory', what: directory.name, state: 'ok', detail, remedy: '' }]
      }
      const checked = await directory.check(groupsOf(directory.name))
      return checked.map(({ what, ok, detail, remedy, group }) => {
        const place = group === undefined || remedy === '' ? '' : placesOf(group)
        return {
          area: 'directory',
          what,
          state: ok ? (remedy === '' ? 'ok' : 'warning') : 'failed',
          detail: place === '' ? detail : `${detail}. Named at: ${place}`,
          remedy,
        }
      })
    }),
  )
  return rows.flat()
}

/** Whether gateways send Message-Authenticator as they should (CVE-2024-3596). */
export function checkGateways(
  gateways: readonly GatewayStatus[],
  nowMs: number,
): readonly CheckRow[] {
  return gateways.map(({ name, kind, signing }) => ({
    area: 'gateway',
    what: kind === undefined ? name : `${name} (${kind})`,
    ...judgeSigning(signing, nowMs),
  }))
}

/** Whether the store writes, and whether the chain of the audit holds. Never rejects. */
export async function checkStore(
  store: Pick<Store, 'probe' | 'audit'>,
): Promise<readonly CheckRow[]> {
  const health = await store.probe()
  const down = rowOfStoreDown(health.code)
  if (down !== undefined) return [down]
  const writing: CheckRow = health.ok
    ? row('writes', 'ok', `last commit took ${Math.round(health.lastCommitMs)} ms`, '')
    : failedRow(health.code)
  try {
    return [writing, auditRow(await store.audit.verifyAuditChain())]
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return [writing, row('audit chain', 'failed', error.message, 'Look at the disk.')]
  }
}

/** Each process that shares a database has begun one; most of them have ended, and the others name their ends. */
const mostHeads = 8

/** Rows, erased ones and the end of each chain, for comparison with what was seen elsewhere (RULES 37). */
function auditRow(chain: ChainReport): CheckRow {
  if (!chain.ok) {
    return row(
      'audit chain',
      'failed',
      `row ${chain.seq} of ${chain.node}: ${chain.fault}`,
      faultRemedies[chain.fault],
    )
  }
  const { rows, erased, found, unaccounted, heads } = chain
  const shown = heads.slice(0, mostHeads)
  const ends = shown.map(({ node, seq, hash }) => `head of ${node}: row ${seq}, hash ${hash}`)
  if (heads.length > mostHeads) ends.push(`and ${heads.length - mostHeads} more chains`)
  const known = found === 0 ? '' : ` (${found} of them by version 0.1.0, which did not say which)`
  const detail = [`${counted(rows, 'row')}, unbroken`, `${erased} erased${known}`, ...ends].join(
    '; ',
  )
  if (unaccounted === 0) return row('audit chain', 'ok', detail, '')
  return row(
    'audit chain',
    'warning',
    detail,
    `Version 0.1.0 recorded fewer erasures than were found after it: ${counted(unaccounted, 'row')} may have been erased by hand. Compare with a backup of that time.`,
  )
}

const compareBackup = 'Compare with a backup, and find out who could write the file.'

const faultRemedies: Readonly<Record<Extract<ChainReport, { ok: false }>['fault'], string>> = {
  'row-missing': `A row is missing or out of order. ${compareBackup}`,
  'row-changed': `The row was changed. ${compareBackup}`,
  'personal-part-changed': `The user, address, device or time line of the row was changed. ${compareBackup}`,
  wiped: `The user, address, device and time line of the row were erased, and no command did that. ${compareBackup}`,
  'erasure-undone': `A command erased the row, and it was filled again. ${compareBackup}`,
  'chain-cut': `The end of this chain was cut off, or all of it. ${compareBackup}`,
  'anchor-changed': `Where the rows of the past were purged was changed. ${compareBackup}`,
}

/** The advice of the error is the remedy. */
function failedRow(code = 'store-failed'): CheckRow {
  if (!Object.hasOwn(storeErrorCodes, code)) return row('writes', 'failed', code, '')
  const known = code as StoreErrorCode
  const [what] = storeErrorCodes[known].split(': ')
  return row('writes', 'failed', `${code}: ${what}`, adviceOf(known))
}

/**
 * Whether the store is of the installation that the file beside the sealing key names (RULES 43).
 * `expected`: what that file says; undefined where it is not there.
 */
export function checkInstallation(
  store: Pick<Store, 'installationId'>,
  { file, id: expected }: { readonly file: string; readonly id?: string },
): CheckRow {
  const { installationId: id } = store
  if (expected === id) return row('installation', 'ok', `${id}, as ${file} says`, '')
  if (expected === undefined) {
    return row(
      'installation',
      'warning',
      `its id, ${id}, is not at ${file}, or this user cannot read that`,
      'Run holdfast store adopt as root: from then on no other store is taken for this one.',
    )
  }
  return row(
    'installation',
    'failed',
    `the store is of ${id}, but ${file} says ${expected}`,
    'If the store is the right one, run holdfast store adopt; if it is not, restore a backup.',
  )
}

function row(what: string, state: CheckRow['state'], detail: string, remedy: string): CheckRow {
  return { area: 'store', what, state, detail, remedy }
}
