import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { GatewayHost } from './host.ts'

/** A person's computer, with a cable to the gateway's machine. It has the same files, and a network of its own. */
export type Laptop = {
  readonly address: string
  /** Starts a program on it. */
  start(command: string, args: readonly string[]): Program
  unplug(): void
}

/** A running program, and what it prints. */
export type Program = {
  readonly process: ChildProcessWithoutNullStreams
  output(): string
  /** Waits until it has printed this; gives what it has printed until then. Throws when it ends, or takes too long. */
  printed(pattern: RegExp, withinMs?: number): Promise<string>
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>
  stop(): Promise<number | null>
}

/** Connects a computer with this address to the gateway. Throws where this machine has no veth devices. */
export async function plugIn(host: GatewayHost, address: string): Promise<Laptop> {
  const holder = host.spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec cat'])
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  const inside = ['--target', String(holder.pid), '--net', '--mount', '--']
  const near = `lap${address.split('.').at(-1)}`
  const gateway = '192.0.2.10'
  const commands = [
    `ip link add ${near} type veth peer name eth0 netns ${holder.pid}`,
    `ip link set ${near} up`,
    `ip route add ${address} dev ${near} src ${gateway}`,
    `nsenter ${inside.join(' ')} sh -e -c '
      ip link set lo up
      ip addr add ${address}/32 dev eth0
      ip link set eth0 up
      ip route add ${gateway} dev eth0
      ip route add default via ${gateway}'`,
  ]
  const { code, stderr } = await host.run('sh', ['-e', '-c', commands.join('\n')])
  if (code !== 0) throw new Error(`no cable to ${address}: ${stderr}`)
  return {
    address,
    start: (command, args) => watch(host.spawn('nsenter', [...inside, command, ...args])),
    unplug: () => void holder.kill('SIGKILL'),
  }
}

/** What a program prints, on both streams. */
export function watch(process: ChildProcessWithoutNullStreams): Program {
  let output = ''
  const looks = new Set<() => void>()
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('data', (text) => {
      output += text
      for (const look of looks) look()
    })
  }
  process.stdin.on('error', () => {})
  const ended = new Promise<number | null>((resolve) => process.once('close', resolve))
  return {
    process,
    output: () => output,
    ended,
    printed(pattern, withinMs = 60_000) {
      const seen = Promise.withResolvers<string>()
      const look = () => {
        if (pattern.test(output)) seen.resolve(output)
      }
      const giveUp = () => seen.reject(new Error(`it never printed ${pattern}:\n${output}`))
      const timer = setTimeout(giveUp, withinMs)
      looks.add(look)
      look()
      void ended.then(giveUp)
      return seen.promise.finally(() => {
        clearTimeout(timer)
        looks.delete(look)
      })
    },
    stop() {
      process.kill('SIGTERM')
      return ended
    },
  }
}
