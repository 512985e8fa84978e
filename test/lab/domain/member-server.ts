import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopOnExit } from '../child.ts'
import { untilPort } from '../port.ts'
import { labPassword } from './samba-people.ts'

/** A member of the lab's domain. */
export type MemberServer = {
  /** An `ntlm_auth` that runs there as root, and one that runs as no one, in these groups. */
  ntlmAuth(groups?: readonly string[]): string
  /** Ends its winbindd, as a crash would. */
  stop(): Promise<void>
}

/**
 * Joins a machine called VPN1 to the lab's domain and starts its winbindd, with the `smb.conf` that
 * docs/how-to/join-the-domain.md shows. The domain controller must run. It is stopped when the run ends.
 */
export async function startMemberServer(): Promise<MemberServer> {
  // It joins through the pipes of SMB, which come up last.
  await untilPort(445, 'open', 300_000)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-member-'))
  // People other than root come through to the pipe.
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'smb.conf'), configOf(folder))
  const script = join(import.meta.dirname, 'member-server.sh')
  const child = spawn(
    'unshare',
    ['--mount', '--uts', '--propagation', 'private', 'sh', script, folder, labPassword],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  stopOnExit(child, () => {
    stopHelper(folder)
    rmSync(folder, { recursive: true, force: true })
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const inside = ['--target', String(child.pid), '--mount', '--uts']
  while (!output.includes('joined') || spawnSync('nsenter', [...inside, 'wbinfo', '-p']).status) {
    if (child.exitCode !== null) throw new Error(`the member server ended:\n${output}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }

  return {
    ntlmAuth(groups) {
      const name = `ntlm_auth-${groups?.join('-') ?? 'root'}`
      const as = groups === undefined ? '' : asNobody(groups)
      const file = join(folder, name)
      writeFileSync(file, `#!/bin/sh\nexec nsenter ${inside.join(' ')} ${as} ntlm_auth "$@"\n`)
      chmodSync(file, 0o755)
      return file
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** winbindd starts a helper, which would outlive it for minutes. */
function stopHelper(folder: string): void {
  try {
    process.kill(Number(readFileSync(join(folder, 'run', 'samba-dcerpcd.pid'), 'utf8')))
  } catch {
    // It was not needed, or has ended.
  }
}

function asNobody(groups: readonly string[]): string {
  const chosen = groups.length === 0 ? '--clear-groups' : `--groups=${groups.join()}`
  return `setpriv --reuid=nobody --regid=nogroup ${chosen}`
}

/** What the page shows, and where this machine keeps its things instead of Debian's folders. */
function configOf(folder: string): string {
  const page = readFileSync(
    join(import.meta.dirname, '../../../docs/how-to/join-the-domain.md'),
    'utf8',
  )
  const [, shown] = /```ini\n(\[global\]\n[^`]*)```/.exec(page) ?? []
  if (shown === undefined) throw new Error('the page shows no smb.conf')
  return `${shown}
  netbios name = VPN1
  password server = dc1.corp.example
  state directory = ${folder}/state
  cache directory = ${folder}/cache
  lock directory = ${folder}/lock
  private dir = ${folder}/private
  pid directory = ${folder}/run
  ncalrpc dir = ${folder}/ncalrpc
  log file = ${folder}/log.%m
`
}
