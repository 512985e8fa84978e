import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopOnExit } from './child.ts'

/** What FreeRADIUS does with a request, in its own language. */
export type FreeRadiusSite = {
  /** Inside of `modules { }`. */
  readonly modules: string
  readonly authorize: string
  /** Inside of `authenticate { }`. */
  readonly authenticate: string
  readonly postAuth?: string
  /** A line in its log for each sign-in, as ours has; default none. */
  readonly logsSignIns?: boolean
}

export type FreeRadius = {
  readonly port: number
  readonly pid: number
  readonly folder: string
  stop(): Promise<void>
}

export const freeRadiusSecret = 'testing123'

/**
 * Starts a FreeRADIUS of its own on a free port of the loopback, or on `port` again: nothing but this
 * site, no log of requests unless it says so, no proxying, rejects without delay. It answers Status-Server. `site` may
 * write files into the folder first. Throws with what it logged when it does not come up.
 */
export async function startFreeRadius(
  site: (folder: string) => FreeRadiusSite,
  again?: { readonly port: number },
): Promise<FreeRadius> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-freeradius-'))
  const port = again?.port ?? (await freeUdpPort())
  writeFileSync(join(folder, 'radiusd.conf'), configuration(folder, port, site(folder)))
  writeFileSync(join(folder, 'dictionary'), '')
  // What is wrong with a configuration is printed before there is a log: both into one file.
  const logFile = join(folder, 'radius.log')
  const printed = openSync(logFile, 'a')
  const child = spawn('/usr/sbin/freeradius', ['-f', '-d', folder], {
    stdio: ['ignore', printed, printed],
  })
  closeSync(printed)
  stopOnExit(child, () => rmSync(folder, { recursive: true, force: true }))
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const log = () => readFileSync(logFile, 'utf8')
  for (let waitedMs = 0; !log().includes('Ready to process requests'); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > 20_000) throw new Error(`no FreeRADIUS: ${log()}`)
    await sleep(50)
  }
  return {
    port,
    pid: child.pid ?? 0,
    folder,
    async stop() {
      child.ref()
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration(folder: string, port: number, site: FreeRadiusSite): string {
  return `
prefix = /usr
libdir = /usr/lib/freeradius
logdir = ${folder}
run_dir = ${folder}
pidfile = ${folder}/radiusd.pid
correct_escapes = true
max_requests = 65536
hostname_lookups = no
proxy_requests = no
log {
  destination = files
  file = ${folder}/radius.log
  auth = ${site.logsSignIns ? 'yes' : 'no'}
}
security {
  reject_delay = 0
  status_server = yes
}
thread pool {
  start_servers = 5
  max_servers = 32
  min_spare_servers = 3
  max_spare_servers = 10
  max_requests_per_server = 0
}
client loopback {
  ipaddr = 127.0.0.1
  secret = ${freeRadiusSecret}
  require_message_authenticator = yes
}
modules {
${site.modules}
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  authorize {
${site.authorize}
  }
  authenticate {
${site.authenticate}
  }
  post-auth {
${site.postAuth ?? ''}
  }
}
`
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  return port
}
