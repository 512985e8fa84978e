import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stopOnExit } from './child.ts'
import { wideTotp } from './totp.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A Holdfast process with a configuration of its own. */
export type Service = {
  readonly folder: string
  readonly configFile: string
  readonly port: number
  readonly httpPort: number
  readonly process: ChildProcess
  /** Everything it has printed. */
  output(): string
  /** Waits until it has printed a line that fits. */
  printed(pattern: RegExp, withinMs?: number): Promise<void>
  /** Ends it by this signal and waits; gives its exit code (null when the signal ended it). */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts `holdfast serve` and waits for `ready`. `yaml` gets free ports and may use the folder. Its clock is
 * ahead of ours by `aheadMs`, and its environment has these variables more.
 */
export async function startService(
  yaml: (place: { port: number; httpPort: number; folder: string }) => string,
  keep?: { readonly folder: string; readonly port: number; readonly httpPort: number },
  aheadMs = 0,
  environment: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const folder = keep?.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  const port = keep?.port ?? (await freeUdpPort())
  const httpPort = keep?.httpPort ?? (await freeTcpPort())
  const configFile = join(folder, 'holdfast.yaml')
  writeFileSync(configFile, yaml({ port, httpPort, folder }))
  const ahead = `const now = Date.now; Date.now = () => now() + ${aheadMs}`
  const nodeOptions = aheadMs === 0 ? [] : [`--import=data:text/javascript,${encodeURI(ahead)}`]
  const child = spawn('node', [...nodeOptions, 'src/main.ts', 'serve', '--config', configFile], {
    cwd: root,
    env: { ...process.env, XDG_RUNTIME_DIR: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))

  const service: Service = {
    folder,
    configFile,
    port,
    httpPort,
    process: child,
    output: () => output,
    async printed(pattern, withinMs = 300_000) {
      const untilMs = Date.now() + withinMs
      while (!pattern.test(output)) {
        if (child.exitCode !== null || Date.now() > untilMs) {
          throw new Error(`never printed ${pattern}:\n${output}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
  // Not just "ready": an address may be "already in use".
  await service.printed(/ready after/)
  return service
}

/** The demo's configuration on other ports. */
export function demoYaml({ port, httpPort }: { port: number; httpPort: number }): string {
  return readFileSync(join(root, 'config/demo.yaml'), 'utf8')
    .replace('"[::1]:1812"', `"[::1]:${port}"`)
    .replace('"127.0.0.1:1812"', `"127.0.0.1:${port}"`)
    .replace('"127.0.0.1:1813"', '"127.0.0.1:0"')
    .replace('\nmethods:\n', `\nmethods:\n  totp: ${JSON.stringify(wideTotp)}\n`)
    .replaceAll('"127.0.0.1:8080"', `"127.0.0.1:${httpPort}"`)
    .replace('http://localhost:8080', `http://localhost:${httpPort}`)
}

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}

async function freeTcpPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
