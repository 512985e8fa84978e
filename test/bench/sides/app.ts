import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stopOnExit } from '../../lab/child.ts'
import { freePort } from '../../lab/port.ts'
import { profilerFlags } from './profile.ts'
import type { ToldMemory } from './tell-memory.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export type BenchApp = {
  readonly pid: number
  readonly port: number
  /** What it holds after a full collection, where it was started with tell-memory.ts. */
  memory(): Promise<ToldMemory>
  stop(): Promise<void>
}

/**
 * Starts `holdfast serve` as a service runs it, with its log in a file. `prepare` fills the folder
 * and gives the configuration without `listen`, `admin_socket` and `insecure_demo`. `checkout` is the
 * folder of the Holdfast to run; default this one. `preload`: a module that is loaded before it.
 */
export async function startApp(
  prepare: (folder: string) => string,
  checkout = root,
  preload?: URL,
): Promise<BenchApp> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
  const port = await freePort()
  const configFile = join(folder, 'holdfast.yaml')
  writeFileSync(
    configFile,
    `insecure_demo: true
listen: ["127.0.0.1:${port}"]
admin_socket: ${folder}/admin.sock
${prepare(folder)}`,
  )
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'a')
  const preloadFlags = preload === undefined ? [] : ['--expose-gc', `--import=${preload.href}`]
  const child = spawn(
    process.execPath,
    [...profilerFlags(), ...preloadFlags, 'src/main.ts', 'serve', '--config', configFile],
    {
      cwd: checkout,
      stdio: ['ignore', log, log, ...(preload === undefined ? [] : (['ipc'] as const))],
    },
  )
  closeSync(log)
  stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
  const printed = () => readFileSync(logFile, 'utf8')
  for (let waitedMs = 0; !printed().includes('service-ready'); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > 60_000) throw new Error(`no Holdfast: ${printed()}`)
    await sleep(50)
  }
  return {
    pid: child.pid ?? 0,
    port,
    async memory() {
      child.send('tell')
      const [told] = await once(child, 'message')
      return told
    },
    async stop() {
      child.ref()
      child.kill('SIGTERM')
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
