import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stopOnExit } from '../child.ts'
import type { CommandResult } from '../cli.ts'
import { commandsOf, filesOf, type PageBlock } from './page.ts'

const script = join(import.meta.dirname, 'host.sh')
const standIns = join(import.meta.dirname, 'bin')

/**
 * The machine of a gateway: the addresses and paths that a page prints exist in it, and no other program sees its
 * files. Holdfast runs in it too, at 192.0.2.20.
 */
export type GatewayHost = {
  readonly folder: string
  /** What comes before a command that is to run in it. */
  readonly inside: readonly string[]
  /** With a PATH where `systemctl` and `apt-get` are stand-ins: see bin/. */
  readonly environment: NodeJS.ProcessEnv
  write(path: string, text: string, mode?: number): void
  read(path: string): string
  spawn(command: string, args: readonly string[]): ChildProcessWithoutNullStreams
  /** Runs a command to its end. */
  run(command: string, args: readonly string[], input?: string): Promise<CommandResult>
  /** Writes the files of a page, then types its commands. Throws when one of them fails. */
  follow(blocks: readonly PageBlock[]): Promise<void>
  /** Waits until a unit that `systemctl` has started prints this. Gives all that it has printed. */
  logged(unit: string, pattern: RegExp, withinMs?: number): Promise<string>
  /** Ends all that runs in it. */
  remove(): void
}

/** Makes a gateway's machine. Needs root. */
export async function createGatewayHost(): Promise<GatewayHost> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-gateway-'))
  // Services that run as another user come through.
  chmodSync(folder, 0o755)
  const holder = spawn('unshare', ['-nm', '--propagation', 'private', 'sh', script, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const pid = holder.pid
  const remove = () => {
    endAllIn(pid)
    rmSync(folder, { recursive: true, force: true })
  }
  stopOnExit(holder, remove)
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('exit', (code) => reject(new Error(`no namespace for a gateway: code ${code}`)))
  })

  const inside = ['nsenter', '--target', String(pid), '--net', '--mount', '--']
  const environment = { ...process.env, PATH: `${standIns}:${process.env.PATH}`, LAB_HOST: folder }
  const outside = (path: string) => `/proc/${pid}/root${path}`

  const start = (command: string, args: readonly string[]) => {
    const [program = '', ...words] = [...inside, command, ...args]
    return spawn(program, words, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
  }

  const host: GatewayHost = {
    folder,
    inside,
    environment,
    write(path, text, mode = 0o644) {
      mkdirSync(dirname(outside(path)), { recursive: true })
      writeFileSync(outside(path), text, { mode })
    },
    read: (path) => readFileSync(outside(path), 'utf8'),
    spawn: start,
    async run(command, args, input = '') {
      const child = start(command, args)
      let stdout = ''
      let stderr = ''
      child.stdout.on('data', (text) => (stdout += text))
      child.stderr.on('data', (text) => (stderr += text))
      child.stdin.on('error', () => {})
      child.stdin.end(input)
      const code = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject).once('close', resolve)
      })
      return { code, stdout, stderr }
    },
    async follow(blocks) {
      for (const [path, text] of filesOf(blocks)) host.write(path, text)
      for (const commands of commandsOf(blocks)) {
        const { code, stdout, stderr } = await host.run('sh', ['-e', '-c', commands])
        if (code !== 0) throw new Error(`these commands failed:\n${commands}${stdout}${stderr}`)
      }
    },
    async logged(unit, pattern, withinMs = 60_000) {
      const untilMs = Date.now() + withinMs
      for (;;) {
        const text = host.read(`/run/lab/${unit}.log`)
        if (pattern.test(text)) return text
        if (Date.now() > untilMs) throw new Error(`${unit} never printed ${pattern}:\n${text}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    remove,
  }
  return host
}

/** Ends what runs in the namespaces of this process, and it as the last. A laptop shares its mounts. */
function endAllIn(holder: number | undefined): void {
  const namespaces = namespacesOf(String(holder))
  // Ours are those of the whole machine.
  const own = namespaces.filter((each) => !namespacesOf('self').includes(each))
  const others = readdirSync('/proc').filter(
    (name) =>
      /^\d+$/.test(name) &&
      Number(name) !== holder &&
      namespacesOf(name).some((each) => own.includes(each)),
  )
  for (const pid of [...others.map(Number), ...(own.length > 0 ? [holder ?? 0] : [])]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

function namespacesOf(pid: string): readonly string[] {
  try {
    return ['net', 'mnt'].map((kind) => readlinkSync(`/proc/${pid}/ns/${kind}`))
  } catch {
    return []
  }
}
