import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopOnExit } from '../lab/child.ts'
import { freePort } from '../lab/port.ts'
import { lastingConfig, type Place, type Settings } from '../lab/service-config.ts'

export const mebibyte = 1024 * 1024
const childFile = new URL('./service-child.ts', import.meta.url).pathname

type Usage = NodeJS.MemoryUsage

/** A service on the loopback that is asked for its memory. */
export type SoakService = {
  readonly place: Place
  usage(how: 'look' | 'collect'): Promise<Usage>
  stop(): Promise<void>
}

/** Starts it in the control group whose file of processes is given. */
export async function startSoakService(
  processes = '/dev/null',
  configOf: (place: Place) => Settings = lastingConfig,
): Promise<SoakService> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-soak-'))
  const place = { port: await freePort(), httpPort: await freePort(), folder }
  const file = join(folder, 'holdfast.yaml')
  writeFileSync(file, JSON.stringify(configOf(place)))
  const joinGroup = `echo $$ > ${processes}; exec "$0" "$@"`
  const child: ChildProcess = spawn('sh', ['-c', joinGroup, process.execPath, childFile, file], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
  })
  stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
  await once(child, 'message')
  return {
    place,
    async usage(how) {
      child.send(how)
      const [usage] = (await once(child, 'message')) as [Usage]
      return usage
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

export function showUsage(what: string, { rss, heapUsed, heapTotal, external }: Usage): void {
  const mb = (bytes: number) => Math.round(bytes / mebibyte)
  console.log(
    `      ${what.padEnd(16)} resident ${mb(rss)} MB, heap ${mb(heapUsed)} of ${mb(heapTotal)} MB, outside ${mb(external)} MB`,
  )
}
