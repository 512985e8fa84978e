import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopOnExit } from './child.ts'

/** A switch port with 802.1X (hostapd), and the cable that is plugged into it. */
export type SwitchPort = {
  /** Connects a computer with this wpa_supplicant.conf. Gives what it has printed when it is in or out. */
  connect(profile: string): Promise<Connection>
  /** Everything that hostapd has printed, the attributes of replies among it. */
  output(): string
  stop(): void
}

export type Connection = { readonly isIn: boolean; readonly output: string; unplug(): void }

const near = 'hfswitch0'
const far = 'hfcable0'

/** Whether this machine lets us make network devices. */
export function canMakeCables(): boolean {
  const made = spawnSync('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far])
  if (made.status !== 0) return false
  return spawnSync('ip', ['link', 'del', near]).status === 0
}

/**
 * Starts hostapd for a port that asks the RADIUS server at this port of the loopback. `mac`: of the
 * computer's end of the cable, which is in a network of its own.
 */
export async function startSwitchPort(options: {
  readonly port: number
  readonly gateway: string
  readonly mac: string
}): Promise<SwitchPort> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-hostapd-'))
  const file = join(folder, 'hostapd.conf')
  writeFileSync(
    file,
    [
      `interface=${near}`,
      'driver=wired',
      'ieee8021x=1',
      'use_pae_group_addr=1',
      `nas_identifier=${options.gateway}`,
      'own_ip_addr=127.0.0.1',
      'auth_server_addr=127.0.0.1',
      `auth_server_port=${options.port}`,
      'auth_server_shared_secret=testing123',
      // It reads the VLAN and says so; a wired port has no radio to put it on.
      'dynamic_vlan=1',
      '',
    ].join('\n'),
  )
  // The far end keeps its place while computers come and go.
  const holder = spawn('unshare', ['--net', 'sh', '-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const remove = () => rmSync(folder, { recursive: true, force: true })
  stopOnExit(holder, remove)
  await printed(holder, /ready/)
  ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far)
  ip('link', 'set', far, 'address', options.mac, 'netns', String(holder.pid))
  ip('link', 'set', near, 'up')
  const inside = ['--net', '--target', String(holder.pid)]
  spawnSync('nsenter', [...inside, 'ip', 'link', 'set', far, 'up'])
  const hostapd = spawn('hostapd', ['-d', file])
  stopOnExit(hostapd, () => undefined)
  const output = collect(hostapd)
  await printed(hostapd, /AP-ENABLED/, output)

  return {
    async connect(profile) {
      const conf = join(folder, 'wpa_supplicant.conf')
      writeFileSync(conf, `ap_scan=0\n${profile}`)
      const computer = spawn('nsenter', [
        ...inside,
        ...['wpa_supplicant', '-D', 'wired', '-i', far, '-c', conf],
      ])
      stopOnExit(computer, () => undefined)
      const said = collect(computer)
      const ending = /CTRL-EVENT-(?:CONNECTED|EAP-FAILURE)/
      await printed(computer, ending, said)
      const isIn = said().includes('CTRL-EVENT-CONNECTED')
      return { isIn, output: said(), unplug: () => computer.kill('SIGTERM') }
    },
    output,
    stop() {
      hostapd.kill('SIGTERM')
      // Both ends of the cable go with the network of one of them.
      holder.kill('SIGTERM')
      remove()
    },
  }
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}

function collect(child: ChildProcess): () => string {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (output += text))
  return () => output
}

/** Waits for a line; throws when the process ends, or after 20 s. */
async function printed(
  child: ChildProcess,
  pattern: RegExp,
  output = collect(child),
): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (pattern.test(output())) return
    if (child.exitCode !== null) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`never printed ${pattern}:\n${output()}`)
}
