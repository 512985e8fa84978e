import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Secret } from '../support/index.ts'
import { namedFiles } from './named-files.ts'
import type { Config } from './resolved/resolve.ts'

/**
 * A hash, 32 bytes, of all that decides how a service behaves: the settings with their secrets, and the
 * files that they name. Equal where a reload would change nothing. It stays in the process that made it:
 * of a weak secret it could be guessed.
 */
export function identifyConfig(config: Config): Buffer {
  const hash = createHash('sha256').update(JSON.stringify(settingsOf(config), revealSecret))
  // Files of the web are read again by themselves.
  for (const { path, file } of namedFiles(config).filter(({ path }) => path[0] !== 'web')) {
    hash.update(`\0${path.join('.')}\0`).update(contentOf(file))
  }
  return hash.digest()
}

/**
 * The same of what the nodes of one installation should have in common: without names, addresses to listen at, sockets,
 * certificates of web pages and the way to the store, which each node has of its own.
 */
export function identifyShared(config: Config): Buffer {
  const { nodeName, http, adminSocket, store, log, ...shared } = settingsOf(config)
  const reveal = function (this: unknown, key: string, value: unknown): unknown {
    return ofOneNode.includes(key) ? undefined : revealSecret.call(this, key, value)
  }
  const hash = createHash('sha256').update(JSON.stringify(shared, reveal))
  for (const { path, file } of namedFiles(config)) {
    if (['web', 'webhooks', 'store'].includes(String(path[0]))) continue
    hash.update(`\0${path.join('.')}\0`).update(contentOf(file))
  }
  return hash.digest()
}

/** Settings in any section that differ from node to node. */
const ofOneNode = ['listen', 'certificate', 'certFile', 'keyFile']

/** What may be compared between processes: good for one question, since `salt` is new each time. */
export function saltIdentity(identity: Uint8Array, salt: Uint8Array): Buffer {
  return createHmac('sha256', salt).update(identity).digest()
}

/**
 * Without line numbers, and without what depends on the process that reads it: what was noticed about files of secrets,
 * what systemd hands over to the service alone (its credentials and CacheDirectory), and the places of a demo. The
 * sealing key is compared by its id, because a rotation changes it while the service runs.
 */
function settingsOf(config: Config): Readonly<Record<string, unknown>> {
  const {
    exposedFiles,
    secretRemarks,
    sealingKey,
    installation,
    headFile,
    groupPlaces,
    ...settings
  } = config
  if (!config.insecureDemo) return settings
  const { adminSocket, eap, ...demo } = settings
  return config.demo?.wifiCertificate === true ? demo : { ...demo, eap }
}

function revealSecret(this: unknown, key: string, value: unknown): unknown {
  const original = typeof this === 'object' && this !== null ? Reflect.get(this, key) : undefined
  return original instanceof Secret ? original.reveal() : value
}

function contentOf(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.from('cannot be read')
  }
}
