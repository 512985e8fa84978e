import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { type App, createApp, type Started } from '../../src/compose/index.ts'
import { createKeyring, openStore } from '../../src/store/index.ts'
import { type Clock, systemClock } from '../../src/support/index.ts'
import { openGateway, type TestGateway } from '../lab/gateway.ts'

const secretFiles = [
  'holdfast.yaml',
  'users.yaml',
  'credentials/sealing-key',
  'credentials/gateway',
  'credentials/installation-id',
]

/** A folder beside this file, with what a version left behind. */
export const fixtureFolder = (name: string) => fileURLToPath(new URL(`./${name}`, import.meta.url))

/** facts.json: what is in the store. */
export const readFacts = (name: string) =>
  JSON.parse(readFileSync(join(fixtureFolder(name), 'facts.json'), 'utf8'))

/** The system's clock, set to shortly after the files were made. */
export function clockSince(madeAtMs: number): Clock {
  const shiftMs = Date.now() - madeAtMs - 2_000
  return { ...systemClock, nowMs: () => Date.now() - shiftMs }
}

/** A copy of the files as they lay on a disk, with this store in its place. */
export async function placeFixture(name: string, store: 'store' | 'none'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-release-'))
  cpSync(fixtureFolder(name), folder, { recursive: true })
  mkdirSync(join(folder, 'store'), { mode: 0o700 })
  await chmod(join(folder, 'credentials'), 0o700)
  for (const file of secretFiles) await chmod(join(folder, file), 0o600)
  unpack(folder, 'backup', 'backup.db')
  if (store === 'store') unpack(folder, 'store', join('store', 'holdfast.db'))
  return folder
}

function unpack(folder: string, name: string, target: string): void {
  const packed = join(folder, `${name}.db.gz`)
  if (!existsSync(packed)) return
  writeFileSync(join(folder, target), gunzipSync(readFileSync(packed)), { mode: 0o600 })
}

/** Opens the store that lies in the folder now, and reads its audit from end to end. */
export async function verifyAudit(folder: string) {
  const key = readFileSync(join(folder, 'credentials/sealing-key'), 'utf8')
  const store = await openStore({
    file: join(folder, 'store', 'holdfast.db'),
    keyring: createKeyring({ current: Buffer.from(key, 'base64') }),
    node: 'fixture',
  })
  try {
    return await store.audit.verifyAuditChain()
  } finally {
    await store.close()
  }
}

export type Running = {
  readonly app: App
  readonly gateway: TestGateway
  readonly http: Started['http']
}

/** The present version, started with what lies in the folder. */
export async function startFixture(
  folder: string,
  { clock, sharedSecret }: { readonly clock: Clock; readonly sharedSecret: string },
): Promise<Running> {
  const app = await createApp({
    configFile: join(folder, 'holdfast.yaml'),
    env: {},
    version: 'later',
    log: new PassThrough().resume(),
    print: () => undefined,
    clock,
  })
  const { radius, http } = await app.start()
  const gateway = await openGateway({ port: radius[0]?.port ?? 0, secret: sharedSecret })
  return { app, gateway, http }
}
